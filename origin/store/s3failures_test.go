package store_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"
)

// Two answers that ask for patience are no error of anything.
func TestS3SlowDown(t *testing.T) {
	server := s3test.Start(t)
	g := startGateway(t, server)
	o := server.Options("slow")
	o.Endpoint, o.PartSize = g.url, 5<<20
	s := s3test.Open(t, o)
	big := strings.Repeat("big", 2<<20)
	for _, refusal := range []struct {
		status int
		code   string
	}{{http.StatusServiceUnavailable, "SlowDown"}, {http.StatusTooManyRequests, "TooManyRequests"}, {http.StatusInternalServerError, "InternalError"}} {
		for _, call := range []struct {
			name string
			do   func(ctx context.Context) error
		}{
			{"Put", func(ctx context.Context) error { return s.Put(ctx, "a", strings.NewReader("small"), 5) }},
			{"Put of a reader", func(ctx context.Context) error {
				return s.Put(ctx, "a", io.MultiReader(strings.NewReader("small")), 5)
			}},
			{"Put in parts", func(ctx context.Context) error {
				return s.Put(ctx, "big", strings.NewReader(big), int64(len(big)))
			}},
			{"Open", func(ctx context.Context) error { wantBody(t, s, "big", []byte(big)); return nil }},
			{"Stat", func(ctx context.Context) error { _, err := s.Stat(ctx, "a"); return err }},
			{"Copy", func(ctx context.Context) error { return s.Copy(ctx, "a", "b") }},
			{"List", func(ctx context.Context) error {
				for _, err := range s.List(ctx, "", "") {
					return err
				}
				return errors.New("nothing")
			}},
			{"Delete", func(ctx context.Context) error { return s.Delete(ctx, "b") }},
		} {
			g.refusing(2, refusal.status, refusal.code)
			if err := call.do(t.Context()); err != nil {
				t.Errorf("%s after two answers %s = %v", call.name, refusal.code, err)
			}
		}
	}
	wantBody(t, s, "a", []byte("small"))
	g.refusing(1000, http.StatusServiceUnavailable, "SlowDown")
	start := time.Now()
	if err := s.Put(t.Context(), "a", strings.NewReader("x"), 1); err == nil || time.Since(start) > 5*time.Second {
		t.Errorf("Put with nothing but SlowDown = %v after %v, want an error within 5s", err, time.Since(start))
	}
}

func TestS3Full(t *testing.T) {
	server := s3test.Start(t)
	g := startGateway(t, server)
	o := server.Options("full")
	o.Endpoint = g.url
	s := s3test.Open(t, o)
	put(t, s, "a", "old")
	for code, status := range map[string]int{
		"InsufficientStorage": http.StatusInsufficientStorage, "QuotaExceeded": http.StatusForbidden,
		"XMinioStorageFull": http.StatusInsufficientStorage, "XMinioAdminBucketQuotaExceeded": http.StatusBadRequest,
	} {
		g.refusing(1, status, code)
		if err := s.Put(t.Context(), "a", strings.NewReader("x"), 1); !errors.Is(err, store.ErrFull) {
			t.Errorf("Put with the answer %s = %v, want store.ErrFull", code, err)
		}
	}
	wantBody(t, s, "a", []byte("old"))
}

// An answer that is cut is asked for again, and never a short object.
func TestS3CutAnswer(t *testing.T) {
	server := s3test.Start(t)
	g := startGateway(t, server)
	o := server.Options("cut")
	o.Endpoint = g.url
	s := s3test.Open(t, o)
	for _, body := range []string{strings.Repeat("small", 20_000), strings.Repeat("large", 800_000)} {
		put(t, s, "a", body)
		g.cutting(2)
		g.gets.Store(0)
		wantBody(t, s, "a", []byte(body))
		if got := g.gets.Load(); got != 3 {
			t.Errorf("Open with two answers cut asked %d times, want 3", got)
		}
		g.cutting(1000)
		if _, err := s.Open(t.Context(), "a"); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("Open with all answers cut = %v, want io.ErrUnexpectedEOF", err)
		}
		g.cutting(0)
	}
}

// killing is a transport that ends the server when so many bytes of requests have been sent.
type killing struct {
	http.RoundTripper
	mu    sync.Mutex
	after int    // guarded by mu; 0: never
	kill  func() // called once, by whoever sends
}

