package main_test

import (
	"bytes"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/origin/store/s3test"
)

// front stands before an S3 server and may answer in its place.
type front struct {
	url string
	// instead answers a request, or returns false.
	instead atomic.Pointer[func(w http.ResponseWriter, r *http.Request, real http.Handler) bool]
}

// startFront starts one, which ends with the test.
func startFront(t *testing.T, server *s3test.Server) *front {
	t.Helper()
	target, err := url.Parse(server.URL())
	if err != nil {
		t.Fatal(err)
	}
	quiet := log.New(io.Discard, "", 0)
	real := &httputil.ReverseProxy{ErrorLog: quiet, Rewrite: func(r *httputil.ProxyRequest) { // Host stays: it is signed
		r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
	}}
	f := &front{}
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if instead := f.instead.Load(); instead == nil || !(*instead)(w, r, real) {
			real.ServeHTTP(w, r)
		}
	}))
	s.Config.ErrorLog = quiet
	s.Start()
	t.Cleanup(s.Close)
	f.url = s.URL
	return f
}

// talking makes it answer so; with nil, as the server does.
func (f *front) talking(so func(w http.ResponseWriter, r *http.Request, real http.Handler) bool) {
	if so == nil {
		f.instead.Store(nil)
		return
	}
	f.instead.Store(&so)
}

// page answers all requests with the same, and with what an object's answer has.
func page(status int, kind, body string) func(http.ResponseWriter, *http.Request, http.Handler) bool {
	return func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		if body != "" {
			w.Header().Set("Etag", `"5d41402abc4b2a76b9719d911017c592"`)
			w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
		}
		if status/100 == 3 {
			w.Header().Set("Location", "http://127.0.0.1:1/login")
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
		return true
	}
}

// spoilt answers with objects whose bodies have been made something else of.
func spoilt(how func(body []byte, header http.Header) []byte) func(http.ResponseWriter, *http.Request, http.Handler) bool {
	return func(w http.ResponseWriter, r *http.Request, real http.Handler) bool {
		if r.Method != http.MethodGet || r.URL.RawQuery != "" {
			return false
		}
		said := httptest.NewRecorder()
		real.ServeHTTP(said, r)
		body := said.Body.Bytes()
		if said.Code == http.StatusOK {
			body = how(body, said.Header())
		}
		for name, values := range said.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(said.Code)
		w.Write(body)
		return true
	}
}

const aPage = "<!DOCTYPE html><title>Welcome</title><p>Please sign in.<NoSuchKey>"

// nonsense is what a server may say that is none, or out of its mind.
func nonsense(another []byte) map[string]func(http.ResponseWriter, *http.Request, http.Handler) bool {
	cut := func(n int) func(body []byte, header http.Header) []byte {
		return func(body []byte, header http.Header) []byte {
			if n == 0 { // the length says so, too
				header.Set("Content-Length", strconv.Itoa(len(body)/2))
			}
			return body[:len(body)/2]
		}
	}
	return map[string]func(http.ResponseWriter, *http.Request, http.Handler) bool{
		"a page":                       page(200, "text/html; charset=utf-8", aPage),
		"a page that is typed":         page(200, "application/octet-stream", aPage),
		"a page for what is not there": page(404, "text/html", aPage),
		"Go's 404":                     page(404, "text/plain; charset=utf-8", "404 page not found\n"),
		"nothing":                      page(200, "", ""),
		"a redirect":                   page(302, "text/html", aPage),
		"XML":                          page(200, "application/xml", "<Some><Thing>"),
		"bodies that are cut":          spoilt(cut(1)),
		"bodies that are short":        spoilt(cut(0)),
		"bodies of the right length": spoilt(func(body []byte, _ http.Header) []byte {
			return bytes.Repeat([]byte("x"), len(body))
		}),
		"another's bytes": spoilt(func(body []byte, header http.Header) []byte {
			header.Set("Content-Length", strconv.Itoa(len(another)))
			return another
		}),
		"endless bodies": func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			w.Header().Set("Etag", `"5d41402abc4b2a76b9719d911017c592"`)
			w.Header().Set("Last-Modified", time.Now().UTC().Format(http.TimeFormat))
			for part := bytes.Repeat([]byte("<a>"), 1000); r.Method != http.MethodHead; {
				if _, err := w.Write(part); err != nil {
					break
				}
			}
			return true
		},
	}
}

