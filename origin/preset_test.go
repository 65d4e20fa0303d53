package origin_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

const (
	presetCache = "public, max-age=600"
	forever     = "public, max-age=31536000, immutable"
)

// preset keeps a preset by a library, maybe another process's.
func (d *door) preset(l *library.Library, name, params string) {
	d.t.Helper()
	if _, err := l.SetPreset(context.Background(), library.Preset{Name: name, Params: params}); err != nil {
		d.t.Fatal(err)
	}
}

// A preset's parameters stand under those of the URL, and what comes out is the rendition of all of them.
func TestPreset(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	d.preset(d.library.Library, "card", "w=400&h=300&fit=crop&crop=edges&q=60")
	d.preset(d.library.Library, "auto", "auto=format&w=50")
	d.preset(d.library.Library, "saved", "dl=card.jpg&w=51")
	d.preset(d.library.Library, "later", "crop=left") // which nothing else asks for
	for _, tt := range []struct{ params, means string }{
		{"preset=card", "w=400&h=300&fit=crop&crop=edges&q=60"},
		{"preset=card&h=100", "w=400&h=100&fit=crop&crop=edges&q=60"},
		{"height=100&preset=card", "w=400&h=100&fit=crop&crop=edges&q=60"},
		{"preset=card&h64=MTAw", "w=400&h=100&fit=crop&crop=edges&q=60"},
		{"preset=card&f=max&q=75", "w=400&h=300"},
		{"preset=card&fm=webp&utm_source=x&v=2", "w=400&h=300&fit=crop&crop=edges&q=60&fm=webp"},
		{"preset=card&w=0", "h=300&q=60"},
		{"preset=auto", "w=50&auto=format"},
		{"preset=saved", "w=51"},
		{"preset=later&w=60&h=60&fit=crop", "w=60&h=60&fit=crop&crop=left"},
		{"preset=later", ""},
	} {
		path := strings.NewReplacer("&", ",").Replace(tt.params)
		explicit := d.get("/image/"+photoID+"?"+tt.means, "Accept: image/webp")
		renders := d.renderer.count()
		for _, uri := range []string{"?" + tt.params, "/" + path, "/" + path + "/card.jpg", "?" + tt.params} {
			for _, method := range []string{"GET", "HEAD"} {
				what := method + " /image/{id}" + uri
				got := d.do(method, "/image/"+photoID+uri, "Accept: image/webp")
				if method == "HEAD" {
					got.body = explicit.body
				}
				wantAll(t, []response{got}, 200, explicit.body)
				for _, name := range []string{"ETag", "Vary", "Content-Type", "Content-Length", "Cache-Tag"} {
					if got.header.Get(name) != explicit.header.Get(name) {
						t.Errorf("%s: %s = %q, want %q as of %s", what, name, got.header.Get(name), explicit.header.Get(name), tt.means)
					}
				}
				if life := got.header.Get("Cache-Control"); life != presetCache {
					t.Errorf("%s: Cache-Control = %q, want %q", what, life, presetCache)
				}
				if saved := strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment"); saved != (tt.params == "preset=saved") {
					t.Errorf("%s: Content-Disposition = %q", what, got.header.Get("Content-Disposition"))
				}
			}
			same := d.get("/image/"+photoID+uri, "Accept: image/webp", "If-None-Match: "+explicit.header.Get("ETag"))
			if same.status != 304 || same.header.Get("Cache-Control") != presetCache {
				t.Errorf("GET %s with its ETag = %d, %q, want 304, %q", uri, same.status, same.header.Get("Cache-Control"), presetCache)
			}
		}
		if n := d.renderer.count(); n != renders {
			t.Errorf("%s was rendered %d times more, want the rendition of %s", tt.params, n-renders, tt.means)
		}
		if life := explicit.header.Get("Cache-Control"); life != forever {
			t.Errorf("GET ?%s: Cache-Control = %q, want %q", tt.means, life, forever)
		}
	}
	body, _ := rendition(t, photo, photoBody, "w=400&h=300&fit=crop&crop=edges&q=60", "")
	wantAll(t, []response{d.get("/image/" + photoID + "?preset=card")}, 200, body)
}

