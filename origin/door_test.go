package origin_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	fingerprint = "fake-1"
	patience    = 20 * time.Second // after which a test gives up
)

// door is the image door over fakes, on a listener of its own.
type door struct {
	t        *testing.T
	addr     string
	store    *failingStore
	library  *countingLibrary
	renderer *fakeRenderer
	registry *prometheus.Registry
	service  *origin.Service
	handler  *origin.Handler
	server   *origin.Server
	stop     func()
}

// settings are what tests change about a door.
type settings struct {
	library library.Config
	server  origin.ServerConfig
	tiers   func(memory cache.Tier) []cache.Tier
	handler func(*origin.Handler)
	service func(*origin.Service)
}

func openDoor(t *testing.T) *door { return openDoorWith(t, settings{}) }

func openDoorWith(t *testing.T, with settings) *door {
	t.Helper()
	d := &door{t: t, store: &failingStore{Store: store.NewMem()}, renderer: newFakeRenderer(t), registry: prometheus.NewRegistry()}
	lib, err := library.New(d.store, with.library)
	if err != nil {
		t.Fatal(err)
	}
	d.library = &countingLibrary{Library: lib, asked: make(chan struct{}, 1000)}
	memory, err := cache.NewMemory(64 << 20)
	if err != nil {
		t.Fatal(err)
	}
	tiers := []cache.Tier{memory}
	if with.tiers != nil {
		tiers = with.tiers(memory)
	}
	metrics, log := origin.NewMetrics(d.registry), slog.New(slog.DiscardHandler)
	d.service = &origin.Service{
		Library: d.library, Cache: cache.NewTiered(tiers...), Renderer: d.renderer, Suspects: noSuspects{},
		Limits: transform.DefaultLimits, Deadline: patience, Metrics: metrics, Log: log,
	}
	d.handler = &origin.Handler{
		Service: d.service, Parser: transform.Parser{Ignore: []string{"utm_*"}}, Fingerprint: fingerprint, Writes: transform.Writable,
		Timeout: patience, SVGOriginal: transform.SanitizedSVG, CORSOrigin: "*", CORP: "cross-origin", Metrics: metrics, Log: log,
	}
	if with.handler != nil {
		with.handler(d.handler)
	}
	if with.service != nil {
		with.service(d.service)
	}
	d.serve(with.server)
	t.Cleanup(func() {
		d.stop()
		memory.Close()
	})
	return d
}

// serve listens. Stopping asserts that every original that was opened is closed.
func (d *door) serve(cfg origin.ServerConfig) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		d.t.Fatal(err)
	}
	d.addr, d.server = l.Addr().String(), origin.NewServer(d.handler, cfg)
	served := make(chan error, 1)
	go func() { served <- d.server.Serve(l) }()
	d.stop = func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := d.server.Shutdown(ctx); err != nil {
			d.t.Errorf("Shutdown = %v, want nil", err)
		}
		if err := <-served; err != nil {
			d.t.Errorf("Serve = %v, want nil", err)
		}
		d.service.Wait()
		if n := d.library.leaks(); n > 0 {
			d.t.Errorf("%d originals were opened and not closed", n)
		}
	}
}

