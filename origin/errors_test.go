package origin_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"testing"

	"lightwell/origin"
	"lightwell/transform"
)

func ofProblem(_ int, life string) headers {
	return common.with(headers{"Content-Type": problemJSON, "Cache-Control": life})
}

const (
	minute    = "public, max-age=60"
	hour      = "public, max-age=3600"
	notStored = "no-store"
)

// document is a problem as a client reads it.
type document struct {
	Type, Title, Detail, Param string
	Status                     int
}

// wantProblem checks an error's body and headers. More headers may be foretold.
func wantProblem(t *testing.T, what string, got response, status int, life, param string, more headers) {
	t.Helper()
	if got.status != status {
		t.Errorf("%s = %d %s, want %d", what, got.status, got.body, status)
	}
	wantHeaders(t, what, got, ofProblem(status, life).with(headers{"Content-Length": got.header.Get("Content-Length")}).with(more))
	var p document
	if err := json.Unmarshal(got.body, &p); err != nil {
		t.Errorf("%s: body %q: %v", what, got.body, err)
	}
	want := document{Type: "about:blank", Title: http.StatusText(status), Status: status, Param: param, Detail: p.Detail}
	if p != want || p.Detail == "" {
		t.Errorf("%s: problem %+v, want %+v with a detail", what, p, want)
	}
}

func TestRefusedURLs(t *testing.T) {
	d := openDoor(t)
	d.photo()
	image := "/image/" + photoID
	for _, tt := range []struct {
		uri         string
		status      int
		life, param string
	}{
		{"/", 404, minute, ""},
		{"/favicon.ico", 404, minute, ""},
		{"/image", 404, minute, ""},
		{"/image/", 404, minute, ""},
		{"/image/short", 404, minute, ""},
		{"/image/" + strings.ToUpper(photoID), 404, minute, ""},
		{"/image/" + absentID, 404, minute, ""},
		{"/image/" + absentID + "?w=100", 404, minute, ""},
		{"/info/" + absentID, 404, minute, ""},
		{"/info/" + photoID + "/", 404, minute, ""},
		{image + "/", 404, minute, ""},
		{image + "//w=100", 404, minute, ""},
		{image + "/w=100/a/b.jpg", 404, minute, ""},
		{"//image/" + photoID, 404, minute, ""},
		{"/image//" + photoID, 404, minute, ""},
		{"/images/../image/" + photoID, 404, minute, ""},
		{"/%69mage/" + photoID, 400, hour, ""},
		{"/image%2F" + photoID, 400, hour, ""},
		{"/image%252F" + photoID, 400, hour, ""},
		{"/image/%30" + photoID[1:], 400, hour, ""},
		{"/info/%30" + photoID[1:], 400, hour, ""},
		{image + "%20", 400, hour, ""},
		{image + "%2Fw=100", 400, hour, ""},
		{image + "%3Fw=100", 400, hour, ""},
		{image + "?w=%2531%2530%2530", 400, hour, "w"},
		{image + "/w%253D100", 400, hour, "w%3D100"},
		{image + "?v=" + strings.Repeat("x", 8<<10), 400, hour, ""},
		{"/" + strings.Repeat("x", 8<<10), 400, hour, ""},
		{image + "?width=nine", 400, hour, "w"},
		{image + "?w=9000", 400, hour, "w"},
		{image + "?w=1&w=2", 400, hour, "w"},
		{image + "?w=100&width=100", 400, hour, "w"},
		{image + "?colour=red", 400, hour, "colour"},
		{image + "?W=100", 400, hour, "W"},
		{image + "?blend=x", 400, hour, "blend"},
		{image + "?s64=eA", 400, hour, "s64"},
		{image + "?w=%zz", 400, hour, "w"},
		{image + "?%zz=1", 400, hour, "%zz"},
		{image + "?min-w=9&max-w=3&fit=crop", 400, hour, "min-w"},
		{image + "/photo.jpg", 400, hour, "photo.jpg"},
		{image + "/w=100?w=100", 400, hour, "w"},
		{image + "/w=100%2Fh=100", 400, hour, "w"},
		{image + "?rect=900,0,10,10", 400, hour, "rect"},
		{image + "?w=8000&h=8000&fit=scale", 400, hour, "w"},
		{image + "?<script>=\"", 400, hour, "<script>"},
	} {
		wantProblem(t, "GET "+tt.uri, d.get(tt.uri, withID), tt.status, tt.life, tt.param, nil)
		get, head := d.get(tt.uri, withID), d.do("HEAD", tt.uri, withID)
		if head.status != get.status || head.length != get.length || len(head.body) > 0 {
			t.Errorf("HEAD %s = %d, Content-Length %d, body %q, want %d, %d and none", tt.uri, head.status, head.length, head.body, get.status, get.length)
		}
	}
	if n := d.library.opens() + d.renderer.count(); n > 0 {
		t.Errorf("originals opened and renders = %d, want 0", n)
	}
}

