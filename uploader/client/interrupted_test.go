package client_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"lightwell/uploader/client"
)

// However far a run has got, the next one ends what it began, and each image is there once.
func TestInterruptedAtEveryRequest(t *testing.T) {
	for _, early := range []bool{true, false} { // before the request takes effect, or after
		ended := false
		for n := int64(1); !ended; n++ {
			if n > 200 {
				t.Fatal("a run makes more than 200 requests")
			}
			s := newServer(t)
			s.slow = 1
			var requests atomic.Int64
			ctx, interrupt := context.WithCancel(context.Background())
			at := func(w http.ResponseWriter, r *http.Request) bool {
				if requests.Add(1) != n {
					return false
				}
				interrupt()
				return hang(w, r)
			}
			if early {
				s.before = at
			} else {
				s.after = at
			}
			dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
			got := s.attempt(ctx, state, []string{dir}, nil)
			if ended = requests.Load() < n; ended && got.Uploaded != 4 || !ended && got.Failed > 0 {
				t.Errorf("interrupted at request %d: %+v", n, got)
			}
			interrupt()
			s.meddle(nil, nil)
			s.attempt(context.Background(), state, []string{dir}, nil)
			s.wantEach(fmt.Sprintf("interrupted at request %d, early %v", n, early), files())
			s.run(state, dir, 0, 4, 0, nil)
		}
	}
}

// A run that is interrupted in a large file goes on where that one was.
func TestResumesAtTheServersOffset(t *testing.T) {
	s := newServer(t)
	ctx, interrupt := context.WithCancel(context.Background())
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == "PATCH" && r.Header.Get("Upload-Offset") == "1400" {
			interrupt()
			return hang(w, r)
		}
		return false
	}
	large := map[string][]byte{"d.jpg": jpeg(4, 2100)}
	dir, state := folder(t, large), filepath.Join(t.TempDir(), "state")
	got := s.attempt(ctx, state, []string{dir}, nil)
	if r := got.results["d.jpg"]; got.Interrupted != 1 || r.Status != client.Interrupted || got.Stopped != nil {
		t.Fatalf("the first run: %+v", got)
	}
	s.meddle(nil, nil)
	patches, posts := s.count("PATCH"), s.count("POST")
	seen := &progress{}
	s.run(state, dir, 1, 0, 0, func(c *client.Client) { c.Progress = seen })
	if s.count("PATCH") != patches+1 || s.count("POST") != posts || seen.resumed.Load() != 1400 || seen.moved.Load() != 700 {
		t.Errorf("the second run made %d PATCHes, %d POSTs, resumed at %d and sent %d, want 1, 0, 1400 and 700",
			s.count("PATCH")-patches, s.count("POST")-posts, seen.resumed.Load(), seen.moved.Load())
	}
	s.wantEach("resumed", large)
}

// progress counts.
type progress struct {
	moved, resumed, under atomic.Int64
}

func (p *progress) Begin(client.Source)              { p.under.Add(1) }
func (p *progress) Moved(_ client.Source, n int64)   { p.moved.Add(n) }
func (p *progress) Resumed(_ client.Source, n int64) { p.resumed.Add(n) }
func (p *progress) Waiting(client.Source)            {}
func (p *progress) End(client.Source, client.Result) { p.under.Add(-1) }

// What is counted as sent is what there is, also where much was sent twice.
func TestProgressCountsOnce(t *testing.T) {
	s := newServer(t)
	s.before = first(half(s))
	seen := &progress{}
	s.run(filepath.Join(t.TempDir(), "state"), folder(t, files()), 4, 0, 0, func(c *client.Client) { c.Progress = seen })
	want := int64(0)
	for _, data := range files() {
		want += int64(len(data))
	}
	if seen.moved.Load() != want || seen.under.Load() != 0 {
		t.Errorf("%d bytes moved and %d under way, want %d and 0", seen.moved.Load(), seen.under.Load(), want)
	}
}

// A journal that was torn anywhere is read as far as it goes, and no image is made twice.
func TestTornJournal(t *testing.T) {
	small := map[string][]byte{"a.jpg": jpeg(1, 100), "b.jpg": jpeg(2, 1000)}
	s := newServer(t)
	dir, state := folder(t, small), filepath.Join(t.TempDir(), "state")
	s.run(state, dir, 2, 0, 0, nil)
	whole, err := os.ReadFile(state)
	if err != nil {
		t.Fatal(err)
	}
	torn := filepath.Join(t.TempDir(), "torn")
	for n := range whole {
		if err := os.WriteFile(torn, whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if got := s.attempt(context.Background(), torn, []string{dir}, nil); got.Uploaded+got.Skipped != 2 {
			t.Fatalf("torn at byte %d: %+v", n, got)
		}
		s.run(torn, dir, 0, 2, 0, nil) // what was written after the tear counts
	}
	s.wantEach("torn", small)
}
