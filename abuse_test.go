package main_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/transform/pool/pooltest"
)

// late is when a server whose patience is a second has certainly lost it.
const late = 10 * time.Second

// Whoever does not get on with a request is cut off, wherever in the request that
// is, with an answer where there is anything to answer.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	p := abused(t)
	logo := string(testdata(t, "logo.svg"))
	form := filePart + logo + "\r\n--b--\r\n"
	var all sync.WaitGroup
	for _, tt := range []struct {
		name, door, sent string
		drips            bool
		want             string // statuses
	}{
		{"nothing", p.images, "", false, "408"},
		{"headers that drip", p.images, "GET / HTTP/1.1\r\nHost: x\r\nA: ", true, "408"},
		{"headers without an end", p.images, "GET / HTTP/1.1\r\nHost: x\r\n", false, "408"},
		{"a body that drips", p.images, "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n", true, "408"},
		{"chunks without an end", p.images, "GET / HTTP/1.1\r\nHost: x\r\n" + chunked + "5\r\nabcde\r\n", false, "408"},
		{"no body after 100", p.images, "GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n", false, "100 408"},
		{"idle", p.images, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, "404"},
		{"half of a second request", p.images, "GET / HTTP/1.1\r\nHost: x\r\n\r\nGET ", false, "404 408"},

		{"nothing", p.uploads, "", false, ""},
		{"headers that drip", p.uploads, "GET / HTTP/1.1\r\nHost: x\r\nA: ", true, ""},
		{"headers without an end", p.uploads, "GET / HTTP/1.1\r\nHost: x\r\n", false, ""},
		{"idle", p.uploads, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", false, "404"},
		{"half of a second request", p.uploads, "GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\nGET ", false, "404 400"},
		{"a large body that drips", p.uploads, postRaw + "Content-Length: 10000000\r\n\r\n", true, "408"},
		{"a small body that drips", p.uploads, postRaw + "Content-Length: 1000\r\n\r\n", true, "408"},
		{"a large body that stops", p.uploads, postRaw + "Content-Length: 10000000\r\n\r\nabc", false, "408"},
		{"a small body that stops", p.uploads, postRaw + "Content-Length: 1000\r\n\r\nabc", false, "408"},
		{"a chunk that drips", p.uploads, postRaw + chunked + "fffff\r\n", true, "408"},
		{"chunks without an end", p.uploads, postRaw + chunked + "5\r\nabcde\r\n", false, "408"},
		{"no trailer", p.uploads, postRaw + chunked + "5\r\nabcde\r\n0\r\n", false, "400"},
		{"no body after 100", p.uploads, postRaw + "Expect: 100-continue\r\nContent-Length: 1000\r\n\r\n", false, "100 408"},
		{"a part's headers that drip", p.uploads, postForm + "Content-Length: 1000\r\n\r\n--b\r\nA: ", true, "408"},
		{"nothing after a form's end", p.uploads, postForm + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(form)+10, form), false, "408"},
		{"no last chunk after a form's end", p.uploads, postForm + chunked + fmt.Sprintf("%x\r\n%s\r\n", len(form), form), false, "408"},
		{"a refused upload's body", p.uploads, postRaw + "Idempotency-Key: k k\r\nContent-Length: 1000\r\n\r\n", false, "400"},
		{"a body for a list", p.uploads, "GET /images HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", false, "200"},
		{"chunks for a list", p.uploads, "GET /images HTTP/1.1\r\nHost: x\r\n" + chunked + "fffff\r\n", true, "200"},
		{"a body for nothing", p.uploads, "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", true, "404"},

		{"nothing", p.admin, "", false, ""},
		{"headers that drip", p.admin, "GET / HTTP/1.1\r\nHost: x\r\nA: ", true, ""},
		{"idle", p.admin, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n", false, "200"},
		{"a body", p.admin, "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n", false, "200"},
	} {
		all.Go(func() {
			conn := say(t, tt.door, tt.sent)
			if tt.drips {
				go drip(conn)
			}
			if got := rest(t, conn, late); statuses(got) != tt.want {
				t.Errorf("%s at %s was answered %s, want %s: %.500q", tt.name, tt.door, statuses(got), tt.want, got)
			}
		})
	}
	all.Wait()
	if stored := files(t, filepath.Join(p.data, "objects")); len(stored) > 0 {
		t.Errorf("%v is stored", stored)
	}
	p.wantQuiet()
}

