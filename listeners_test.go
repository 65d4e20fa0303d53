package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/problem"
)

func TestConnectionsAreBounded(t *testing.T) {
	for _, test := range []struct{ most, perAddress, want int }{{3, 0, 3}, {10, 2, 2}, {1, 5, 1}} {
		inner, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		l := guard(inner, bounds{most: test.most, perAddress: test.perAddress, writing: pace{1 << 20, time.Second}}, slog.New(slog.DiscardHandler))
		accepted := make(chan net.Conn, 20)
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					close(accepted)
					return
				}
				accepted <- conn
			}
		}()
		var refused []net.Conn
		for range 5 {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if isClosed(t, conn) {
				refused = append(refused, conn)
			}
		}
		if n := 5 - len(refused); n != test.want {
			t.Errorf("%+v: %d connections were taken, want %d", test, n, test.want)
		}
		// One that ends makes room for another, whether closed once or twice.
		first := <-accepted
		first.Close()
		first.Close()
		for i, want := range []bool{false, true} {
			conn, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if got := isClosed(t, conn); got != want {
				t.Errorf("%+v: connection %d after one ended is closed: %v, want %v", test, i, got, want)
			}
		}
		l.Close()
	}
}

// isClosed tells whether the other end refuses within a moment that is long for
// loopback. One that does not is left open.
func isClosed(t *testing.T, conn net.Conn) bool {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	answer, err := io.ReadAll(conn)
	if timeout, ok := errors.AsType[net.Error](err); ok && timeout.Timeout() {
		return false
	}
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(answer)), nil)
	if err != nil {
		t.Fatalf("refused with %q: %v", answer, err)
	}
	var p problem.Problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.Status != resp.StatusCode || !resp.Close {
		t.Errorf("refused with %q: %v, want a problem document, and the connection closed", answer, err)
	}
	if resp.StatusCode != http.StatusServiceUnavailable && resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("refused with %d, want 503 or 429", resp.StatusCode)
	}
	return true
}

// A machine that is out of descriptors for a while does not end a server.
func TestShortage(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer inner.Close()
	short := &shortListener{Listener: inner, times: 3}
	l := guard(short, bounds{most: 1}, slog.New(slog.DiscardHandler))
	go net.Dial("tcp", inner.Addr().String())
	conn, err := l.Accept()
	if err != nil || short.times != 0 {
		t.Fatalf("Accept = %v with %d failures to come, want a connection after them", err, short.times)
	}
	conn.Close()
	inner.Close()
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept of a closed listener = %v, want net.ErrClosed", err)
	}
}

// shortListener has no descriptor for the first calls.
type shortListener struct {
	net.Listener
	times int
}

func (l *shortListener) Accept() (net.Conn, error) {
	if l.times > 0 {
		l.times--
		return nil, &net.OpError{Op: "accept", Err: os.NewSyscallError("accept4", syscall.EMFILE)}
	}
	return l.Listener.Accept()
}

func TestAddresses(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.1:80":             "192.0.2.1",
		"[::ffff:192.0.2.1]:80":    "192.0.2.1",
		"[2001:db8:1:2:3:4:5:6]:1": "2001:db8:1:2::",
		"@":                        "invalid IP",
	} {
		if got := remote(connFrom{addr: addr}).String(); got != want {
			t.Errorf("remote(%s) = %s, want %s", addr, got, want)
		}
	}
}

// connFrom has a remote address, and nothing else.
type connFrom struct {
	net.Conn
	addr string
}

func (c connFrom) RemoteAddr() net.Addr { return c }
func (c connFrom) Network() string      { return "tcp" }
func (c connFrom) String() string       { return c.addr }