// A URL that has been asked for follows its preset, whichever process changes that: at once where the
// metadata's life is over, and not before.
func TestPresetFollows(t *testing.T) {
	for _, tt := range []struct {
		name    string
		life    time.Duration
		follows bool
	}{
		{"not held", 0, true},
		{"held for an hour", time.Hour, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := openDoorWith(t, settings{library: library.Config{Life: tt.life, Entries: 10}})
			photo := d.photo()
			other, err := library.New(d.store, library.Config{})
			if err != nil {
				t.Fatal(err)
			}
			want := "w=400"
			for _, params := range []string{"w=400", "w=200&q=50", "w=200&dl=x", "w=200&q=50"} {
				d.preset(other, "card", params)
				if tt.follows {
					want = params
				}
				body, key := rendition(t, photo, photoBody, want, "")
				for range 3 { // worked out, remembered, and from memory
					got := d.get("/image/" + photoID + "?preset=card")
					wantAll(t, []response{got}, 200, body)
					if tag := got.header.Get("ETag"); tag != `"`+key+`"` {
						t.Errorf("preset %s: ETag = %s, want %q as of %s", params, tag, key, want)
					}
					if saved := strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment"); saved != strings.Contains(want, "dl") {
						t.Errorf("preset %s: Content-Disposition = %q", params, got.header.Get("Content-Disposition"))
					}
				}
			}
			if err := other.DeletePreset(context.Background(), "card"); err != nil {
				t.Fatal(err)
			}
			got := d.get("/image/"+photoID+"?preset=card", withID)
			if tt.follows {
				wantProblem(t, "GET with a preset that is gone", got, 404, minute, "preset", nil)
			} else if got.status != 200 {
				t.Errorf("GET with a preset that is held = %d, want 200", got.status)
			}
		})
	}
}

func TestPresetsThatCannotBeFollowed(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	d.photo()
	d.preset(d.library.Library, "narrow", "fit=crop&h=50&max-w=50")
	d.preset(d.library.Library, "aside", "rect=5000,5000,10,10")
	d.preset(d.library.Library, "future", "hologram=1") // of another version
	image := "/image/" + photoID
	for _, tt := range []struct {
		uri    string
		status int
		life   string
		param  string
	}{
		{image + "?preset=card", 404, minute, "preset"},
		{image + "/preset=card,w=5", 404, minute, "preset"},
		{image + "?preset=" + photoID, 404, minute, "preset"},
		{"/image/" + absentID + "?preset=card", 404, minute, "preset"},
		{"/image/" + absentID + "?preset=narrow", 404, minute, ""},
		{image + "?preset=.card", 400, hour, "preset"},
		{image + "?preset=", 400, hour, "preset"},
		{image + "?preset=narrow&preset=narrow", 400, hour, "preset"},
		{image + "?preset=narrow&w=x", 400, hour, "w"}, // whatever the preset becomes
		{image + "?preset=narrow&min-w=60", 400, minute, "min-w"},
		{image + "?preset=aside", 400, minute, "rect"},
		{image + "?preset=future", 400, minute, "hologram"},
	} {
		for range 2 {
			got := d.get(tt.uri, withID)
			wantProblem(t, "GET "+tt.uri, got, tt.status, tt.life, tt.param, nil)
			if tt.param == "preset" && tt.status == 404 && !strings.Contains(string(got.body), "There is no preset") {
				t.Errorf("GET %s says %s, want which preset there is not", tt.uri, got.body)
			}
		}
	}
}

// With the store down, a preset that is held goes on; one that is not is a 503, and no 404 to be kept.
func TestPresetAndStoreDown(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	photo := d.photo()
	d.preset(d.library.Library, "card", "w=400")
	body, _ := rendition(t, photo, photoBody, "w=400", "")
	wantAll(t, []response{d.get("/image/" + photoID + "?w=400")}, 200, body)
	d.store.down.Store(true)
	for range 2 {
		wantAll(t, []response{d.get("/image/" + photoID + "?preset=card")}, 200, body)
		wantProblem(t, "GET with another preset", d.get("/image/"+photoID+"?preset=other", withID), 503, notStored, "", headers{"Retry-After": "5"})
	}
	d.store.down.Store(false)
	wantProblem(t, "GET with another preset", d.get("/image/"+photoID+"?preset=other", withID), 404, minute, "preset", nil)
}

