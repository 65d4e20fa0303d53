package origin_test

import (
	"bytes"
	"net"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"

	"lightwell/origin/wiretest"
)

// mistakes are what a server may do wrong, as a change of its answers' heads: of those with
// that status to that method, where they are given.
var mistakes = []struct{ name, method, status, pattern, with string }{
	{"Vary is missing on a 304", "", "304", `Vary: Accept\r\n`, ""},
	{"Vary is missing on a 206", "", "206", `Vary: Accept\r\n`, ""},
	{"Vary is missing on an error", "", "422", `Vary: Accept\r\n`, ""},
	{"Vary is on everything", "", "", `(Server: [^\r]*\r\n)`, "${1}Vary: Origin\r\n"},
	{"the ETag is weak", "", "", `(?i)(etag: )"`, `${1}W/"`},
	{"the ETag is missing on a 304", "", "304", `(?i)etag: [^\r]*\r\n`, ""},
	{"all ETags are one", "", "", `(?i)(etag: )"[^"]*"`, `${1}"00000000000000000000000000000000"`},
	{"Content-Length of HEAD is wrong", "HEAD", "", `Content-Length: `, "Content-Length: 1"},
	{"Content-Length of HEAD is 0", "HEAD", "", `Content-Length: [0-9]+`, "Content-Length: 0"},
	{"Content-Length of HEAD is missing", "HEAD", "", `Content-Length: [0-9]+\r\n`, ""},
	{"Content-Length is one short", "GET", "200", `Content-Length: 500`, "Content-Length: 499"},
	{"HEAD has another type", "HEAD", "200", `Content-Type: [^\r]*`, "Content-Type: image/gif"},
	{"HEAD has ranges", "HEAD", "200", `200 OK`, "206 Partial Content"},
	{"a 404 lives for an hour", "", "404", `max-age=60`, "max-age=3600"},
	{"a 404 is not kept", "", "404", `public, max-age=60`, "no-store"},
	{"a 404 lives for a year", "", "404", `max-age=60`, "max-age=31536000, immutable"},
	{"a 400 lives for a minute", "", "400", `max-age=3600`, "max-age=60"},
	{"a 403 is kept", "", "403", `no-store`, "public, max-age=60"},
	{"a 503 is kept", "", "503", `no-store`, "public, max-age=60"},
	{"a 405 is kept", "", "405", `no-store`, "public, max-age=60"},
	{"an upload on its way is kept", "", "404", `no-store`, "public, max-age=60"},
	{"an image is mutable", "", "200", `, immutable`, ""},
	{"an image that may change is not", "", "200", `max-age=600`, "max-age=31536000, immutable"},
	{"a part is private", "", "206", `public`, "private"},
	{"a URL lives longer than it is good", "", "", `max-age=3[56]..\r`, "max-age=31536000\r"},
	{"nosniff is missing", "", "404", `X-Content-Type-Options: nosniff\r\n`, ""},
	{"the policy is missing", "", "200", `Content-Security-Policy: [^\r]*\r\n`, ""},
	{"200 instead of 206", "", "206", `206 Partial Content`, "200 OK"},
	{"200 instead of 412", "", "412", `412 [A-Z][^\r]*`, "200 OK"},
	{"404 instead of 410", "", "410", `410 Gone`, "404 Not Found"},
	{"404 instead of 400", "", "400", `400 Bad Request`, "404 Not Found"},
	{"404 instead of 403", "", "403", `403 Forbidden`, "404 Not Found"},
	{"a range is one off", "", "206", `(Content-Range: bytes )0-`, "${1}1-"},
	{"the size is missing on a 416", "", "416", `Content-Range: [^\r]*\r\n`, ""},
	{"a 304 has a type", "", "304", `(Server: [^\r]*\r\n)`, "${1}Content-Type: image/jpeg\r\n"},
	{"a 304 has a length", "", "304", `(Server: [^\r]*\r\n)`, "${1}Content-Length: 0\r\n"},
	{"a 304 has no tags to purge by", "", "304", `Cache-Tag: [^\r]*\r\n`, ""},
	{"a 204 has a length", "", "204", `(Server: [^\r]*\r\n)`, "${1}Content-Length: 0\r\n"},
	{"the id is missing", "", "405", `X-Request-Id: [^\r]*\r\n`, ""},
	{"the client's id is not kept", "", "304", `X-Request-Id: Trace_1-b`, "X-Request-Id: 5"},
	{"the date is missing", "", "404", `Date: [^\r]*\r\n`, ""},
	{"a header is there twice", "", "422", `(Cache-Control: [^\r]*\r\n)`, "${1}${1}"},
	{"the server is another", "", "", `Server: [^\r]*`, "Server: fasthttp"},
	{"Retry-After is a date", "", "503", `Retry-After: [0-9]+`, "Retry-After: Fri, 01 Jan 2100 00:00:00 GMT"},
	{"Allow is missing", "", "405", `Allow: [^\r]*\r\n`, ""},
	{"errors are for no other site", "", "404", `Access-Control-Allow-Origin: [^\r]*\r\n`, ""},
	{"a preflight is not kept", "", "204", `Access-Control-Max-Age: [^\r]*\r\n`, ""},
	{"a problem is JSON", "", "404", `application/problem\+json`, "application/json"},
	{"ranges are not announced", "", "200", `Accept-Ranges: bytes\r\n`, ""},
	{"a rendition has a date", "", "200", `(Server-Timing: [^\r]*\r\n)`, "${1}Last-Modified: Thu, 01 Jan 1998 00:00:00 GMT\r\n"},
	{"a connection closes that stays open", "", "404", `(Server: [^\r]*\r\n)`, "${1}Connection: close\r\n"},
	{"a connection stays open that closes", "", "400", `Connection: close\r\n`, ""},
	{"an image is compressed", "", "200", `(Server: [^\r]*\r\n)`, "${1}Content-Encoding: gzip\r\n"},
	{"a cookie is set", "", "200", `(Server: [^\r]*\r\n)`, "${1}Set-Cookie: a=b\r\n"},
}

