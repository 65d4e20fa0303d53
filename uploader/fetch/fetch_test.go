package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

var ctx = context.Background()

// canary is a listener on every address of the machine that counts who comes.
func canary(t *testing.T) (port string, visits *atomic.Int64) {
	t.Helper()
	l, err := net.Listen("tcp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	visits = &atomic.Int64{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			visits.Add(1)
			conn.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	_, port, err = net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, visits
}

// hosts are ways to write where the canary is, or where somebody else's secrets are.
var hosts = []string{
	"127.0.0.1", "127.0.0.2", "127.1.1.1", "127.255.255.254", "127.1", "127.0.1", "0", "0.0.0.0", "0x7f.1", "0x7f000001", "2130706433",
	"017700000001", "0177.0.0.1", "0x7f.0x0.0x0.0x1", "localhost", "LOCALHOST", "localhost.", "ip6-localhost",
	"[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fe80::1]", "[fe80::1%25lo]",
	"10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "[::ffff:169.254.169.254]", "[fd00:ec2::254]", "100.100.100.200", "168.63.129.16", "192.0.0.192",
	"198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "[ff02::1]", "[fc00::1]", "127%2e0%2e0%2e1", "①②⑦.⓪.⓪.①", "127。0。0。1",
}

// No address that leads inside is reached, however it is written.
func TestNothingInsideIsReached(t *testing.T) {
	port, visits := canary(t)
	c := New(Options{Timeout: 5 * time.Second, Redirects: 5})
	for _, host := range hosts {
		for _, scheme := range []string{"http", "https"} {
			url := scheme + "://" + host + ":" + port + "/x.jpg"
			body, err := c.Get(ctx, url)
			if err == nil {
				body.Close()
			}
			if !errors.Is(err, ErrForbidden) && !errors.Is(err, ErrRefused) && !isNameless(err) {
				t.Errorf("Get(%s) = %v, want it refused", url, err)
			}
		}
	}
	for _, url := range []string{
		"file:///etc/passwd", "ftp://127.0.0.1:" + port, "gopher://127.0.0.1:" + port, "http://user:word@example.com/", "http:///x", "http://", "//127.0.0.1:" + port,
		"127.0.0.1:" + port, "unix:///run/docker.sock", "javascript:alert(1)", "http://[::1", "http://a b/", "HTTP://127.0.0.1:" + port,
	} {
		if body, err := c.Get(ctx, url); err == nil {
			body.Close()
			t.Errorf("Get(%q) is answered", url)
		}
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("the canary had %d visits", n)
	}
	// The canary sings where it may.
	New(Options{Private: true, Timeout: 5 * time.Second}).Get(ctx, "http://127.0.0.1:"+port)
	if visits.Load() == 0 {
		t.Error("the canary cannot be reached at all")
	}
}

// isNameless tells whether a name could not be resolved here: there may be no name server.
func isNameless(err error) bool { return err != nil && strings.Contains(err.Error(), "lookup ") }

// A server that is allowed cannot lead inside, whatever kind of redirect it uses.
func TestRedirectsLeadNowhereInside(t *testing.T) {
	port, visits := canary(t)
	var leads atomic.Value
	first := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		to := leads.Load().([]string)
		w.Header().Set("Location", to[1])
		status := 302
		fmt.Sscan(to[0], &status)
		w.WriteHeader(status)
	}))
	defer first.Close()
	c := New(Options{Timeout: 5 * time.Second, Redirects: 5})
	c.reach = func(address string) bool { return address == first.Listener.Addr().String() }
	for _, status := range []string{"301", "302", "303", "307", "308"} {
		for _, host := range hosts[:30] {
			leads.Store([]string{status, "http://" + host + ":" + port + "/"})
			if body, err := c.Get(ctx, first.URL); err == nil {
				body.Close()
				t.Errorf("a %s to %s is followed", status, host)
			}
		}
		for _, to := range []string{"file:///etc/passwd", "//127.0.0.1:" + port + "/", "http://user:word@127.0.0.1:" + port, "gopher://127.0.0.1:" + port} {
			leads.Store([]string{status, to})
			if body, err := c.Get(ctx, first.URL); err == nil {
				body.Close()
				t.Errorf("a %s to %s is followed", status, to)
			}
		}
		leads.Store([]string{status, first.URL})
		if _, err := c.Get(ctx, first.URL); !errors.Is(err, ErrRefused) {
			t.Errorf("a circle of %ss = %v, want %v", status, err, ErrRefused)
		}
	}
	if n := visits.Load(); n > 0 {
		t.Errorf("the canary had %d visits", n)
	}
}

func TestGet(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/image":
			io.WriteString(w, "bytes")
		case "/moved":
			http.Redirect(w, r, "/image", http.StatusMovedPermanently)
		case "/missing":
			w.WriteHeader(http.StatusNotFound)
		case "/busy":
			w.WriteHeader(http.StatusTooManyRequests)
		case "/broken":
			w.WriteHeader(http.StatusBadGateway)
		case "/silent":
			<-r.Context().Done()
		}
	}))
	defer server.Close()
	c := New(Options{Private: true, Timeout: 300 * time.Millisecond, Redirects: 1})
	for _, tt := range []struct {
		path string
		want error
	}{
		{"/image", nil}, {"/moved", nil}, {"/missing", ErrRefused}, {"/busy", ErrUnreachable}, {"/broken", ErrUnreachable}, {"/silent", ErrUnreachable},
	} {
		body, err := c.Get(ctx, server.URL+tt.path)
		if !errors.Is(err, tt.want) {
			t.Errorf("Get(%s) = %v, want %v", tt.path, err, tt.want)
		}
		if err != nil {
			continue
		}
		if got, err := io.ReadAll(body); err != nil || string(got) != "bytes" {
			t.Errorf("Get(%s) reads %q, %v", tt.path, got, err)
		}
		body.Close()
	}
	server.Close()
	if _, err := c.Get(ctx, server.URL+"/image"); !errors.Is(err, ErrUnreachable) {
		t.Errorf("Get of nobody = %v, want %v", err, ErrUnreachable)
	}
}

func TestHosts(t *testing.T) {
	c := New(Options{Private: true, Hosts: []string{"Images.example.com", ".example.org"}, Timeout: time.Second})
	for _, tt := range []struct {
		host string
		want bool
	}{
		{"images.example.com", true}, {"IMAGES.example.com.", true}, {"a.example.org", true}, {"a.b.example.org", true},
		{"example.com", false}, {"example.org", false}, {"evilexample.org", false}, {"images.example.com.evil.net", false}, {"127.0.0.1", false},
	} {
		r, err := http.NewRequest("GET", "http://"+tt.host+":81/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := c.allowed(r.URL) == nil; got != tt.want {
			t.Errorf("host %s is allowed: %v, want %v", tt.host, got, tt.want)
		}
	}
}
