package origin_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"

	"github.com/valyala/fasthttp"
)

// Whatever changes about an asset ends what was offered of it, also what assets do not have yet.
func TestOfferHolds(t *testing.T) {
	was := library.Asset{
		ID: photoID, Original: "00", Bytes: 5, Name: "a", Tags: []string{"x"}, Created: created, Generation: 1,
		Source: transform.Source{Format: transform.JPEG, Width: 8, Height: 6, Orientation: 1, Frames: 1},
	}
	same := was
	same.Tags, same.Created = []string{"x"}, created.Local()
	if !origin.OfferHolds(was, same) {
		t.Error("an offer does not hold for an equal asset, want it to")
	}
	for i, fields := 0, reflect.TypeFor[library.Asset](); i < fields.NumField(); i++ {
		name := fields.Field(i).Name
		if name == "Deleted" || name == "Unsettled" {
			continue // no asset is had then, and of one that is had it says nothing
		}
		now := was
		switch field := reflect.ValueOf(&now).Elem().Field(i).Addr().Interface().(type) {
		case *string:
			*field += "x"
		case *int:
			*field++
		case *int64:
			*field++
		case *[]string:
			*field = []string{"y"}
		case *time.Time:
			*field = field.Add(time.Second)
		case *transform.Facts: // of which an offer holds the pages alone
			field.Pages = []transform.Size{{Width: 1, Height: 1}}
		case *transform.Source:
			field.Alpha = true
		default:
			t.Fatalf("the test cannot change %s", name)
		}
		if origin.OfferHolds(was, now) {
			t.Errorf("an offer holds after a change of %s, want it not to", name)
		}
	}
}

// A URL that has been asked for follows its asset, and the Accept header of each request.
func TestOfferFollows(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	for generation, name := range []string{"one.jpg", "two.jpg", "two.jpg"} {
		if err := d.library.Undo(context.Background(), library.Asset{ID: photoID}); err != nil { // or the first one stays
			t.Fatal(err)
		}
		photo := d.add(library.Asset{ID: photoID, Name: name, Generation: generation, Tags: []string{fmt.Sprint("tag", generation)}}, photoBody)
		for range 3 {
			for _, accept := range []string{"image/webp", "image/avif", "*/*"} {
				body, key := rendition(t, photo, photoBody, "w=400&auto=format", accept)
				got := d.get("/image/"+photoID+"?w=400&auto=format", "Accept: "+accept)
				wantAll(t, []response{got}, 200, body)
				if tag := got.header.Get("ETag"); tag != `"`+key+`"` {
					t.Errorf("generation %d for %s: ETag = %s, want %q", generation, accept, tag, key)
				}
				if tags, want := got.header.Get("Cache-Tag"), fmt.Sprintf("%s,tag%d", photoID, generation); tags != want {
					t.Errorf("generation %d for %s: Cache-Tag = %q, want %q", generation, accept, tags, want)
				}
				if kind := got.header.Get("Content-Disposition"); !strings.Contains(kind, strings.TrimSuffix(name, ".jpg")) {
					t.Errorf("generation %d for %s: Content-Disposition = %q, want it to name %s", generation, accept, kind, name)
				}
			}
		}
	}
}

// Nobody can make the origin remember without end, and a long address not at all.
func TestOffersAreBounded(t *testing.T) {
	d := openDoor(t)
	d.photo()
	ask := func(query string) {
		var rc fasthttp.RequestCtx
		rc.Request.SetRequestURI("/image/" + photoID + "?w=400" + query)
		if d.handler.Serve(&rc); rc.Response.StatusCode() != 200 {
			t.Fatalf("GET ?w=400%s = %d, want 200", query, rc.Response.StatusCode())
		}
	}
	ask("&v=" + strings.Repeat("x", 1024))
	if n := origin.Offers(d.handler); n != 0 {
		t.Errorf("offers after a long URL = %d, want 0", n)
	}
	var askers sync.WaitGroup
	for asker := range 4 {
		askers.Go(func() {
			for i := range origin.MaxOffers / 2 {
				ask(fmt.Sprintf("&v=%d-%d", asker, i))
				ask("")
			}
		})
	}
	askers.Wait()
	if n := origin.Offers(d.handler); n > origin.MaxOffers || n < origin.MaxOffers/2 {
		t.Errorf("offers after twice as many URLs = %d, want at most %d, and more than half of that", n, origin.MaxOffers)
	}
}

