package client_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightwell/uploader/client"
)

// files are small ones and two that go in pieces.
func files() map[string][]byte {
	return map[string][]byte{"a.jpg": jpeg(1, 100), "b.jpg": jpeg(2, 1000), "sub/c.jpg": jpeg(3, 1001), "sub/d.jpg": jpeg(4, 2100)}
}

func TestUpload(t *testing.T) {
	s := newServer(t)
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "new", "state")
	options := func(c *client.Client) {
		c.Options = client.Options{Tags: []string{"x", "y"}, Instructions: `{"w":5}`}
	}
	first := s.run(state, dir, 4, 0, 0, options)
	s.wantEach("the first run", files())
	for _, im := range s.images {
		if im.tags != "x,y" || im.instructions != `{"w":5}` || !strings.HasSuffix(im.name, ".jpg") {
			t.Errorf("the server got %+v, want the name, tags and instructions", im)
		}
	}
	r := first.results["d.jpg"]
	want := client.Result{Path: filepath.Join(dir, "sub/d.jpg"), Status: client.Uploaded, ImageID: r.ImageID, URL: "http://images/image/" + r.ImageID,
		Srcset: "http://images/image/" + r.ImageID + "?w=320 320w", Width: 30, Height: 20, Format: "jpeg", Bytes: 2100, Placeholder: "abc"}
	if r.Renditions != nil || r.Error != nil || r.Path != want.Path || r.Status != want.Status || r.URL != want.URL || r.Srcset != want.Srcset ||
		r.Width != 30 || r.Height != 20 || r.Format != "jpeg" || r.Bytes != 2100 || r.Placeholder != "abc" || r.ImageID == "" {
		t.Errorf("Result = %+v, want %+v", r, want)
	}
	sent := s.count("P")
	second := s.run(state, dir, 0, 4, 0, options)
	if s.count("P") != sent || second.results["d.jpg"].URL != r.URL {
		t.Errorf("the second run made %d requests to upload and says %+v, want none and the same", s.count("P")-sent, second.results["d.jpg"])
	}
	s.run(state, dir, 4, 0, 0, nil) // other options make other images
}

func TestAddresses(t *testing.T) {
	s := newServer(t)
	state := filepath.Join(t.TempDir(), "state")
	for i, want := range []client.Status{client.Uploaded, client.Skipped} {
		got := s.attempt(context.Background(), state, []string{"https://example.com/a.jpg"}, nil)
		if r := got.results["a.jpg"]; r.Status != want || r.URL == "" {
			t.Errorf("run %d = %+v, want it %s", i+1, r, want)
		}
	}
	for _, im := range s.images {
		if im.from != "https://example.com/a.jpg" {
			t.Errorf("the server was to fetch %q", im.from)
		}
	}
}

// The same bytes with the same options are one image, whatever the name, in one run and in several.
func TestSameBytesAreOneImage(t *testing.T) {
	s := newServer(t)
	one := map[string][]byte{"a.jpg": jpeg(1, 100)}
	dir := folder(t, map[string][]byte{"a.jpg": one["a.jpg"], "copy.jpg": one["a.jpg"]})
	state := filepath.Join(t.TempDir(), "state")
	s.run(state, dir, 1, 1, 0, nil)
	s.run(state, folder(t, map[string][]byte{"renamed.jpg": one["a.jpg"]}), 0, 1, 0, nil)
	s.wantEach("under three names", one)
	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(filepath.Join(dir, "a.jpg"), later, later); err != nil {
		t.Fatal(err)
	}
	s.run(state, dir, 0, 2, 0, nil)
	other := jpeg(2, 100)
	if err := os.WriteFile(filepath.Join(dir, "a.jpg"), other, 0o644); err != nil {
		t.Fatal(err)
	}
	s.run(state, dir, 1, 1, 0, nil)
	s.wantEach("after a change", map[string][]byte{"a.jpg": other, "copy.jpg": one["a.jpg"]})
}

func TestDeletedImagesAreUploadedAgain(t *testing.T) {
	for _, lost := range []bool{false, true} { // the state, too: then the key would be answered with what was deleted
		s := newServer(t)
		dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
		s.run(state, dir, 4, 0, 0, nil)
		for _, im := range s.images {
			im.deleted = true
		}
		if lost {
			state += "2"
		}
		s.run(state, dir, 4, 0, 0, nil)
		s.wantEach("after all were deleted", files())
		s.run(state, dir, 0, 4, 0, nil)
	}
}

