package origin_test

import (
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"lightwell/origin"
)

// What is no request that can be read is refused as a problem, too, and the connection closed.
func TestMalformedRequests(t *testing.T) {
	d := openDoorWith(t, settings{server: origin.ServerConfig{ReadTimeout: patience}})
	d.photo()
	image := "/image/" + photoID
	for _, tt := range []struct {
		name, request string
		status        int
	}{
		{"no request line", "\r\n\r\n\r\n\x00\x01\x02 \r\n\r\n", 400},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
		{"no URI", "GET\r\nHost: x\r\n\r\n", 400},
		{"no Host", "GET " + image + " HTTP/1.1\r\n\r\n", 400},
		{"two Hosts", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nHost: y\r\n\r\n", 400},
		{"space before the colon", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange : bytes=0-1\r\n\r\n", 400},
		{"header without a colon", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nnonsense\r\n\r\n", 400},
		{"NUL in a header", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nRange: a\x00b\r\n\r\n", 400},
		{"two lengths", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
		{"strange coding", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: gzip\r\n\r\n", 400},
		{"negative length", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: -1\r\n\r\n", 400},
		{"long URI", "GET " + image + "?dl=" + strings.Repeat("x", 20_000) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400},
		{"long header", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nCookie: " + strings.Repeat("x", 20_000) + "\r\n\r\n", 400},
		{"many headers", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + strings.Repeat("A: b\r\n", 5_000) + "\r\n", 400},
		{"large body", "GET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n", 413},
	} {
		got := d.raw("GET", tt.request)
		id := got.header.Get("X-Request-Id")
		if len(id) != 24 {
			t.Errorf("%s: X-Request-Id = %q, want 24 digits", tt.name, id)
		}
		if !got.closes {
			t.Errorf("%s: the connection stays open, want it closed", tt.name)
		}
		wantProblem(t, tt.name, got, tt.status, notStored, "", headers{"X-Request-Id": id})
	}
	if n := d.library.opens(); n > 0 {
		t.Errorf("originals opened = %d, want 0", n)
	}
}

// What is odd and allowed is served.
func TestOddRequests(t *testing.T) {
	d := openDoor(t)
	d.photo()
	image := "/image/" + photoID
	for _, tt := range []struct{ name, request string }{
		{"absolute form", "GET http://images.test" + image + " HTTP/1.1\r\nHost: images.test\r\nConnection: close\r\n\r\n"},
		{"absolute form of another scheme", "GET HTTPS://images.test:443" + image + "? HTTP/1.1\r\nHost: images.test\r\nConnection: close\r\n\r\n"},
		{"HTTP/1.0", "GET " + image + " HTTP/1.0\r\n\r\n"},
		{"empty Accept", "GET " + image + " HTTP/1.1\r\nHost: x\r\nAccept:\r\nConnection: close\r\n\r\n"},
		{"body that is ignored", "GET " + image + " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nConnection: close\r\n\r\nabc"},
		{"query near the limit", "GET " + image + "?v=" + strings.Repeat("x", 8_000) + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"},
		{"empty lines first", "\r\n\r\nGET " + image + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"},
	} {
		got := d.raw("GET", tt.request)
		if got.status != 200 || string(got.body) != string(photoBody) {
			t.Errorf("%s = %d %.100q, want 200 and the original", tt.name, got.status, got.body)
		}
	}
}

// A body that a GET came with is never taken for the next request.
func TestBodyIsNoRequest(t *testing.T) {
	d := openDoor(t)
	d.photo()
	smuggled := "DELETE / HTTP/1.1\r\nHost: x\r\n\r\n"
	request := fmt.Sprintf("GET /info/%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s", photoID, len(smuggled), smuggled)
	if got := d.raw("GET", request); got.status != 200 { // read asserts that nothing comes after
		t.Errorf("GET with a body = %d, want 200", got.status)
	}
}

// A request whose length can be read in two ways is refused, or answered and the connection closed:
// nothing after it counts as a request (RFC 9112, section 6.3).
func TestLengthAndChunks(t *testing.T) {
	d := openDoor(t)
	d.photo()
	got := d.raw("GET", "GET /info/"+photoID+" HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"+
		"0\r\n\r\nDELETE / HTTP/1.1\r\nHost: x\r\n\r\n")
	if got.status != 200 && got.status != 400 || !got.closes {
		t.Errorf("GET with a length and chunks = %d, closing %v, want 200 or 400, and closing", got.status, got.closes)
	}
}

// A request that does not arrive is cut off, whether nothing more comes or a byte at a time.
func TestSlowRequests(t *testing.T) {
	const timeout = 200 * time.Millisecond
	d := openDoorWith(t, settings{server: origin.ServerConfig{ReadTimeout: timeout}})
	for _, tt := range []struct {
		name, start string
		drip        bool
	}{
		{"half a request line", "GET /image/", false},
		{"headers without an end", "GET /image/ HTTP/1.1\r\nHost: x\r\n", false},
		{"dripping headers", "GET /image/ HTTP/1.1\r\nHost: x\r\nA: ", true},
		{"half a body", "GET /image/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", false},
	} {
		began := time.Now()
		c := d.dial()
		if _, err := io.WriteString(c, tt.start); err != nil {
			t.Fatal(err)
		}
		if tt.drip {
			go drip(c)
		}
		got := d.read(c, "GET")
		c.Close()
		if took := time.Since(began); took < timeout/2 || took > 10*timeout+2*time.Second {
			t.Errorf("%s was cut off after %v, want about %v", tt.name, took, timeout)
		}
		id := got.header.Get("X-Request-Id")
		wantProblem(t, tt.name, got, 408, notStored, "", headers{"X-Request-Id": id})
	}
}

// drip sends a byte now and then until the connection ends.
func drip(c net.Conn) {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if _, err := c.Write([]byte("x")); err != nil {
			return
		}
	}
}
