package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxSaid is the most bytes of an answer that is no object: a page of a listing has two MiB at most.
const maxSaid = 16 << 20

// errNotS3 is the error of an answer that no S3 server gives.
var errNotS3 = errors.New("this is not an answer of an S3 server")

// genuine is a transport that finds out whether it is an S3 server that answers. What stands in its place, a
// proxy, a portal or the wrong host, has pages of its own: taken at its word, a 404 is an image that does not
// exist, and a 200 one that has been kept.
//
// What is not an object, it reads whole, up to a limit and within a time: the client would read it without end.
type genuine struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (g genuine) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithCancel(r.Context())
	resp, err := g.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		cancel()
		return nil, err
	}
	if err := strange(resp); err != nil {
		cancel()
		resp.Body.Close()
		return nil, err
	}
	if r.Method == http.MethodGet && r.URL.RawQuery == "" && resp.StatusCode == http.StatusOK {
		resp.Body = ending{resp.Body, cancel}
		return resp, nil
	}
	defer cancel()
	return resp, readWhole(resp, cancel)
}

// ending ends a request's context with its answer.
type ending struct {
	io.ReadCloser
	cancel context.CancelFunc
}

func (e ending) Close() error {
	defer e.cancel()
	return e.ReadCloser.Close()
}

// strange is an error for an answer whose head says that it is for people, unless it has what only S3 servers
// say: a client may have sent an object as such a text. Those of broken servers are left to the client, which
// tries again.
func strange(resp *http.Response) error {
	kind, _, _ := strings.Cut(resp.Header.Get("Content-Type"), ";")
	forPeople := kind == "text/html"
	if resp.Request.Method == http.MethodHead && resp.StatusCode == http.StatusNotFound { // which cannot say more
		forPeople = forPeople || kind == "text/plain"
	}
	if !forPeople || resp.StatusCode >= 500 || resp.Header.Get("X-Amz-Request-Id") != "" {
		return nil
	}
	return fmt.Errorf("%w: %s with a body of type %s", errNotS3, resp.Status, kind)
}

// readWhole puts what an answer says into memory. A 404 to a GET must say what is not there: the client takes
// any for an object's. And a Put that has succeeded is answered without a word.
func readWhole(resp *http.Response, giveUp func()) error {
	defer time.AfterFunc(answerTimeout, giveUp).Stop()
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, maxSaid+1))
	switch {
	case err != nil:
		return err
	case len(said) > maxSaid:
		return fmt.Errorf("%w: it has more than %d bytes", errNotS3, maxSaid)
	case resp.StatusCode == http.StatusNotFound && resp.Request.Method == http.MethodGet && !bytes.Contains(said, []byte("<Code>")):
		return fmt.Errorf("%w: %s without a code", errNotS3, resp.Status)
	case len(said) > 0 && resp.StatusCode == http.StatusOK && isPut(resp.Request):
		return fmt.Errorf("%w: %d bytes to one that puts", errNotS3, len(said))
	}
	resp.Body = io.NopCloser(bytes.NewReader(said))
	return nil
}

// isPut tells whether a request sends an object, or a part of one.
func isPut(r *http.Request) bool {
	query := r.URL.Query()
	return r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") == "" && (len(query) == 0 || query.Has("partNumber"))
}