// add puts an asset into the library. What is not given is filled in.
func (d *door) add(a library.Asset, body []byte) library.Asset {
	d.t.Helper()
	f, err := os.Create(filepath.Join(d.t.TempDir(), "upload"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(body); err != nil {
		d.t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	a.Original, a.Bytes = hex.EncodeToString(sum[:]), int64(len(body))
	if a.ID == "" {
		a.ID = library.NewID()
	}
	if a.Source == (transform.Source{}) {
		a.Source = transform.Source{Format: transform.JPEG, Width: 800, Height: 600, Orientation: 1, Frames: 1}
	}
	if a.Created.IsZero() {
		a.Created = created
	}
	added, err := d.library.Add(context.Background(), f, a)
	if err != nil {
		d.t.Fatal(err)
	}
	return added
}

var (
	created   = time.Date(2026, 2, 3, 4, 5, 6, 700e6, time.UTC)
	photoID   = "0123456789abcdefghjkmnpqrs"
	absentID  = "zzzzzzzzzzzzzzzzzzzzzzzzzz"
	photoBody = bytes.Repeat([]byte("0123456789"), 50)
)

// photo adds the asset that most tests ask for.
func (d *door) photo() library.Asset {
	d.t.Helper()
	return d.add(library.Asset{ID: photoID, Name: "Holiday.JPG", Tags: []string{"red"}}, photoBody)
}

// rendition foretells the body and the key of what a URL's parameters make of an asset.
func rendition(t *testing.T, a library.Asset, original []byte, params, accept string) (body []byte, key string) {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(params)
	if err != nil {
		t.Fatal(err)
	}
	recipe, _ := req.Recipe.Resolve(a.Source, accept, transform.AllFormats)
	plan, err := recipe.Plan(a.Source, transform.Found{}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	return madeOf(plan, original), origin.Key(fingerprint, "original", origin.Subject{Asset: a}, recipe)
}

// response is a whole answer, as it came over the wire.
type response struct {
	status int
	header http.Header
	body   []byte
	length int64 // Content-Length, -1 where there is none
	closes bool  // the connection, after this
}

// do sends one request on a connection of its own, as it is written, and reads the answer and what
// comes after it, which must be nothing. Headers are lines such as "Range: bytes=0-1".
func (d *door) do(method, uri string, headers ...string) response {
	d.t.Helper()
	head := method + " " + uri + " HTTP/1.1\r\nHost: images.test\r\nConnection: close\r\n"
	for _, line := range headers {
		head += line + "\r\n"
	}
	return d.raw(method, head+"\r\n")
}

func (d *door) get(uri string, headers ...string) response {
	d.t.Helper()
	return d.do("GET", uri, headers...)
}

// raw sends bytes, whatever they are, and reads one answer up to the connection's end.
func (d *door) raw(method, request string) response {
	d.t.Helper()
	c := d.dial()
	defer c.Close()
	if _, err := io.WriteString(c, request); err != nil {
		d.t.Fatalf("send %.80q: %v", request, err)
	}
	return d.read(c, method)
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

func (d *door) read(c net.Conn, method string) response {
	d.t.Helper()
	got, err := readResponse(c, method)
	if err != nil {
		d.t.Fatalf("read the answer to %s: %v", method, err)
	}
	return got
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
	return response{resp.StatusCode, resp.Header, body, resp.ContentLength, resp.Close}, nil
}

// headers are those of an answer that a test foretells: all but Date, which is only there.
type headers map[string]string

// with adds headers, and takes away those that are "".
func (h headers) with(more headers) headers {
	all := maps.Clone(h)
	maps.Copy(all, more)
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	return all
}

// common is what every answer carries. Tests send the request id along.
var common = headers{
	"X-Request-Id":                  "test-1",
	"Server":                        "Lightwell",
	"X-Content-Type-Options":        "nosniff",
	"Content-Security-Policy":       "sandbox; default-src 'none'",
	"Timing-Allow-Origin":           "*",
	"Access-Control-Allow-Origin":   "*",
	"Access-Control-Expose-Headers": "Content-Range, ETag, Retry-After, Server-Timing, X-Request-Id",
	"Cross-Origin-Resource-Policy":  "cross-origin",
}

const withID = "X-Request-Id: test-1"

// wantHeaders compares all headers of an answer with what is foretold.
func wantHeaders(t *testing.T, what string, got response, want headers) {
	t.Helper()
	if date, err := http.ParseTime(got.header.Get("Date")); err != nil || time.Since(date) > time.Minute {
		t.Errorf("%s: Date = %q, want the time", what, got.header.Get("Date"))
	}
	names := slices.Collect(maps.Keys(want))
	for name := range got.header {
		names = append(names, name)
	}
	slices.Sort(names)
	seen := map[string]bool{"Date": true}
	for _, name := range names {
		name = http.CanonicalHeaderKey(name)
		if seen[name] {
			continue
		}
		seen[name] = true
		value := strings.Join(got.header.Values(name), " | ")
		if foretold := want.get(name); value != foretold {
			t.Errorf("%s: %s = %q, want %q", what, name, value, foretold)
		}
	}
}

func (h headers) get(canonical string) string {
	for name, value := range h {
		if http.CanonicalHeaderKey(name) == canonical {
			return value
		}
	}
	return ""
}