// A thousand Accept headers are a handful of offers, and none where nothing depends on them.
func TestOffersAreFewByAccept(t *testing.T) {
	d := openDoor(t)
	d.photo()
	ask := func(query, accept string) {
		var rc fasthttp.RequestCtx
		rc.Request.SetRequestURI("/image/" + photoID + query)
		rc.Request.Header.Set("Accept", accept)
		if d.handler.Serve(&rc); rc.Response.StatusCode() != 200 {
			t.Fatalf("GET %s = %d, want 200", query, rc.Response.StatusCode())
		}
		rc.Response.CloseBodyStream()
		if vary, want := string(rc.Response.Header.Peek("Vary")), strings.Contains(query, "auto"); (vary == "Accept") != want {
			t.Fatalf("GET %s for %s: Vary = %q", query, accept, vary)
		}
	}
	for _, tt := range []struct {
		query string
		more  int
	}{
		{"?w=400", 1},
		{"", 1},
		{"?w=400&auto=format", 4}, // AVIF, WebP, the photo's own format, and that there is a choice
	} {
		before := origin.Offers(d.handler)
		for i := range 1000 {
			for _, name := range []string{"avif", "webp", "png"} {
				ask(tt.query, fmt.Sprintf("image/%s,text/x-%d,*/*;q=0.%d", name, i, i))
			}
		}
		if n := origin.Offers(d.handler) - before; n != tt.more {
			t.Errorf("offers of %s after 3,000 Accept headers = %d, want %d", tt.query, n, tt.more)
		}
	}
}

// A preset that comes to be about the client's formats, or no longer is, is followed by URLs that are
// remembered.
func TestOfferBeginsToVary(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}})
	d.photo()
	for i, params := range []string{"w=100", "w=100&auto=format", "w=100&fm=png", "auto=format"} {
		d.preset(d.library.Library, "card", params)
		for _, accept := range []string{"image/webp", "image/avif", "*/*", "image/webp"} {
			want := "image/jpeg"
			switch {
			case strings.Contains(params, "fm=png"):
				want = "image/png"
			case strings.Contains(params, "auto") && accept != "*/*":
				want = accept
			}
			got := d.get("/image/"+photoID+"?preset=card", "Accept: "+accept)
			vary := got.header.Get("Vary") == "Accept"
			if kind := got.header.Get("Content-Type"); kind != want || vary != strings.Contains(params, "auto") {
				t.Errorf("%d: ?preset=card as %s for %s = %s, varies %v, want %s", i, params, accept, kind, vary, want)
			}
		}
	}
}

// A format that this build cannot write is refused by its name, and not chosen.
func TestUnwritableFormats(t *testing.T) {
	d := openDoorWith(t, settings{handler: func(h *origin.Handler) {
		h.Writes = transform.Formats(transform.JPEG, transform.PNG, transform.WebP)
	}})
	d.photo()
	for url, want := range map[string]int{"?fm=avif": 400, "?w=100&fm=jxl": 400, "?fm=webp": 200, "?w=100": 200} {
		a := d.get("/image/" + photoID + url)
		if a.status != want || want == 400 && !strings.Contains(string(a.body), `"param":"fm"`) {
			t.Errorf("GET %s = %d %s, want %d", url, a.status, a.body, want)
		}
	}
	if a := d.get("/image/"+photoID+"?w=50&auto=format", "Accept: image/avif,image/webp,*/*"); a.header.Get("Content-Type") != "image/webp" {
		t.Errorf("auto=format = %v, want WebP, the best that can be written", a.header)
	}
}