// An S3 server that answers nonsense is one that does not answer: 503 soon, and what is cached; never a picture that
// is not right, nor an error that a CDN keeps. Once it is back to its senses, so is the origin. Uploads are not
// promised on its word.
func TestS3ThatAnswersNonsense(t *testing.T) {
	server := s3test.Start(t)
	f := startFront(t, server)
	flags := s3Flags(server)
	push := serve(t, t.TempDir(), append(slices.Clip(flags), "--sync-wait="+patience.String()))
	p := serve(t, t.TempDir(), append(flags, "--s3-endpoint="+f.url))
	photo := testdata(t, "photo.jpg")
	cached := "/image/" + push.upload(photo) + "?w=50"
	if a := p.get(cached); a.status != http.StatusOK {
		t.Fatalf("GET = %d %s", a.status, a.body)
	}
	n := 0
	for name, so := range nonsense(photo) {
		t.Run(name, func(t *testing.T) {
			n++
			fresh := func(i int) []byte { return fmt.Append(bytes.Clone(photo), n, i) }
			known, stranger := push.upload(fresh(1)), push.upload(fresh(2))
			if a := p.get("/info/" + known); a.status != http.StatusOK {
				t.Fatalf("GET /info = %d %s", a.status, a.body)
			}
			f.talking(so)
			var asking sync.WaitGroup
			for _, path := range []string{cached, "/image/" + known, "/image/" + known + "?w=60", "/image/" + stranger + "?w=60", "/info/" + stranger} {
				asking.Go(func() { p.wantNoNonsense(path, path == cached) })
			}
			asking.Wait()
			a := do(t, request(t, http.MethodPost, p.uploads+"/upload?async=true", fresh(3), "Content-Type", "image/jpeg"))
			f.talking(nil)
			if a.status != http.StatusServiceUnavailable && a.status != http.StatusAccepted {
				t.Errorf("POST = %d %s, want 503, or what is true", a.status, a.body)
			}
			for _, path := range []string{"/image/" + known, "/image/" + stranger} {
				eventually(t, 5*time.Second, "it is served again", func() bool { return bytes.HasPrefix(p.get(path).body, photo) })
				if a := p.get(path + "?w=60"); a.status != http.StatusOK || wrong(a, 60) != "" {
					t.Errorf("GET %s?w=60 afterwards = %d %s", path, a.status, wrong(a, 60))
				}
			}
			if a.status == http.StatusAccepted {
				_, id, _ := strings.Cut(string(a.body), `"imageId":"`)
				id, _, _ = strings.Cut(id, `"`)
				eventually(t, 20*time.Second, "what was promised is there", func() bool { return bytes.Equal(p.get("/image/"+id).body, fresh(3)) })
			}
		})
	}
}

// wantNoNonsense wants 503, or what is cached to be served.
func (p *process) wantNoNonsense(path string, cached bool) {
	began := time.Now()
	a, err := try(request(p.t, http.MethodGet, p.images+path, nil))
	took := time.Since(began)
	switch {
	case err != nil:
		p.t.Errorf("GET %s: %v", path, err)
	case cached && (a.status != http.StatusOK || wrong(a, 50) != ""):
		p.t.Errorf("GET %s, which is cached = %d %s", path, a.status, a.body)
	case !cached && (a.status != http.StatusServiceUnavailable || a.header.Get("Cache-Control") != "no-store" || a.header.Get("Retry-After") == ""):
		p.t.Errorf("GET %s = %d %v %.200s, want 503 that is not to be stored", path, a.status, a.header, a.body)
	case took > 6*time.Second:
		p.t.Errorf("GET %s took %v", path, took)
	}
}