func TestRenderErrors(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	for i, tt := range []struct {
		err    error
		status int
		life   string
		more   headers
	}{
		{transform.ErrUndecodable, 422, minute, nil},
		{fmt.Errorf("%w: premature end", transform.ErrUndecodable), 422, minute, nil},
		{transform.ErrLimit, 413, minute, nil},
		{transform.ErrBusy, 503, notStored, headers{"Retry-After": "1"}},
		{transform.ErrDeadline, 504, notStored, nil},
		{transform.ErrMemory, 500, notStored, nil},
		{transform.ErrCrash, 503, notStored, headers{"Retry-After": "1"}},
		{errors.New("secret path /etc"), 500, notStored, nil},
		// A renderer that misses a file of its own has not found an image missing.
		{fmt.Errorf("start a child: %w", fs.ErrNotExist), 500, notStored, nil},
	} {
		params := fmt.Sprintf("w=%d", 100+i)
		what := fmt.Sprintf("GET ?%s with the error %q", params, tt.err)
		d.renderer.failWith(func() error { return tt.err })
		got := d.get("/image/"+photoID+"?"+params, withID)
		wantProblem(t, what, got, tt.status, tt.life, "", tt.more)
		if strings.Contains(string(got.body), "secret") {
			t.Errorf("%s = %s, want no inner words", what, got.body)
		}
		// No error is remembered: the next request tries again.
		d.renderer.failWith(nil)
		body, _ := rendition(t, photo, photoBody, params, "")
		if again := d.get("/image/" + photoID + "?" + params); again.status != 200 || string(again.body) != string(body) {
			t.Errorf("%s, again without = %d %q, want 200 %q", what, again.status, again.body, body)
		}
	}
}

// An error that may be that of one format is not kept for those who get another.
func TestErrorsVary(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.renderer.failWith(func() error { return transform.ErrUndecodable })
	for params, vary := range map[string]string{"w=9": "", "w=9&auto=format": "Accept"} {
		got := d.get("/image/"+photoID+"?"+params, withID, "Accept: image/avif")
		wantProblem(t, "GET ?"+params, got, 422, minute, "", headers{"Vary": vary}.with(nil))
	}
}

// What a renderer gives back is checked before it is remembered.
func TestWrongRendition(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.renderer.body = func([]byte) []byte { return nil }
	wantProblem(t, "GET of an empty rendition", d.get("/image/"+photoID+"?w=9", withID), 500, notStored, "", nil)
	d.renderer.body = nil
	if got := d.get("/image/" + photoID + "?w=9"); got.status != 200 {
		t.Errorf("GET afterwards = %d, want 200", got.status)
	}
}

func TestPanic(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.renderer.failWith(func() error { panic("the renderer") })
	for range 2 {
		wantProblem(t, "GET with a panic in the renderer", d.get("/image/"+photoID+"?w=9", withID), 500, notStored, "", nil)
	}
	d.renderer.failWith(nil)
	if got := d.get("/image/" + photoID + "?w=9"); got.status != 200 {
		t.Errorf("GET afterwards = %d, want 200", got.status)
	}
	if n := d.renderer.count(); n != 3 {
		t.Errorf("renders = %d, want 3", n)
	}
}

// A panic outside of a flight is a 500, too, and nothing of the answer before it is left.
func TestPanicInHandler(t *testing.T) {
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Cache = nil }})
	d.photo()
	wantProblem(t, "GET with a panic in the handler", d.get("/image/"+photoID+"?w=9", withID), 500, notStored, "", nil)
	if got := d.get("/image/" + photoID); got.status != 200 {
		t.Errorf("GET afterwards = %d, want 200", got.status)
	}
}