// The fallback image has the preset's size, too.
func TestPresetOfFallback(t *testing.T) {
	placeholder := library.NewID()
	d := openDoorWith(t, settings{handler: func(h *origin.Handler) { h.Fallback = placeholder }})
	fallback := d.add(library.Asset{ID: placeholder}, photoBody)
	d.preset(d.library.Library, "card", "w=40")
	body, _ := rendition(t, fallback, photoBody, "w=40", "")
	for range 2 {
		wantAll(t, []response{d.get("/image/" + absentID + "?preset=card")}, 404, body)
		wantAll(t, []response{d.get("/image/" + placeholder + "?preset=other&w=40")}, 404, body)
	}
}

// What was prepared is a hit, for those who take what is best.
func TestPrepare(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	prepare := func(query string) error {
		req, err := transform.Parser{}.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		return d.handler.Prepare(context.Background(), photo, req)
	}
	for i, query := range []string{"w=400", "w=401&auto=format", "fm=webp"} {
		for range 2 {
			if err := prepare(query); err != nil {
				t.Errorf("Prepare(%s) = %v, want nil", query, err)
			}
		}
		got := d.get("/image/"+photoID+"?"+query, "Accept: image/avif,image/webp")
		if timing := got.header.Get("Server-Timing"); got.status != 200 || timing != "cache;desc=memory" {
			t.Errorf("GET ?%s after Prepare = %d, %s, want it from memory", query, got.status, timing)
		}
		if n := d.renderer.count(); n != i+1 {
			t.Errorf("%d renders after %s, want %d", n, query, i+1)
		}
	}
	if err := prepare(""); err != nil || d.renderer.count() != 3 {
		t.Errorf("Prepare of the original = %v, %d renders, want none more", err, d.renderer.count())
	}
	d.renderer.failWith(func() error { return transform.ErrUndecodable })
	if err := prepare("w=402"); !errors.Is(err, transform.ErrUndecodable) {
		t.Errorf("Prepare of what cannot be decoded = %v, want %v", err, transform.ErrUndecodable)
	}
	if _, ok := errors.AsType[*transform.ParamError](prepare("rect=5000,5000,9,9")); !ok {
		t.Error("Prepare of a part outside is no ParamError")
	}
}

// Leaving does not end what is prepared.
func TestPrepareGoesOn(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	release := d.renderer.block()
	ctx, leave := context.WithCancel(context.Background())
	prepared := make(chan error, 1)
	go func() {
		prepared <- d.handler.Prepare(ctx, photo, transform.Request{Recipe: transform.Recipe{Width: 400}})
	}()
	<-d.renderer.began
	leave()
	if err := <-prepared; !errors.Is(err, context.Canceled) {
		t.Errorf("Prepare whose caller left = %v, want %v", err, context.Canceled)
	}
	release()
	d.service.Wait()
	got := d.get("/image/" + photoID + "?w=400")
	if timing := got.header.Get("Server-Timing"); timing != "cache;desc=memory" || d.renderer.count() != 1 {
		t.Errorf("GET afterwards = %s after %d renders, want it from memory after 1", timing, d.renderer.count())
	}
}

// Each of many URLs with a preset is checked for itself.
func TestPresetIsNotSharedByAddress(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	photo := d.photo()
	for i := range 20 {
		d.preset(d.library.Library, fmt.Sprint("p", i), fmt.Sprint("w=", 100+i))
	}
	for range 2 {
		for i := range 20 {
			body, _ := rendition(t, photo, photoBody, fmt.Sprint("w=", 100+i), "")
			wantAll(t, []response{d.get(fmt.Sprint("/image/", photoID, "?preset=p", i))}, 200, body)
		}
	}
}
