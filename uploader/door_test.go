package uploader_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
	"lightwell/uploader"
	"lightwell/uploader/fetch"
	"lightwell/uploader/locks"
	"lightwell/uploader/queue"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	maxBytes = 100_000
	// What a bulk may have.
	bulkItems, bulkBytes = 50, 2_000_000
	baseURL              = "https://images.test"
	patience             = 20 * time.Second // after which a test gives up
)

// door is the uploads' door over fakes, on a listener of its own.
type door struct {
	t         *testing.T
	addr      string
	store     store.Store
	inspector *fakeInspector
	temp      *tempFiles
	made      *fakeMaker
	// stopWorker stops what works for it.
	stopWorker func()
	registry   *prometheus.Registry
	uploader   *uploader.Uploader
	images     *uploader.ImageWork
	worker     *uploader.Worker
	queue      *queue.SQLite
	answered   chan struct{} // gets one for each request whose handler has returned
	fds        int           // open before
}

func openDoor(t *testing.T) *door { return openDoorOver(t, store.NewMem()) }

// openDoorOver may change the uploader and what works for it before they begin.
func openDoorOver(t *testing.T, s store.Store, change ...func(*door)) *door {
	t.Helper()
	lib, err := library.New(s, library.Config{Entries: 10})
	if err != nil {
		t.Fatal(err)
	}
	d := &door{
		t: t, store: s, inspector: &fakeInspector{t: t}, temp: &tempFiles{dir: t.TempDir()},
		registry: prometheus.NewRegistry(), answered: make(chan struct{}, 10_000), made: &fakeMaker{t: t},
	}
	d.queue = openQueue(t)
	d.uploader, d.images, d.worker = assemble(lib, d.queue, d.inspector, d.temp, d.made, d.registry)
	for _, f := range change {
		f(d)
	}
	d.stopWorker = start(d.worker)
	handler, err := d.uploader.Handler()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(w, r)
		d.answered <- struct{}{}
	}))
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelDebug)
	server.Start()
	d.addr = server.Listener.Addr().String()
	d.fds = countFDs(t)
	t.Cleanup(func() {
		server.Close()
		d.stopWorker()
		if n := d.temp.open(); n > 0 {
			t.Errorf("%d temporary files were not closed", n)
		}
		if left, err := os.ReadDir(d.temp.dir); err != nil || len(left) > 0 {
			t.Errorf("temporary files left = %v, %v, want none", left, err)
		}
	})
	return d
}

func openQueue(t testing.TB) *queue.SQLite {
	t.Helper()
	q, err := queue.OpenSQLite(filepath.Join(t.TempDir(), "jobs.db"), queue.SQLiteOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { q.Close() })
	return q
}

// assemble makes an uploader and what works for it. Whatever goes wrong is not tried again.
func assemble(lib *library.Library, q *queue.SQLite, inspector uploader.Inspector, temp *tempFiles, made *fakeMaker, r prometheus.Registerer) (*uploader.Uploader, *uploader.ImageWork, *uploader.Worker) {
	gate := uploader.Gate{
		TempFile: temp.file, MaxBytes: maxBytes,
		Formats: map[transform.Format]bool{transform.JPEG: true, transform.PNG: true, transform.GIF: true},
	}
	log := slog.New(slog.DiscardHandler)
	u := &uploader.Uploader{
		Library: lib, Incoming: lib, Presets: lib, Marks: lib, Queue: q, Gate: gate, BulkItems: bulkItems, BulkBytes: bulkBytes,
		PresignLife: time.Hour, PartsLife: 48 * time.Hour, Locks: locks.New(filepath.Join(temp.dir, "../uploads.lock")),
		SyncWait: patience, BodyTimeout: patience, BaseURL: baseURL,
		Metrics: uploader.NewMetrics(r), Log: log,
	}
	images := &uploader.ImageWork{
		Library: lib, Incoming: lib, Presets: lib, Inspector: inspector, Suspects: noSuspects{}, Limits: transform.DefaultLimits, Gate: gate,
		Client: fetch.New(fetch.Options{Private: true}), Prepare: made.prepare, BaseURL: baseURL, Log: log,
	}
	worker := &uploader.Worker{
		Queue: q, Do: uploader.Doers{queue.Awaited: images, queue.Bulk: images}, Lease: patience, Attempts: 1,
		Metrics: uploader.NewWorkerMetrics(nil), Log: log,
	}
	return u, images, worker
}

// start has a worker work, until it is stopped.
func start(w *uploader.Worker) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx, context.Background(), 2, queue.Awaited, queue.Bulk)
	}()
	return func() {
		cancel()
		<-ended
	}
}

func countFDs(t *testing.T) int {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}

// response is a whole answer, as it came over the wire.
type response struct {
	status int
	header http.Header
	body   []byte
	closes bool
}

// do sends a request on a connection of its own, as it is written, and reads the answer and what comes
// after it, which must be nothing. Headers are lines; the body has a Content-Length unless they say how
// it is framed.
func (d *door) do(method, uri, body string, headers ...string) response {
	d.t.Helper()
	return d.send(false, method, uri, body, headers...)
}

