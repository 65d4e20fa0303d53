package bench

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/valyala/fasthttp"
)

// answerWithin is how long a request may take.
const answerWithin = 30 * time.Second

// client asks one server, over connections that it keeps. It never asks twice: what fails is an
// error, and counted.
type client struct {
	host *fasthttp.HostClient
	stop func() bool

	mu    sync.Mutex // guards the following
	conns map[net.Conn]struct{}
	over  bool
}

// newClient is for a server by any of its URLs. When ctx is done, so are all requests.
func newClient(ctx context.Context, rawURL string, most int) (*client, error) {
	u, err := url.Parse(variable.ReplaceAllString(rawURL, "x"))
	if err != nil {
		return nil, err
	}
	c := &client{conns: map[net.Conn]struct{}{}}
	c.host = &fasthttp.HostClient{
		Addr: address(u), IsTLS: u.Scheme == "https", Dial: c.dial, Name: "lightwell-bench",
		MaxConns: most + 1, MaxIdleConnDuration: 30 * time.Second, // which is less than servers wait
		MaxIdemponentCallAttempts: 1, RetryIfErr: func(*fasthttp.Request, int, error) (bool, bool) { return false, false },
		ReadTimeout: answerWithin, WriteTimeout: answerWithin, MaxResponseBodySize: 256 << 20,
		DisablePathNormalizing: true, // a peer's path may have another URL in it
		TLSConfig:              &tls.Config{ServerName: u.Hostname()},
	}
	c.stop = context.AfterFunc(ctx, c.abort)
	return c, nil
}

func address(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"https": "443"}[u.Scheme]
	}
	if port == "" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// kept is a connection that the client can break off.
type kept struct {
	net.Conn
	client *client
}

func (k kept) Close() error {
	k.client.mu.Lock()
	delete(k.client.conns, k.Conn)
	k.client.mu.Unlock()
	return k.Conn.Close()
}

func (c *client) dial(addr string) (net.Conn, error) {
	conn, err := net.DialTimeout("tcp", addr, 10*time.Second)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		conn.Close()
		return nil, net.ErrClosed
	}
	c.conns[conn] = struct{}{}
	return kept{conn, c}, nil
}

// abort breaks off what is under way: fasthttp knows no contexts.
func (c *client) abort() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	for conn := range c.conns {
		conn.Close()
	}
}

func (c *client) close() {
	c.stop()
	c.abort()
}

// exchange is a request with its answer, which one worker uses over and over.
type exchange struct {
	req  fasthttp.Request
	resp fasthttp.Response
}

// want is what an answer has to be.
type want struct {
	url         string
	contentType string
	length      int // bytes; 0 for any but none
}

// get asks for what is wanted. The error is a fault.
func (c *client) get(x *exchange, w want) error {
	x.req.SetRequestURI(w.url)
	x.req.Header.Set("Accept", "image/avif,image/webp,*/*;q=0.8")
	x.resp.Reset()
	if err := c.host.DoDeadline(&x.req, &x.resp, time.Now().Add(answerWithin)); err != nil {
		return faultOf(err)
	}
	return x.check(w)
}

// fault is a kind of error, as it is counted.
type fault string

func (f fault) Error() string { return string(f) }

// Faults that are no status.
const (
	faultTimeout    = fault("timeout")
	faultConnection = fault("connection")
	faultType       = fault("content type")
	faultLength     = fault("length")
	faultBytes      = fault("other bytes")
	faultWarm       = fault("was remembered")
	faultLate       = fault("not sent in time")
	faultUpload     = fault("upload")
)

func faultOf(err error) fault {
	var timeout interface{ Timeout() bool }
	if errors.Is(err, fasthttp.ErrTimeout) || errors.As(err, &timeout) && timeout.Timeout() {
		return faultTimeout
	}
	return faultConnection
}

// check looks at status, length and type of an answer.
func (x *exchange) check(w want) error {
	contentType, _, _ := strings.Cut(string(x.resp.Header.ContentType()), ";")
	length := len(x.resp.Body())
	switch status := x.resp.StatusCode(); {
	case status != fasthttp.StatusOK:
		return fault(fmt.Sprintf("status %d", status))
	case contentType != w.contentType:
		return faultType
	case length == 0 || w.length != 0 && length != w.length:
		return faultLength
	case x.resp.Header.ContentLength() >= 0 && x.resp.Header.ContentLength() != length:
		return faultLength
	}
	return nil
}

// remembered tells whether the answer came out of a cache, where the server says so: Lightwell in
// Server-Timing, others as a rule in X-Cache.
func (x *exchange) remembered() (hit, known bool) {
	if timing := string(x.resp.Header.Peek("Server-Timing")); strings.HasPrefix(timing, "cache;desc=") {
		return !strings.HasPrefix(timing, "cache;desc=miss"), true
	}
	cache := strings.ToLower(string(x.resp.Header.Peek("X-Cache")))
	return strings.Contains(cache, "hit"), cache != ""
}
