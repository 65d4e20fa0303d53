// Package cdn tells a CDN to forget what it has of some images.
//
// CDNs differ in how they want to be told, so a request to them is a template: a URL, a method, headers
// and a body, filled in with what is to be forgotten. That is named by keys, which are the cache tags of
// the responses (an image's id, and its tags), or by paths, for a CDN that knows no tags.
package cdn

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"text/template"
	"time"

	"lightwell/tracing"
)

// Options say how a CDN is told. URLs, Headers and Body are templates (text/template) of a Batch, with the
// functions join, json and xml.
type Options struct {
	// URLs are all asked: several Varnish servers, say.
	URLs   []string
	Method string // empty: PURGE
	// Headers are of the form Name: value.
	Headers []string
	Body    string
	// ByPath has images named by their paths instead of by keys.
	ByPath bool
	// Most is how many keys or paths one request names; 0: one.
	Most int
	// Timeout bounds one request; 0: 10 s.
	Timeout time.Duration
	// Sign signs requests; nil for not.
	Sign *AWS
}

// Batch is what the templates are filled in with.
type Batch struct {
	// Names are the keys or the paths, Name the first of them.
	Names []string
	Name  string
	// Reference is another one for each request that is made.
	Reference string
}

// maxBatch is after how many bytes of names no more come into a request: many a server takes 8 KiB of one
// header.
const maxBatch = 7 << 10

// CDN tells one.
type CDN struct {
	o       Options
	urls    []*template.Template
	headers map[string]*template.Template
	body    *template.Template
	client  *http.Client
}

// New reads the templates. What is wrong with them shows here.
func New(o Options) (*CDN, error) {
	if o.Method == "" {
		o.Method = "PURGE"
	}
	if o.Most == 0 {
		o.Most = 1
	}
	if o.Timeout == 0 {
		o.Timeout = 10 * time.Second
	}
	c := &CDN{o: o, headers: map[string]*template.Template{}, client: &http.Client{
		Timeout:       o.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	var err error
	for _, text := range o.URLs {
		t, err := parse("URL", text)
		if err != nil {
			return nil, err
		}
		c.urls = append(c.urls, t)
	}
	for i, line := range o.Headers {
		name, text, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, fmt.Errorf("header %d is not of the form Name: value", i+1) // it may be a secret
		}
		if c.headers[strings.TrimSpace(name)], err = parse("header", strings.TrimSpace(text)); err != nil {
			return nil, err
		}
	}
	if c.body, err = parse("body", o.Body); err != nil {
		return nil, err
	}
	_, err = c.requests(context.Background(), []string{"sample"}, "reference")
	return c, err
}

func parse(what, text string) (*template.Template, error) {
	t, err := template.New(what).Option("missingkey=error").Funcs(template.FuncMap{
		"join": func(sep string, list []string) string { return strings.Join(list, sep) },
		"json": func(v any) (string, error) { b, err := json.Marshal(v); return string(b), err },
		"xml":  escapeXML,
	}).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("template of the %s: %w", what, err)
	}
	return t, nil
}

// Batches are the names for requests that have a CDN forget the images of these ids, and those of these
// tags: their ids are ofTags.
func (c *CDN) Batches(ids, tags, ofTags []string) (batches [][]string) {
	var names []string
	if c.o.ByPath {
		for _, id := range append(ids[:len(ids):len(ids)], ofTags...) {
			names = append(names, "/image/"+id+"*", "/info/"+id+"*")
		}
	} else {
		names = append(names, ids...)
		for _, tag := range tags {
			names = append(names, url.QueryEscape(tag)) // as in Cache-Tag and Surrogate-Key
		}
	}
	for len(names) > 0 {
		n, bytes := 0, 0
		for n < min(c.o.Most, len(names)) && bytes < maxBatch {
			bytes += len(names[n])
			n++
		}
		batches = append(batches, names[:n])
		names = names[n:]
	}
	return batches
}

// Purge sends the requests for a batch, to all servers, and returns what went wrong with any. The reference
// is for CDNs that do a thing once that is asked for under the same one.
func (c *CDN) Purge(ctx context.Context, names []string, reference string) error {
	requests, err := c.requests(ctx, names, reference)
	if err != nil {
		return err
	}
	var errs []error
	for _, r := range requests {
		if err := c.send(r); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (c *CDN) requests(ctx context.Context, names []string, reference string) (all []*http.Request, err error) {
	batch := Batch{Names: names, Name: names[0], Reference: reference}
	body, err := fill(c.body, batch)
	if err != nil {
		return nil, err
	}
	for _, t := range c.urls {
		address, err := fill(t, batch)
		if err != nil {
			return nil, err
		}
		r, err := http.NewRequestWithContext(ctx, c.o.Method, address, strings.NewReader(body))
		if err != nil {
			return nil, errors.New("the URL of the CDN cannot be parsed, or the method") // they may have secrets
		}
		if r.URL.Host == "" || r.URL.Scheme != "http" && r.URL.Scheme != "https" {
			return nil, errors.New("the URL of the CDN is not http:// or https:// and a host")
		}
		for name, t := range c.headers {
			value, err := fill(t, batch)
			if err != nil {
				return nil, err
			}
			r.Header.Set(name, value)
		}
		if host := r.Header.Get("Host"); host != "" { // which net/http takes from elsewhere
			r.Host = host
		}
		r = c.o.Sign.signed(r, body)
		tracing.From(ctx).Pass(r.Header) // which no signature is of
		all = append(all, r)
	}
	return all, nil
}

// maxAnswer is how much of an answer is read, so that its connection can be used again.
const maxAnswer = 64 << 10

func (c *CDN) send(r *http.Request) error {
	resp, err := c.client.Do(r)
	if err != nil {
		if sent, ok := errors.AsType[*url.Error](err); ok { // which shows all of the URL
			err = sent.Err
		}
		return fmt.Errorf("tell the CDN at %s: %w", r.URL.Host, err)
	}
	defer resp.Body.Close()
	io.CopyN(io.Discard, resp.Body, maxAnswer) // an error leaves the connection unused
	if resp.StatusCode/100 != 2 && resp.StatusCode != http.StatusNotFound {
		return fmt.Errorf("tell the CDN: %s answers %d", r.URL.Host, resp.StatusCode)
	}
	return nil // 404: it has nothing to forget
}

func fill(t *template.Template, b Batch) (string, error) {
	var s bytes.Buffer
	if err := t.Execute(&s, b); err != nil {
		return "", fmt.Errorf("fill in the template of the %s: %w", t.Name(), err)
	}
	return s.String(), nil
}
