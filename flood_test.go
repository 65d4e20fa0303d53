package main_test

import (
	"strings"
	"sync"
	"testing"
)

// What has no end is cut off by its size, and does not fill the memory.
func TestFloodsAreCutOff(t *testing.T) {
	t.Parallel()
	p := abused(t, "--max-bytes=20MiB", "--read-timeout=20s", "--upload-timeout=20s")
	before := p.peak()
	form := postForm + "Content-Length: 21000000\r\n\r\n"
	var all sync.WaitGroup
	for _, tt := range []struct{ name, door, sent, poured, want string }{
		{"a header", p.images, "GET / HTTP/1.1\r\nHost: x\r\nA: ", "x", "400"},
		{"headers", p.images, "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", "400"},
		{"a URL", p.images, "GET /", "x", "400"},
		{"a body", p.images, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n", "x", "413"},
		{"chunks", p.images, "GET / HTTP/1.1\r\nHost: x\r\n" + chunked, "5\r\nabcde\r\n", "413"},
		{"trailers", p.images, "GET / HTTP/1.1\r\nHost: x\r\n" + chunked + "0\r\n", "A: b\r\n", "400"},
		{"a header", p.uploads, "GET / HTTP/1.1\r\nHost: x\r\nA: ", "x", "431"},
		{"headers", p.uploads, "GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n", "431"},
		{"a URL", p.uploads, "GET /", "x", "431"},
		{"a body", p.uploads, postRaw + "Content-Length: 100000000\r\n\r\n", "x", "413"},
		{"chunks", p.uploads, postRaw + chunked, "1000\r\n" + strings.Repeat("x", 4096) + "\r\n", "413"},
		{"a chunk's extension", p.uploads, postRaw + chunked + "5;", "x", "400"},
		{"trailers", p.uploads, postRaw + chunked + "0\r\n", "A: b\r\n", "400"},
		{"a line before a form", p.uploads, form, "x", "400"},
		{"lines before a form", p.uploads, form, "x\r\n", "413"},
		{"a part's header", p.uploads, form + "--b\r\nA: ", "x", "413"},
		{"large headers of a part", p.uploads, form + "--b\r\n", "A: " + strings.Repeat("b", 3000) + "\r\n", "413"},
		{"headers of a part", p.uploads, form + "--b\r\n", "A: b\r\n", "400"},
		{"parts", p.uploads, form, "--b\r\nContent-Disposition: form-data; name=\"tags\"\r\n\r\n\r\n", "413"},
		{"what follows a form", p.uploads, form + filePart + "\x89PNG\r\n--b--\r\n", "x", "413"},
		{"a header", p.admin, "GET / HTTP/1.1\r\nHost: x\r\nA: ", "x", "431"},
	} {
		all.Go(func() {
			for range 20 { // a client that still sends may lose the answer
				conn := say(t, tt.door, tt.sent)
				go pour(conn, tt.poured, 25_000_000)
				got := rest(t, conn, 3*late)
				conn.Close()
				if got == "" {
					continue
				}
				if statuses(got) != tt.want {
					t.Errorf("%s without an end at %s was answered %s, want %s: %.500q", tt.name, tt.door, statuses(got), tt.want, got)
				}
				return
			}
			t.Errorf("%s without an end at %s is never answered", tt.name, tt.door)
		})
	}
	all.Wait()
	if grown := p.peak() - before; grown > 64<<20 {
		t.Errorf("the server's memory grew by %d MiB, want at most 64", grown>>20)
	}
	p.wantQuiet()
}
