package client

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// call is a request that can be made again.
type call struct {
	method, path string // below the server, with the query
	header       map[string]string
	// open is where the body is read from, size bytes; nil where there is none.
	open  func() (io.ReadCloser, error)
	size  int64
	moved func(bytes int64) // nil where nobody counts
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

const (
	maxReply = 4 << 20 // bytes
	// expectFrom is from how many bytes on the server is asked before they are sent: what is
	// refused by its headers need not travel, and the refusal is not lost to a closed connection.
	expectFrom = 128 << 10
)

// errQuiet is the cause of a request's end when nothing moved.
var errQuiet = errors.New("the server does not answer")

func newHTTP(parallel int) *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = parallel + 1
	transport.ExpectContinueTimeout = 2 * time.Second
	return &http.Client{
		Transport: transport,
		// A POST would become a GET, and the token may be meant for this server alone.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// once makes a request a single time. The error is never the server's.
func (r *run) once(ctx context.Context, c call) (reply, error) {
	within, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(r.Quiet, func() { cancel(errQuiet) })
	defer watch.Stop()
	req, err := http.NewRequestWithContext(within, c.method, r.Server+c.path, nil)
	if err != nil {
		return reply{}, err
	}
	r.dress(req, c)
	body := &counted{over: true}
	if c.open != nil {
		file, err := c.open()
		if err != nil {
			return reply{}, local{err}
		}
		body = &counted{from: file, moved: func(n int64) {
			watch.Reset(r.Quiet)
			if c.moved != nil {
				c.moved(n)
			}
		}}
		req.Body, req.ContentLength = body, c.size
	}
	defer body.settle()
	rep, err := r.exchange(req)
	if err != nil && body.fault() != nil {
		return reply{}, local{body.fault()}
	}
	switch cause := context.Cause(within); {
	case err != nil && cause != nil:
		return reply{}, cause
	case err != nil:
		return reply{}, err
	}
	return rep, nil
}

// local is an error of this machine, which is not mended by trying again.
type local struct{ error }

func (l local) Unwrap() error { return l.error }

func (r *run) dress(req *http.Request, c call) {
	req.Header.Set("User-Agent", "lightwell-upload")
	if r.Token != "" {
		req.Header.Set("Authorization", "Bearer "+r.Token)
	}
	for name, value := range c.header {
		req.Header.Set(name, value)
	}
	if c.size >= expectFrom {
		req.Header.Set("Expect", "100-continue")
	}
}

func (r *run) exchange(req *http.Request) (reply, error) {
	resp, err := r.HTTP.Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxReply+1))
	if err == nil && len(body) > maxReply {
		err = fmt.Errorf("the answer has more than %d bytes", maxReply)
	}
	return reply{resp.StatusCode, resp.Header, body}, err
}

// do makes a request until it is answered for good. The error is a *Problem where the server
// refuses.
func (r *run) do(ctx context.Context, c call) (reply, error) {
	for p := r.patience(); ; {
		rep, err := r.once(ctx, c)
		if err == nil && rep.status < 300 {
			return rep, nil
		}
		if err := p.wait(ctx, rep, err); err != nil {
			return rep, r.final(err)
		}
	}
}

// final passes an error on, and ends the run where all others would get it, too.
func (r *run) final(err error) error {
	p, ok := errors.AsType[*Problem](err)
	if ok && hopeless(p) || errors.Is(err, errUnreachable) {
		r.stop(stopped{err})
	}
	return err
}

// retryAfter is how long a reply asks to wait (RFC 9110, section 10.2.3); 0 where it does not.
func retryAfter(rep reply) time.Duration {
	text := rep.header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(text); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}

// counted is a body whose bytes are counted as they are read. None are once it is settled: net/http
// may read on after it has given a request up.
type counted struct {
	moved func(int64)

	mu   sync.Mutex // guards the following
	from io.ReadCloser
	over bool
	err  error // of from
}

func (b *counted) Read(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.over {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.from.Read(p)
	if n > 0 {
		b.moved(int64(n))
	}
	if err != nil && err != io.EOF {
		b.err = err
	}
	return n, err
}

// fault is why the body could not be read.
func (b *counted) fault() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.err
}

// Close is net/http's to call, also after settle.
func (b *counted) Close() error {
	b.settle()
	return nil
}

func (b *counted) settle() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.over {
		b.over = true
		b.from.Close() // it was only read
	}
}

// inMemory is a body that is there already.
func inMemory(text []byte) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
}
