package uploader_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// sized is an image of exactly so many bytes.
func sized(n int) string { return jpeg + strings.Repeat("x", n-len(jpeg)) }

func TestByteLimit(t *testing.T) {
	for _, tt := range []struct {
		bytes, status int
	}{
		{maxBytes - 1, 200},
		{maxBytes, 200},
		{maxBytes + 1, 413},
		{2 * maxBytes, 413},
		{20 * maxBytes, 413},
	} {
		for _, form := range []bool{false, true} {
			for _, framing := range []string{"length", "chunks"} {
				d := openDoor(t)
				what := fmt.Sprintf("%d bytes by %s, in a form: %v", tt.bytes, framing, form)
				contentType, body := "image/jpeg", sized(tt.bytes)
				if form {
					contentType, body = formType, field("name", "n")+file("x.jpg", body)+end
				}
				got := d.frame(framing, contentType, body)
				if tt.status != 200 {
					wantProblem(t, what, got, tt.status, "", nil)
					d.nothingKept(what)
					continue
				}
				if c := completed(t, what, got); c.Bytes != int64(tt.bytes) {
					t.Errorf("%s: bytes = %d, want %d", what, c.Bytes, tt.bytes)
				}
				for _, kept := range originals(t, d.store) {
					if string(kept) != sized(tt.bytes) {
						t.Errorf("%s: the original has %d bytes, want those that were sent", what, len(kept))
					}
				}
			}
		}
	}
}

// A body that is too large by its own account is not read, nor asked for.
func TestExpectContinue(t *testing.T) {
	for _, tt := range []struct {
		bytes, status int
	}{{maxBytes, 200}, {maxBytes + 1, 413}} {
		d := openDoor(t)
		c := d.dial()
		fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", tt.bytes)
		r := bufio.NewReader(c)
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		if tt.status == 200 {
			if resp.StatusCode != 100 {
				t.Fatalf("POST of %d bytes that waits = %d, want 100", tt.bytes, resp.StatusCode)
			}
			io.WriteString(c, sized(tt.bytes))
			if resp, err = http.ReadResponse(r, nil); err != nil {
				t.Fatal(err)
			}
		}
		if resp.StatusCode != tt.status {
			t.Errorf("POST of %d bytes that waits = %d, want %d", tt.bytes, resp.StatusCode, tt.status)
		}
		resp.Body.Close()
		c.Close()
	}
}

// A length that is less than what comes cuts the upload; the rest is not taken for a request.
func TestLengthTooSmall(t *testing.T) {
	d := openDoor(t)
	got := d.post("image/jpeg", jpeg+"POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n", fmt.Sprintf("Content-Length: %d", len(jpeg)))
	completed(t, "POST with a length too small", got)
	for _, kept := range originals(t, d.store) {
		if string(kept) != jpeg {
			t.Errorf("the original is %q, want %q", kept, jpeg)
		}
	}
}

// A body that ends before its length, or amid its chunks, is not taken for a whole one.
func TestBodyTooShort(t *testing.T) {
	form := field("name", "n") + file("x.jpg", jpeg)
	for _, tt := range []struct{ name, contentType, framing, body string }{
		{"raw, nothing", "image/jpeg", "Content-Length: 1000", ""},
		{"raw, a part", "image/jpeg", "Content-Length: 1000", jpeg},
		{"raw, half a chunk", "image/jpeg", "Transfer-Encoding: chunked", "1000\r\n" + jpeg},
		{"raw, no last chunk", "image/jpeg", "Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n", len(jpeg), jpeg)},
		{"raw, a chunk without a length", "image/jpeg", "Transfer-Encoding: chunked", "zz\r\n" + jpeg},
		{"form, a part", formType, "Content-Length: 100000", form[:len(form)-10]},
		{"form, between parts", formType, "Content-Length: 100000", form},
		{"form, no last chunk", formType, "Transfer-Encoding: chunked", fmt.Sprintf("%x\r\n%s\r\n", len(form), form)},
	} {
		d := openDoor(t)
		got := d.send(true, "POST", "/upload", tt.body, "Content-Type: "+tt.contentType, tt.framing)
		wantProblem(t, tt.name, got, 400, "", nil)
		d.nothingKept(tt.name)
	}
}

// A client that hangs up in the middle leaves nothing behind.
func TestDisconnect(t *testing.T) {
	for _, tt := range []struct{ contentType, body string }{
		{"image/jpeg", jpeg},
		{formType, file("x.jpg", jpeg)[:90]},
		{formType, file("x.jpg", jpeg)},
	} {
		d := openDoor(t)
		c := d.dial()
		fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 90000\r\n\r\n%s", tt.contentType, tt.body)
		c.(*net.TCPConn).SetLinger(0)
		c.Close()
		d.wait("the handler")
		d.nothingKept("a client that hung up")
		if got := d.counts(); got["refused"] != 1 || got["stored"]+got["failed"] != 0 {
			t.Errorf("lightwell_uploads_total = %v, want 1 refused", got)
		}
		if n := countFDs(t); n > d.fds+10 { // some are the test's own
			t.Errorf("%d descriptors are open, there were %d", n, d.fds)
		}
	}
}

// wait waits until a request has been answered, or would have been.
func (d *door) wait(what string) {
	d.t.Helper()
	select {
	case <-d.answered:
	case <-time.After(patience):
		d.t.Fatalf("%s has not returned in %v", what, patience)
	}
}

// A body that does not come is given up, whether in a form or not.
func TestSlowBody(t *testing.T) {
	for _, tt := range []struct{ contentType, body string }{
		{"image/jpeg", jpeg},
		{formType, file("x.jpg", jpeg)[:90]},
		{formType, file("x.jpg", jpeg)},
		{formType, "--b\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\na"},
	} {
		d := openDoor(t)
		d.uploader.BodyTimeout = 100 * time.Millisecond
		c := d.dial()
		fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\nContent-Length: 90000\r\n\r\n%s", tt.contentType, tt.body)
		got, err := readResponse(c, "POST")
		c.Close()
		if err != nil {
			t.Fatalf("POST of a slow %s: %v", tt.contentType, err)
		}
		wantProblem(t, fmt.Sprintf("POST of a slow %q", tt.body), got, 408, "", nil)
		d.nothingKept("a slow body")
	}
}

// The body's time is not the inspection's.
func TestBodyTimeoutEnds(t *testing.T) {
	d := openDoor(t)
	d.uploader.BodyTimeout = 100 * time.Millisecond
	d.inspector.failWith(func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return errors.Join(errors.New("the request's context ended"), context.Cause(ctx))
		case <-time.After(5 * d.uploader.BodyTimeout):
			return nil
		}
	})
	c := d.dial()
	defer c.Close()
	fmt.Fprintf(c, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(jpeg), jpeg)
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil || resp.StatusCode != 200 {
		t.Errorf("POST that takes longer to inspect than to send = %v, %v, want 200", resp, err)
	}
}
