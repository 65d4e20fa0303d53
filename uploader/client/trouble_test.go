package client_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/uploader/client"
)

// first does something about the first request of each kind and name.
func first(do func(w http.ResponseWriter, r *http.Request) bool) hook {
	var mu sync.Mutex
	seen := map[string]bool{}
	return func(w http.ResponseWriter, r *http.Request) bool {
		mu.Lock()
		what := r.Method + r.URL.String() + r.Header.Get("Upload-Metadata") + r.Header.Get("Upload-Offset")
		again := seen[what]
		seen[what] = true
		mu.Unlock()
		return !again && do(w, r)
	}
}

// busy answers 503, and once in a while asks for a moment.
func busy(status int, after string) hook {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if after != "" {
			w.Header().Set("Retry-After", after)
		}
		refuse(w, status, "Not now.")
		return true
	}
}

// half takes half a body, and breaks the connection off.
func half(s *server) hook {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if r.ContentLength <= 1 {
			return false
		}
		if r.Method == http.MethodPatch {
			r.Body = struct {
				io.Reader
				io.Closer
			}{io.LimitReader(r.Body, r.ContentLength/2), r.Body}
			s.serve(httptest.NewRecorder(), r) // it keeps what it got
		}
		return cut(w, r)
	}
}

// Whatever happens to a request once, every image is there once, and the next run skips them all.
func TestEveryRequestFailsOnce(t *testing.T) {
	for _, tt := range []struct {
		what          string
		before, after func(*server) hook
	}{
		{"503", func(*server) hook { return busy(503, "") }, nil},
		{"429", func(*server) hook { return busy(429, "0") }, nil},
		{"500", func(*server) hook { return busy(500, "") }, nil},
		{"423", func(*server) hook { return busy(423, "") }, nil},
		{"409 to a piece", func(*server) hook {
			return func(w http.ResponseWriter, r *http.Request) bool { return r.Method == "PATCH" && busy(409, "")(w, r) }
		}, nil},
		{"cut before", func(*server) hook { return cut }, nil},
		{"cut in the middle", half, nil},
		{"answer lost", nil, func(*server) hook { return cut }},
		{"answer lost to a proxy", nil, func(*server) hook { return busy(502, "") }},
	} {
		s := newServer(t)
		s.slow = 2
		if tt.before != nil {
			s.before = first(tt.before(s))
		}
		if tt.after != nil {
			s.after = first(tt.after(s))
		}
		dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
		s.run(state, dir, 4, 0, 0, nil)
		s.wantEach(tt.what, files())
		s.run(state, dir, 0, 4, 0, nil)
	}
}

// Retry-After is waited for, and where that is longer than the patience nothing is.
func TestRetryAfter(t *testing.T) {
	s := newServer(t)
	s.before = first(func(w http.ResponseWriter, r *http.Request) bool {
		return r.Method == "POST" && busy(503, "1")(w, r)
	})
	dir, state := folder(t, map[string][]byte{"a.jpg": jpeg(1, 100)}), filepath.Join(t.TempDir(), "state")
	began := time.Now()
	s.run(state, dir, 1, 0, 0, nil)
	if took := time.Since(began); took < time.Second {
		t.Errorf("tried again after %v, want a second", took)
	}
	s.meddle(func(w http.ResponseWriter, r *http.Request) bool {
		return r.Method == "POST" && busy(429, "3600")(w, r)
	}, nil)
	began = time.Now()
	got := s.run(state+"2", dir, 0, 0, 1, nil)
	if r := got.results["a.jpg"]; r.Error == nil || r.Error.Status != 429 || r.Error.Detail != "Not now." || time.Since(began) > 4*time.Second {
		t.Errorf("asked to wait for an hour: %+v after %v, want the refusal at once", r, time.Since(began))
	}
}

// What fails at a file again and again costs the others nothing.
func TestServerFails(t *testing.T) {
	s := newServer(t)
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		return r.URL.Query().Get("name") == "a.jpg" && busy(500, "")(w, r)
	}
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
	got := s.run(state, dir, 3, 0, 1, nil)
	if r := got.results["a.jpg"]; r.Error == nil || r.Error.Status != 500 || s.count("POST /upload") != 3+1+2 {
		t.Errorf("a.jpg: %+v after %d POSTs in all, want 3 of it, 1 and 2", r, s.count("POST /upload"))
	}
	s.meddle(nil, nil)
	s.run(state, dir, 1, 3, 0, nil)
}