func (k *killing) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, k), r.Body}
	}
	return k.RoundTripper.RoundTrip(r)
}

func (k *killing) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.after > 0 && len(p) >= k.after {
		k.kill()
	}
	k.after = max(k.after-len(p), 0)
	return len(p), nil
}

// A server that is killed in the middle of a Put leaves nothing, and is used again once it is back.
func TestS3Killed(t *testing.T) {
	server := s3test.Start(t)
	sender := &killing{RoundTripper: http.DefaultTransport, kill: server.Kill}
	o := server.Options("killed")
	o.PartSize, o.Transport = 5<<20, sender
	s := s3test.Open(t, o)
	for what, size := range map[string]int{"one request": 4 << 20, "parts": 22 << 20} {
		body := bytes.Repeat([]byte("x"), size)
		sender.mu.Lock()
		sender.after = size / 2
		sender.mu.Unlock()
		start := time.Now()
		err := s.Put(t.Context(), "a", bytes.NewReader(body), int64(size))
		if err == nil || time.Since(start) > 15*time.Second {
			t.Errorf("Put in %s = %v after %v, want an error within 15s", what, err, time.Since(start))
		}
		if _, err := s.Stat(t.Context(), "a"); err == nil {
			t.Error("Stat with the server killed = nil, want an error")
		}
		server.Start()
		wantNothing(t, s, "a")
		if err := s.Put(t.Context(), "a", bytes.NewReader(body), int64(size)); err != nil {
			t.Errorf("Put after the restart = %v", err)
		}
		wantBody(t, s, "a", body)
		if err := s.Delete(t.Context(), "a"); err != nil {
			t.Error(err)
		}
	}
}

// brokenAt is a file that cannot be read beyond some place.
type brokenAt struct {
	*bytes.Reader
	at int64
}

var errBroken = errors.New("the file is broken")

func (b brokenAt) ReadAt(p []byte, at int64) (int, error) {
	if at+int64(len(p)) > b.at {
		return 0, errBroken
	}
	return b.Reader.ReadAt(p, at)
}

// What fails while parts are sent leaves no object.
func TestS3BrokenWhileSending(t *testing.T) {
	o := s3test.Start(t).Options("broken")
	o.PartSize = 5 << 20
	s := s3test.Open(t, o)
	for _, size := range []int64{3 << 20, 12 << 20} {
		body := brokenAt{bytes.NewReader(make([]byte, size)), size - 1<<20}
		if err := s.Put(t.Context(), "a", body, size); !errors.Is(err, errBroken) {
			t.Errorf("Put of a broken file of %d bytes = %v, want %v", size, err, errBroken)
		}
		wantNothing(t, s, "a")
	}
}

// A server that hangs is given up, and used again once it goes on.
func TestS3Hangs(t *testing.T) {
	server := s3test.Start(t)
	o := server.Options("hangs")
	o.Patience = 300 * time.Millisecond
	s := s3test.Open(t, o)
	put(t, s, "a", "old")
	server.Signal(syscall.SIGSTOP)
	for name, call := range map[string]func(ctx context.Context) error{
		"Put":    func(ctx context.Context) error { return s.Put(ctx, "b", strings.NewReader("x"), 1) },
		"Open":   func(ctx context.Context) error { _, err := s.Open(ctx, "a"); return err },
		"Stat":   func(ctx context.Context) error { _, err := s.Stat(ctx, "a"); return err },
		"Copy":   func(ctx context.Context) error { return s.Copy(ctx, "a", "c") },
		"Delete": func(ctx context.Context) error { return s.Delete(ctx, "b") },
	} {
		start := time.Now()
		err := call(t.Context())
		if err == nil || !strings.Contains(err.Error(), "nothing has moved") || time.Since(start) > 5*time.Second {
			t.Errorf("%s of a server that hangs = %v after %v, want an error within 5s", name, err, time.Since(start))
		}
		ctx, cancel := context.WithTimeoutCause(t.Context(), 20*time.Millisecond, errors.New("the caller's cause"))
		if err := call(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s with less patience = %v, want context.DeadlineExceeded", name, err)
		}
		cancel()
	}
	server.Signal(syscall.SIGCONT)
	wantBody(t, s, "a", []byte("old"))
}
