package main_test

import (
	"io"
	"strings"
	"sync"
	"testing"
)

// What can be read as one request or as two is refused, or read as RFC 9112 says and
// the connection closed; and what is no request is refused. The statuses are those
// of all answers on the connection.
func TestRequestsThatCanBeReadInTwoWays(t *testing.T) {
	t.Parallel()
	const (
		post   = "POST /upload HTTP/1.1\r\nHost: x\r\n"
		get    = "GET /images HTTP/1.1\r\nHost: x\r\n"
		second = "GET /second HTTP/1.1\r\nHost: x\r\n\r\n" // 36 bytes
		empty  = "\r\n\r\n0\r\n\r\n" + second
	)
	p := abused(t)
	var all sync.WaitGroup
	for _, tt := range []struct{ name, sent, images, uploads string }{
		{"a length and chunks", post + "Content-Length: 5\r\nTransfer-Encoding: chunked" + empty, "405", "400"},
		{"chunks and a length", post + "Transfer-Encoding: chunked\r\nContent-Length: 5" + empty, "405", "400"},
		{"two lengths", post + "Content-Length: 0\r\nContent-Length: 36\r\n\r\n" + second, "400", "400"},
		{"a list of lengths", post + "Content-Length: 0, 36\r\n\r\n" + second, "400", "400"},
		{"a length with a sign", post + "Content-Length: +36\r\n\r\n" + second, "400", "400"},
		{"a length in hex", post + "Content-Length: 0x24\r\n\r\n" + second, "400", "400"},
		{"a negative length", post + "Content-Length: -1\r\n\r\n" + second, "400", "400"},
		{"two codings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity" + empty, "400", "501"},
		{"a list of codings", post + "Transfer-Encoding: chunked, identity" + empty, "400", "501"},
		{"an unknown coding", post + "Transfer-Encoding: xchunked" + empty, "400", "501"},
		{"chunks in HTTP/1.0", strings.Replace(post, "1.1", "1.0", 1) + "Connection: keep-alive\r\nTransfer-Encoding: chunked" + empty, "400", "400"},
		{"a space before the colon", post + "Content-Length : 36\r\n\r\n" + second, "400", "400"},
		{"a tab before the colon", post + "Transfer-Encoding\t: chunked" + empty, "400", "400"},
		{"a carriage return alone", get + "A: b\rContent-Length: 36\r\n\r\n" + second, "400", "400"},
		{"a chunk too long to count", post + chunked + "ffffffffffffffff1\r\nx\r\n0\r\n\r\n" + second, "400", "400"},
		{"a chunk of negative length", post + chunked + "-1\r\nx\r\n0\r\n\r\n" + second, "400", "400"},
		{"chunks that end in line feeds", post + chunked + "1\nx\n0\n\n" + second, "400", "400"},
		{"bytes", "\x00\x01\x02\xff\xfe\r\n\r\n" + second, "400", "400"},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\xaa", 500) + "\r\n\r\n", "400", "400"},
		{"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400", "400"},

		// Both are as they should be: a folded line is one line (RFC 9112, section 5.2).
		{"a folded coding", post + "Transfer-Encoding:\r\n chunked" + empty, "405 404", "400"},
		{"a folded line", get + "A: b\r\n Content-Length: 36\r\n\r\n" + second, "404 404", "200 404"},
		{"a line feed alone", strings.ReplaceAll(get, "\r", "") + "Content-Length: 36\n\n" + second, "408", "200"},
		{"CONNECT", "CONNECT example.com:80 HTTP/1.1\r\nHost: example.com:80\r\n\r\n", "405", "404"},
		{"TRACE", "TRACE / HTTP/1.1\r\nHost: x\r\nCookie: secret\r\n\r\n", "405", "405"},
		{"HTTP/1.0", "GET /images HTTP/1.0\r\n\r\n", "404", "200"},
		{"absolute form", "GET http://x/images HTTP/1.1\r\nHost: x\r\n\r\n", "404", "200"},
	} {
		for door, want := range map[string]string{p.images: tt.images, p.uploads: tt.uploads} {
			all.Go(func() {
				conn := dial(t, door, "")
				io.WriteString(conn, tt.sent)
				got := rest(t, conn, late)
				if s := statuses(got); s != want {
					t.Errorf("%s at %s was answered %s, want %s: %.300q", tt.name, door, s, want, got)
				}
				if strings.Contains(got, "secret") {
					t.Errorf("%s at %s gives back what was sent", tt.name, door)
				}
			})
		}
	}
	all.Wait()
	p.wantQuiet()
}