// A server that is gone ends the run, and does not cost each image its patience.
func TestServerGone(t *testing.T) {
	s := newServer(t)
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
	impatient := func(c *client.Client) { c.Patience, c.Parallel = 50*time.Millisecond, 1 }
	var once sync.Once
	gone := make(chan bool)
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		select {
		case <-gone:
			return cut(w, r)
		default:
			return false
		}
	}
	s.after = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "POST" {
			once.Do(func() { close(gone) })
		}
		return false
	}
	got := s.attempt(context.Background(), state, []string{dir}, impatient)
	if got.Uploaded != 1 || got.Failed != 1 || got.Left() != 2 || got.Stopped == nil {
		t.Errorf("gone after the first: %+v, want one uploaded, one failed and two left", got.Summary)
	}
	got = s.attempt(context.Background(), state, []string{dir}, impatient)
	if got.Left() != 4 || got.Stopped == nil || !strings.Contains(got.Stopped.Error(), "cannot be reached") {
		t.Errorf("gone from the start: %+v, want nothing begun", got.Summary)
	}
	s.meddle(nil, nil)
	s.run(state, dir, 3, 1, 0, nil)
	s.wantEach("when it is back", files())
}

// A connection on which nothing moves is given up, and the request made again.
func TestSilence(t *testing.T) {
	s := newServer(t)
	s.before = first(func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "GET" {
			return false
		}
		return hang(w, r)
	})
	s.run(filepath.Join(t.TempDir(), "state"), folder(t, files()), 4, 0, 0, func(c *client.Client) { c.Quiet = 300 * time.Millisecond })
	s.wantEach("after silence", files())
}

// What takes the server longer than the client waits is followed by the next run.
func TestSlowProcessing(t *testing.T) {
	s := newServer(t)
	s.slow = 1 << 30
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
	got := s.run(state, dir, 0, 0, 4, func(c *client.Client) { c.Follow = 20 * time.Millisecond })
	if r := got.results["a.jpg"]; r.Error == nil || !strings.Contains(r.Error.Detail, "has not processed it") {
		t.Errorf("a.jpg: %+v, want it to be still processed", r)
	}
	s.mu.Lock()
	for _, im := range s.images {
		im.slow = 0
	}
	s.mu.Unlock()
	posts := s.count("P")
	s.run(state, dir, 4, 0, 0, nil)
	s.wantEach("when they are processed", files())
	if n := s.count("P") - posts; n != 0 {
		t.Errorf("the second run uploaded anew, with %d requests", n)
	}
}

// An upload that has expired begins anew.
func TestPiecesThrownAway(t *testing.T) {
	s := newServer(t)
	ctx, interrupt := context.WithCancel(context.Background())
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "PATCH" && r.Header.Get("Upload-Offset") != "0" {
			interrupt()
			return hang(w, r)
		}
		return false
	}
	large := map[string][]byte{"d.jpg": jpeg(4, 2100)}
	dir, state := folder(t, large), filepath.Join(t.TempDir(), "state")
	if got := s.attempt(ctx, state, []string{dir}, nil); got.Interrupted != 1 {
		t.Fatalf("interrupted in a piece: %+v", got.Summary)
	}
	clear(s.pieces)
	s.meddle(nil, nil)
	s.run(state, dir, 1, 0, 0, nil)
	s.wantEach("thrown away", large)

	s = newServer(t) // and while it is sent
	var once sync.Once
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "PATCH" && r.Header.Get("Upload-Offset") == "1400" {
			once.Do(func() {
				s.mu.Lock()
				defer s.mu.Unlock()
				clear(s.pieces)
			})
		}
		return false
	}
	s.run(state, dir, 1, 0, 0, nil)
	s.wantEach("thrown away while it was sent", large)
}

// What has come whole without being promised is not sent again.
func TestPiecesNotPromised(t *testing.T) {
	s := newServer(t)
	s.hesitant = true
	large := map[string][]byte{"d.jpg": jpeg(4, 2100)}
	s.run(filepath.Join(t.TempDir(), "state"), folder(t, large), 1, 0, 0, nil)
	s.wantEach("asked for", large)
	if patches, posts := s.count("PATCH"), s.count("POST"); patches != 4 || posts != 1 {
		t.Errorf("it took %d PATCHes and %d POSTs, want 4 and 1", patches, posts)
	}
}

// A file that changes while it is uploaded is no success.
func TestFileChanges(t *testing.T) {
	s := newServer(t)
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
	s.after = first(func(w http.ResponseWriter, r *http.Request) bool {
		for name := range files() {
			if (r.Method == "POST" || r.Method == "PATCH") && os.WriteFile(filepath.Join(dir, name), jpeg(9, 1500), 0o644) != nil {
				t.Error("the file cannot be written")
			}
		}
		return false
	})
	got := s.attempt(context.Background(), state, []string{dir}, func(c *client.Client) { c.Parallel = 1 })
	for name, r := range got.results {
		if r.Status != client.Failed || !strings.Contains(r.Error.Detail, "changed") {
			t.Errorf("%s: %+v, want it to have changed", name, r)
		}
	}
	s.meddle(nil, nil)
	s.run(state, dir, 1, 3, 0, nil) // now all have the same bytes
}