// The table notices whatever a server does wrong.
func TestHTTPNoticesMistakes(t *testing.T) {
	files, err := wiretest.Read(tableDir)
	if err != nil {
		t.Fatal(err)
	}
	doors := tableDoors(t)
	through := func(f *falsifier) func(name string) (wiretest.Door, bool) {
		return func(name string) (wiretest.Door, bool) {
			d, ok := doors(name)
			d.Addr = f.listen(t, d.Addr)
			return d, ok
		}
	}
	if got := complaint(files, through(&falsifier{pattern: regexp.MustCompile(`Server`), with: "Server"})); got != "" {
		t.Fatalf("without a mistake: %s", got)
	}
	for _, m := range mistakes {
		wrong := &falsifier{method: m.method, status: m.status, pattern: regexp.MustCompile(m.pattern), with: m.with}
		said := complaint(files, through(wrong))
		if said == "" {
			t.Errorf("%s, in %d answers: nobody notices", m.name, wrong.changed.Load())
		}
		if wrong.changed.Load() == 0 {
			t.Errorf("%s: no answer was changed before %q, the test shows nothing", m.name, said)
		}
	}
}

// complaint is the first thing that is wrong, or "".
func complaint(files []wiretest.File, door func(string) (wiretest.Door, bool)) string {
	for _, f := range files {
		for c, wrong := range f.Check(door) {
			return c.Name + ": " + wrong
		}
	}
	return ""
}

// falsifier stands between a client and a server and changes what the server says.
type falsifier struct {
	method, status string
	pattern        *regexp.Regexp
	with           string
	changed        atomic.Int64
}

// listen gives the address under which a server is to be had with the mistake.
func (f *falsifier) listen(t *testing.T, addr string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", addr)
			if err != nil {
				t.Error(err)
				return
			}
			go f.pass(client, server)
		}
	}()
	return l.Addr().String()
}

// pass carries both ways until either end closes. A client of the table asks for nothing
// before it has had its answer.
func (f *falsifier) pass(client, server net.Conn) {
	var asked atomic.Value
	asked.Store("")
	go func() {
		each(client, func(sent []byte) {
			asked.Store(string(sent[:min(len(sent), 10)]))
			server.Write(sent)
		})
		server.Close()
	}()
	each(server, func(said []byte) {
		head, body, ok := bytes.Cut(said, []byte("\r\n\r\n"))
		if !ok || !bytes.HasPrefix(head, []byte("HTTP/1.")) {
			client.Write(said)
			return
		}
		client.Write([]byte(f.falsify(asked.Load().(string), string(head)+"\r\n")))
		client.Write(append([]byte("\r\n"), body...))
	})
	client.Close()
}

func each(c net.Conn, do func([]byte)) {
	buf := make([]byte, 1<<16)
	for {
		n, err := c.Read(buf)
		if n > 0 {
			do(buf[:n])
		}
		if err != nil {
			return
		}
	}
}

func (f *falsifier) falsify(asked, head string) string {
	if !strings.HasPrefix(asked, f.method) || f.status != "" && !strings.HasPrefix(head[len("HTTP/1.1 "):], f.status) {
		return head
	}
	changed := f.pattern.ReplaceAllString(head, f.with)
	if changed != head {
		f.changed.Add(1)
	}
	return changed
}