// send does what do does. It may close its half of the connection after the request, which ends a body
// that is short; net/http takes that for the client's leaving.
func (d *door) send(closeHalf bool, method, uri, body string, headers ...string) response {
	d.t.Helper()
	head := method + " " + uri + " HTTP/1.1\r\nHost: uploads.test\r\nConnection: close\r\n"
	framed := body == "" && method != "POST"
	for _, line := range headers {
		head += line + "\r\n"
		framed = framed || strings.HasPrefix(line, "Content-Length:") || strings.HasPrefix(line, "Transfer-Encoding:")
	}
	if !framed {
		head += fmt.Sprintf("Content-Length: %d\r\n", len(body))
	}
	c := d.dial()
	defer c.Close()
	sent := make(chan struct{})
	go func() { // a server that refuses early does not read on
		defer close(sent)
		io.WriteString(c, head+"\r\n"+body)
		if closeHalf {
			c.(*net.TCPConn).CloseWrite()
		}
	}()
	got, err := readResponse(c, method)
	if err != nil {
		d.t.Fatalf("read the answer to %s %s: %v", method, uri, err)
	}
	c.Close()
	<-sent
	return got
}

func (d *door) get(uri string, headers ...string) response {
	d.t.Helper()
	return d.do("GET", uri, "", headers...)
}

// post uploads.
func (d *door) post(contentType, body string, headers ...string) response {
	d.t.Helper()
	if contentType != "" {
		headers = append(headers, "Content-Type: "+contentType)
	}
	return d.do("POST", "/upload", body, headers...)
}

func (d *door) dial() net.Conn {
	d.t.Helper()
	c, err := net.Dial("tcp", d.addr)
	if err != nil {
		d.t.Fatal(err)
	}
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		d.t.Fatal(err)
	}
	return c
}

func readResponse(c net.Conn, method string) (response, error) {
	r := bufio.NewReader(c)
	resp, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		return response{}, err
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return response{}, err
	}
	// A server that closes a connection with something unread on it has the kernel reset it.
	if rest, err := io.ReadAll(r); err != nil && !errors.Is(err, syscall.ECONNRESET) || len(rest) > 0 {
		return response{}, fmt.Errorf("after the answer came %q, %v", rest, err)
	}
	return response{resp.StatusCode, resp.Header, body, resp.Close}, nil
}

const (
	problemJSON = "application/problem+json"
	withID      = "X-Request-Id: test-1"
)

// document is a problem as a client reads it.
type document struct {
	Type, Title, Detail, Param string
	Status                     int
}

// wantProblem checks an error's body and all of its headers but Date and Content-Length.
func wantProblem(t *testing.T, what string, got response, status int, param string, more map[string]string) {
	t.Helper()
	if got.status != status {
		t.Errorf("%s = %d %s, want %d", what, got.status, got.body, status)
	}
	want := map[string]string{"Content-Type": problemJSON}
	for name, value := range more {
		want[name] = value
	}
	wantHeaders(t, what, got, want)
	var p document
	if err := json.Unmarshal(got.body, &p); err != nil {
		t.Errorf("%s: body %q: %v", what, got.body, err)
	}
	wanted := document{Type: "about:blank", Title: http.StatusText(status), Status: status, Param: param, Detail: p.Detail}
	if p != wanted || p.Detail == "" {
		t.Errorf("%s: problem %+v, want %+v with a detail", what, p, wanted)
	}
}

// wantHeaders compares with what is foretold beside what every answer has.
func wantHeaders(t *testing.T, what string, got response, more map[string]string) {
	t.Helper()
	want := map[string]string{
		"X-Request-Id": got.header.Get("X-Request-Id"), "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
		"Date": got.header.Get("Date"), "Content-Length": got.header.Get("Content-Length"),
	}
	for name, value := range more {
		want[name] = value
	}
	if want["X-Request-Id"] == "" || want["Date"] == "" {
		t.Errorf("%s: X-Request-Id %q, Date %q, want both", what, want["X-Request-Id"], want["Date"])
	}
	for name, values := range got.header {
		if value := strings.Join(values, " | "); value != want[name] {
			t.Errorf("%s: %s = %q, want %q", what, name, value, want[name])
		}
	}
	for name, value := range want {
		if got.header.Get(name) != value {
			t.Errorf("%s: %s = %q, want %q", what, name, got.header.Get(name), value)
		}
	}
}

// nothingKept checks that a refusal has left nothing behind.
func (d *door) nothingKept(what string) {
	d.t.Helper()
	d.discarded()
	if objects := stored(d.t, d.store); len(objects) > 0 {
		d.t.Errorf("%s left %d objects in the store, want none: %v", what, len(objects), objects)
	}
	if n := d.temp.open(); n > 0 {
		d.t.Errorf("%s left %d temporary files open, want none", what, n)
	}
}

// completed reads the answer to an upload that went well.
func completed(t *testing.T, what string, got response) uploader.Completed {
	t.Helper()
	var c uploader.Completed
	if got.status != 200 {
		t.Errorf("%s = %d %s, want 200", what, got.status, got.body)
	} else if err := json.Unmarshal(got.body, &c); err != nil {
		t.Errorf("%s: body %q: %v", what, got.body, err)
	}
	return c
}

// A few bytes that begin as images do.
const (
	jpeg = "\xff\xd8\xff\xe0 a picture"
	png  = "\x89PNG\r\n\x1a\n another"
	webp = "RIFF\x00\x00\x00\x00WEBPVP8 switched off"
)

// eventually waits for something that a worker does.
func (d *door) eventually(what string, is func() bool) {
	d.t.Helper()
	for limit := time.Now().Add(patience); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(limit) {
			d.t.Fatalf("not in %v: %s", patience, what)
		}
	}
}

// discarded waits until accepted bytes are let go, which is after the answer.
func (d *door) discarded() {
	d.t.Helper()
	d.eventually("nothing is left of what was accepted", func() bool { return d.accepted() == 0 })
}

// accepted counts the uploads whose bytes are kept and are no asset yet, or still.
func (d *door) accepted() (n int) {
	for name := range stored(d.t, d.store) {
		if strings.HasPrefix(name, "accepted/") {
			n++
		}
	}
	return n
}