// Hundreds who send a byte at a time cost the others nothing.
func TestSlowClientsDoNotSlowOthers(t *testing.T) {
	t.Parallel()
	p := abused(t, "--read-timeout=20s", "--upload-timeout=20s")
	url := p.images + "/image/" + p.upload(testdata(t, "photo.jpg")) + "?w=100"
	do(t, request(t, http.MethodGet, url, nil))
	for range 100 {
		go drip(say(t, p.images, "GET / HTTP/1.1\r\nHost: x\r\nA: "))
		go drip(say(t, p.uploads, postRaw+"Content-Length: 10000000\r\n\r\n"))
	}
	var took []time.Duration
	for range 50 {
		start := time.Now()
		if a := do(t, request(t, http.MethodGet, url, nil)); a.status != http.StatusOK {
			t.Fatalf("a good client got %d %s", a.status, a.body)
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	if took[len(took)/2] > 300*time.Millisecond {
		t.Errorf("a good client waited %v for what is in the cache, as a rule", took[len(took)/2])
	}
	if a := p.post(testdata(t, "logo.svg")); a.status != http.StatusOK {
		t.Errorf("a good upload = %d %s", a.status, a.body)
	}
	if n := p.connections(); n < 200 {
		t.Errorf("only %d connections were under way: the test shows nothing", n)
	}
}

// A client that takes nothing of its answers loses the connection; one that takes
// them slowly gets them, however long that is.
func TestAnswersThatNobodyReads(t *testing.T) {
	t.Parallel()
	p := abused(t)
	large := append(testdata(t, "photo.jpg"), make([]byte, 12<<20)...)
	original := "GET /image/" + p.upload(large) + " HTTP/1.1\r\nHost: x\r\n\r\n"
	rendition := strings.Replace(original, " HTTP", "?w=1500&fm=png HTTP", 1)
	rest(t, say(t, p.images, rendition), late) // it is in the cache now
	slow := make(chan string)
	go func() {
		conn, got := say(t, p.images, original), new(bytes.Buffer)
		for start := time.Now(); time.Since(start) < 7*time.Second/2; time.Sleep(50 * time.Millisecond) {
			io.CopyN(got, conn, 25_000)
		}
		slow <- got.String() + rest(t, conn, late)
	}()
	for _, tt := range []struct {
		name, door, sent string
		buffer           int // 0 for the system's
	}{
		{"an original", p.images, original, 0},
		{"an original, with a small buffer", p.images, original, 4096},
		{"a rendition", p.images, rendition, 0},
		{"many small answers", p.images, strings.Repeat("GET / HTTP/1.1\r\nHost: x\r\n\r\n", 20_000), 4096},
		{"many lists", p.uploads, strings.Repeat("GET /images HTTP/1.1\r\nHost: x\r\n\r\n", 20_000), 4096},
		{"metrics", p.admin, strings.Repeat("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 2_000), 4096},
	} {
		conn := dial(t, tt.door, "")
		if tt.buffer > 0 {
			conn.SetReadBuffer(tt.buffer)
		}
		go io.WriteString(conn, tt.sent)
	}
	if got := <-slow; !strings.HasSuffix(got, string(large)) {
		t.Errorf("a slow reader got %d bytes, want all %d", len(got), len(large))
	}
	p.wantQuiet()
}

// Bytes that come steadily at more than the least rate are an upload, even when it
// takes several times the timeout.
func TestAnUploadMayTakeItsTime(t *testing.T) {
	t.Parallel()
	p := abused(t)
	photo := testdata(t, "photo.jpg")
	for _, framing := range []string{
		postRaw + fmt.Sprintf("Connection: close\r\nContent-Length: %d\r\n\r\n", len(photo)),
		postForm + fmt.Sprintf("Connection: close\r\nContent-Length: %d\r\n\r\n%s", len(filePart)+len(photo)+len("\r\n--b--"), filePart),
	} {
		conn := say(t, p.uploads, framing)
		for piece := range slices.Chunk(bytes.Clone(photo), 20_000) { // 62 of them
			if _, err := conn.Write(piece); err != nil {
				t.Error(err)
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
		if strings.Contains(framing, "multipart") {
			io.WriteString(conn, "\r\n--b--")
		}
		if got := rest(t, conn, late); statuses(got) != "200" {
			t.Errorf("a slow upload was answered %.200q, want 200", got)
		}
	}
	pooltest.Until(t, "the uploads' files are closed", func() bool { return p.descriptors() <= p.fds })
}
