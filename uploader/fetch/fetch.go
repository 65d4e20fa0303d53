// Package fetch speaks HTTP with servers whose addresses come from outside, which must
// not lead to servers inside.
//
// The address is looked at where the connection is made: after the name has been
// resolved, and for every redirect again. So it does not matter how it is written, what
// a name server says the second time, or where a server that is allowed leads.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

var (
	// ErrForbidden is the error of an address, a scheme or a host that is not allowed.
	ErrForbidden = errors.New("this address is not allowed")
	// ErrRefused is the error of a server that has answered, and will not answer otherwise.
	ErrRefused = errors.New("the server refuses")
	// ErrGone is the error of a server that says 410. It wraps ErrRefused.
	ErrGone = fmt.Errorf("%w for good", ErrRefused)
	// ErrUnreachable is the error of a server that does not answer, or not at the moment.
	ErrUnreachable = errors.New("the server does not answer")
)

// Options of a client. The zero value allows every public address.
type Options struct {
	// Hosts are the only ones to speak with: names, or dots and the end of names, as in
	// .example.com. Empty: all.
	Hosts []string
	// Private allows every address: for tests, and for networks of one's own.
	Private bool
	// Timeout bounds one request, to the end of the body. 0: a minute.
	Timeout time.Duration
	// Redirects is how many are followed; 0 for none.
	Redirects int
	// UserAgent names us.
	UserAgent string
}

// Client speaks with servers outside. It is used by many goroutines.
type Client struct {
	opts Options
	http *http.Client
	// reach makes exceptions, by host and port, for tests of what a public server does.
	reach func(address string) bool
}

// New makes a client. Nothing of it needs closing.
func New(opts Options) *Client {
	if opts.Timeout == 0 {
		opts.Timeout = time.Minute
	}
	c := &Client{opts: opts}
	dialer := &net.Dialer{Timeout: 10 * time.Second, ControlContext: c.control}
	c.http = &http.Client{
		Timeout: opts.Timeout,
		Transport: &http.Transport{
			DialContext: dialer.DialContext, // and no proxy: it would dial for us
			// A connection that is kept would be taken for a name without a look at it.
			DisableKeepAlives:      true,
			TLSHandshakeTimeout:    10 * time.Second,
			ResponseHeaderTimeout:  opts.Timeout,
			MaxResponseHeaderBytes: 64 << 10,
			DisableCompression:     true, // an image is one already, and what unpacks may be huge
		},
		CheckRedirect: c.redirect,
	}
	return c
}

// control looks at an address that is about to be connected to.
func (c *Client) control(_ context.Context, network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !strings.HasPrefix(network, "tcp") {
		return fmt.Errorf("%w: %s", ErrForbidden, address)
	}
	if !c.opts.Private && !public(at.Addr()) && (c.reach == nil || !c.reach(address)) {
		return fmt.Errorf("%w: it is not a public one", ErrForbidden) // which one is not for strangers
	}
	return nil
}

func (c *Client) redirect(r *http.Request, via []*http.Request) error {
	if len(via) > c.opts.Redirects {
		return fmt.Errorf("%w: it redirects more than %d times", ErrRefused, c.opts.Redirects)
	}
	return c.allowed(r.URL)
}

// allowed looks at what an address says of itself.
func (c *Client) allowed(u *url.URL) error {
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%w: it is neither http nor https", ErrForbidden)
	case u.User != nil:
		return fmt.Errorf("%w: there is a user in it", ErrForbidden)
	case len(c.opts.Hosts) == 0:
		return nil
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if !slices.ContainsFunc(c.opts.Hosts, func(allowed string) bool {
		allowed = strings.ToLower(allowed)
		return host == allowed || strings.HasPrefix(allowed, ".") && strings.HasSuffix(host, allowed)
	}) {
		return fmt.Errorf("%w: its host is not one of those that are", ErrForbidden)
	}
	return nil
}

// Get opens what lies at an address; the caller closes it. Errors are those of the
// package.
func (c *Client) Get(ctx context.Context, address string) (io.ReadCloser, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fmt.Errorf("%w: it is malformed", ErrForbidden)
	}
	r.Header.Set("Accept", "image/*")
	resp, err := c.do(r)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// Post sends a body and reads nothing but whether it was taken.
func (c *Client) Post(ctx context.Context, address string, header http.Header, body io.Reader) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, body)
	if err != nil {
		return fmt.Errorf("%w: it is malformed", ErrForbidden)
	}
	r.Header = header
	resp, err := c.do(r)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// do sends a request, and makes whatever is not success an error.
func (c *Client) do(r *http.Request) (*http.Response, error) {
	if err := c.allowed(r.URL); err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", c.opts.UserAgent)
	resp, err := c.http.Do(r)
	if err != nil {
		return nil, outcome(err)
	}
	if resp.StatusCode/100 == 2 {
		return resp, nil
	}
	resp.Body.Close()
	kind := ErrRefused
	switch resp.StatusCode {
	case http.StatusGone:
		kind = ErrGone
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		kind = ErrUnreachable
	default:
		if resp.StatusCode >= 500 {
			kind = ErrUnreachable
		}
	}
	return nil, fmt.Errorf("%w: it answers %d", kind, resp.StatusCode)
}

// outcome says what an error of net/http means, without the address: that of a URL may
// hold what a log should not, and that which a name stands for inside is not for strangers.
func outcome(err error) error {
	if failed, ok := errors.AsType[*url.Error](err); ok {
		err = failed.Err
	}
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		err = failed.Err
	}
	if errors.Is(err, ErrForbidden) || errors.Is(err, ErrRefused) || errors.Is(err, context.Canceled) {
		return err
	}
	if failed, ok := errors.AsType[*net.DNSError](err); ok {
		if failed.IsNotFound {
			return fmt.Errorf("%w: its name is not known", ErrRefused)
		}
		return fmt.Errorf("%w: the lookup of its name fails", ErrUnreachable)
	}
	if errors.Is(err, context.DeadlineExceeded) || isTimeout(err) {
		return fmt.Errorf("%w: it takes too long", ErrUnreachable)
	}
	return fmt.Errorf("%w: %v", ErrUnreachable, err)
}

func isTimeout(err error) bool {
	timeout, ok := errors.AsType[net.Error](err)
	return ok && timeout.Timeout()
}