func TestAgain(t *testing.T) {
	s := newServer(t)
	again := func(c *client.Client) { c.Again = true }
	dir, state := folder(t, map[string][]byte{"a.jpg": jpeg(1, 100), "copy.jpg": jpeg(1, 100), "b.jpg": jpeg(2, 2000)}), filepath.Join(t.TempDir(), "state")
	for n := 1; n <= 3; n++ {
		s.run(state, dir, 2, 1, 0, again)
		if len(s.images) != 2*n {
			t.Errorf("%d images after %d runs, want %d", len(s.images), n, 2*n)
		}
	}
	s.run(state, dir, 0, 3, 0, nil)
}

// What is refused is said in the server's words, costs nothing else, and is tried again by the next
// run.
func TestRefused(t *testing.T) {
	s := newServer(t)
	s.fails = map[string]int{"b.jpg": 422, "d.jpg": 415}
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("name") == "a.jpg" {
			refuse(w, 422, "It cannot be decoded.")
			return true
		}
		return false
	}
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
	got := s.run(state, dir, 1, 0, 3, nil)
	for name, want := range map[string]string{"a.jpg": "422: It cannot be decoded.", "b.jpg": "422: It is broken.", "d.jpg": "415: It is broken."} {
		if r := got.results[name]; r.Error == nil || r.Error.Error() != want {
			t.Errorf("%s: %+v, want %q", name, r, want)
		}
	}
	if got.Stopped != nil {
		t.Errorf("Stopped = %v, want the others to go on", got.Stopped)
	}
	s.fails = nil
	s.meddle(nil, nil)
	s.run(state, dir, 3, 1, 0, nil)
	s.wantEach("once they are taken", files())
}

func TestNoToken(t *testing.T) {
	s := newServer(t)
	s.token = "right"
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
	got := s.attempt(context.Background(), state, []string{dir}, func(c *client.Client) { c.Token, c.Parallel = "wrong", 1 })
	if got.Failed != 1 || got.Left() != 3 || got.Stopped == nil || !strings.Contains(got.Stopped.Error(), "There is no such token.") {
		t.Errorf("with a wrong token: %+v, want it to stop at the first", got)
	}
	s.run(state, dir, 4, 0, 0, func(c *client.Client) { c.Token = "right" })
	text, err := os.ReadFile(state)
	if err != nil || strings.Contains(string(text), "right") {
		t.Errorf("the state (%v) has the token in it:\n%s", err, text)
	}
}

// Where there is a server, but no upload door, nothing is begun.
func TestWrongDoor(t *testing.T) {
	s := newServer(t)
	s.before = func(w http.ResponseWriter, r *http.Request) bool {
		refuse(w, 404, "There is nothing at this path.")
		return true
	}
	got := s.attempt(context.Background(), filepath.Join(t.TempDir(), "state"), []string{folder(t, files())}, nil)
	if got.Left() != 4 || got.Stopped == nil || !strings.Contains(got.Stopped.Error(), "no upload door at "+s.url) || s.count("") != 1 {
		t.Errorf("at a wrong door: %+v after %d requests, want none begun", got.Summary, s.count(""))
	}
}

// The token is for the server that was named, wherever that one points to.
func TestTokenStaysHere(t *testing.T) {
	other := newServer(t)
	s := newServer(t)
	s.token, s.host = "secret", other.url
	dir, state := folder(t, files()), filepath.Join(t.TempDir(), "state")
	s.run(state, dir, 4, 0, 0, func(c *client.Client) { c.Token = "secret" })
	s.meddle(func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, other.url+r.URL.Path, http.StatusTemporaryRedirect)
		return true
	}, nil)
	got := s.attempt(context.Background(), state+"2", []string{dir}, func(c *client.Client) { c.Token = "secret" })
	if got.Stopped == nil || !strings.Contains(got.Stopped.Error(), other.url) {
		t.Errorf("redirected: Stopped = %v, want it to say where to", got.Stopped)
	}
	if n := other.count(""); n != 0 {
		t.Errorf("another server got %d requests", n)
	}
}

func TestServerWithoutPieces(t *testing.T) {
	s := newServer(t)
	s.noPieces = true
	s.run(filepath.Join(t.TempDir(), "state"), folder(t, files()), 4, 0, 0, nil)
	s.wantEach("in single requests", files())
}

func TestParseServer(t *testing.T) {
	for address, want := range map[string]string{
		"http://127.0.0.1:8081": "http://127.0.0.1:8081", "https://example.com/up/": "https://example.com/up",
		"localhost:8081": "", "ftp://example.com": "", "https://": "", "http://u:p@example.com": "", "http://example.com?x=1": "", "": "", "http://[": "",
	} {
		if got, err := client.ParseServer(address); got != want || (err == nil) != (want != "") {
			t.Errorf("ParseServer(%q) = %q, %v, want %q", address, got, err, want)
		}
	}
}
