package main_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"

	"lightwell/transform/pool/pooltest"
)

// tried is what becomes of a good request from an address: the statuses of the answer.
func tried(t testing.TB, door, from string) string {
	t.Helper()
	conn := dial(t, door, from)
	defer conn.Close()
	io.WriteString(conn, "GET /images HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	return statuses(rest(t, conn, late))
}

// An address that has all the connections it may have is refused another, and no
// other address is.
func TestConnectionsOfOneAddress(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--read-timeout=20s", "--max-connections-per-ip=5", "--max-connections=8"})
	for door, good := range map[string]string{p.images: "404", p.uploads: "200"} {
		var open []net.Conn
		for range 5 {
			open = append(open, say(t, door, "GET"))
		}
		for from, want := range map[string]string{"127.0.0.1": "429", "127.0.0.2": good} {
			if got := tried(t, door, from); got != want {
				t.Errorf("a connection from %s to %s was answered %s, want %s", from, door, got, want)
			}
		}
		for range 3 {
			open = append(open, dial(t, door, "127.0.0.3"))
		}
		if got := tried(t, door, "127.0.0.2"); got != "503" {
			t.Errorf("a connection to %s when there are as many as may be was answered %s, want 503", door, got)
		}
		for _, conn := range open {
			conn.Close()
		}
		pooltest.Until(t, "the first address is served again", func() bool { return tried(t, door, "127.0.0.1") == good })
	}
}

// As many uploads are taken at once as may be. One that is refused costs nothing,
// and one that ends makes room.
func TestUploadsAtOnce(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--max-uploads=2"})
	var slow []net.Conn
	for range 2 {
		slow = append(slow, say(t, p.uploads, postRaw+"Content-Length: 1000000\r\n\r\nabc"))
	}
	pooltest.Until(t, "two uploads are under way", func() bool { return p.connections() == 2 })
	logo := testdata(t, "logo.svg")
	if a := p.post(logo); a.status != http.StatusServiceUnavailable || a.problem().Status != a.status || a.header.Get("Retry-After") == "" {
		t.Errorf("a third upload = %d %v %s, want 503, when to come back, and a problem document", a.status, a.header, a.body)
	}
	if a := do(t, request(t, http.MethodGet, p.uploads+"/images", nil)); a.status != http.StatusOK {
		t.Errorf("a list meanwhile = %d, want 200", a.status)
	}
	slow[0].Close()
	pooltest.Until(t, "there is room again", func() bool { return p.post(logo).status == http.StatusOK })
}

// Connections that come and go leave nothing.
func TestTenThousandConnections(t *testing.T) {
	t.Parallel()
	p := abused(t)
	var all sync.WaitGroup
	for _, door := range []string{p.images, p.uploads} {
		all.Go(func() {
			for range 5000 {
				conn, err := net.Dial("tcp", strings.TrimPrefix(door, "http://"))
				if err != nil {
					t.Error(err)
					return
				}
				conn.(*net.TCPConn).SetLinger(0) // or loopback runs out of ports
				conn.Close()
			}
		})
	}
	all.Wait()
	p.wantQuiet()
}

// More clients than the process has descriptors for do not end it, and those on one
// door leave some to the other.
func TestDescriptorsRunOut(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--read-timeout=2s"}, "sh", "-c", `ulimit -n 120; exec "$@"`, "sh")
	for _, door := range []string{p.images, p.uploads} {
		for range 100 {
			say(t, door, "GET")
		}
	}
	if a := do(t, request(t, http.MethodGet, p.admin+"/readyz", nil)); a.status != http.StatusOK {
		t.Errorf("GET /readyz meanwhile = %d %s", a.status, a.body)
	}
	for door, good := range map[string]string{p.images: "404", p.uploads: "200"} {
		pooltest.Until(t, door+" serves again", func() bool { return tried(t, door, "") == good })
	}
	p.upload(testdata(t, "logo.svg"))
	if !strings.Contains(p.logged(), "max-connections is lowered") {
		t.Error("the log does not say that max-connections was lowered")
	}
}

// Requests that come without a wait are answered all and in order.
func TestPipelinedRequests(t *testing.T) {
	t.Parallel()
	p := abused(t, "--read-timeout=20s", "--write-timeout=20s")
	const n = 5000
	for _, door := range []string{p.images, p.uploads} {
		var requests, want strings.Builder
		for i := range n {
			fmt.Fprintf(&requests, "GET /image/x%d HTTP/1.1\r\nHost: x\r\nX-Request-Id: %024d\r\n\r\n", i, i)
			fmt.Fprintf(&want, "%024d ", i)
		}
		conn := dial(t, door, "")
		go io.WriteString(conn, requests.String())
		var got strings.Builder
		for _, after := range strings.Split(rest(t, conn, 6*late), "\r\nX-Request-Id: ")[1:] {
			got.WriteString(after[:24] + " ")
		}
		if got.String() != want.String() {
			t.Errorf("%d requests at once to %s were answered %d times: %.200s", n, door, strings.Count(got.String(), " "), got.String())
		}
	}
	p.wantQuiet()
}
