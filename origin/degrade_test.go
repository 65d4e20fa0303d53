package origin_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"lightwell/origin/library"
)

// A delete by another process holds here once the metadata's life is over, and here at once.
func TestDeleted(t *testing.T) {
	for _, tt := range []struct {
		name   string
		life   time.Duration
		within int // status right after another process has deleted it
	}{
		{"held for an hour", time.Hour, 200},
		{"not held", 0, 410},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := openDoorWith(t, settings{library: library.Config{Life: tt.life, Entries: 10}})
			d.photo()
			uris := []string{"/image/" + photoID, "/image/" + photoID + "?w=400", "/info/" + photoID}
			for _, uri := range uris {
				wantAll(t, []response{d.get(uri)}, 200, nil)
			}
			other, err := library.New(d.store, library.Config{})
			if err != nil {
				t.Fatal(err)
			}
			if err := other.Delete(context.Background(), photoID); err != nil {
				t.Fatal(err)
			}
			for _, uri := range uris {
				wantAll(t, []response{d.get(uri)}, tt.within, nil)
			}
			if err := d.library.Delete(context.Background(), photoID); err == nil {
				t.Error("Delete of what is deleted = nil, want an error")
			}
			for _, uri := range uris {
				wantProblem(t, "GET "+uri, d.get(uri, withID), 410, minute, "", nil)
				if got := d.get(uri, "If-None-Match: *"); got.status != 410 {
					t.Errorf("GET %s with If-None-Match * = %d, want 410", uri, got.status)
				}
			}
		})
	}
}

// Deleting one asset does not touch another of the same bytes.
func TestDeletedTwin(t *testing.T) {
	d := openDoor(t)
	d.photo()
	twin := d.add(library.Asset{Name: "twin.jpg"}, photoBody)
	if err := d.library.Delete(context.Background(), photoID); err != nil {
		t.Fatal(err)
	}
	wantAll(t, []response{d.get("/image/" + photoID)}, 410, nil)
	wantAll(t, []response{d.get("/image/" + twin.ID)}, 200, photoBody)
	wantAll(t, []response{d.get("/image/" + twin.ID + "?w=9")}, 200, nil)
}

// Equal bytes are rendered once, whatever they are called.
func TestTwinsShareRenditions(t *testing.T) {
	d := openDoor(t)
	d.photo()
	twin := d.add(library.Asset{Name: "twin.jpg"}, photoBody)
	one, other := d.get("/image/"+photoID+"?w=9"), d.get("/image/"+twin.ID+"?w=9")
	if one.header.Get("ETag") != other.header.Get("ETag") || d.renderer.count() != 1 {
		t.Errorf("tags %s and %s, %d renders, want one tag and 1", one.header.Get("ETag"), other.header.Get("ETag"), d.renderer.count())
	}
}

// With the store down, what is held goes on being served; what is not is a 503.
func TestStoreDown(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: 0, Entries: 10}}) // always asks the store
	photo := d.photo()
	other := library.NewID()
	made, key := rendition(t, photo, photoBody, "w=400", "")
	wantAll(t, []response{d.get("/image/" + photoID + "?w=400")}, 200, made)
	d.store.down.Store(true)
	wantAll(t, []response{d.get("/image/" + photoID + "?w=400")}, 200, made)
	wantAll(t, []response{d.get("/info/" + photoID)}, 200, nil)
	wantAll(t, []response{d.get("/image/"+photoID, "If-None-Match: "+originalTag(photo))}, 304, nil)
	wantAll(t, []response{d.get("/image/"+photoID+"?w=400", `If-None-Match: "`+key+`"`)}, 304, nil)
	for _, uri := range []string{
		"/image/" + photoID,            // metadata is held, the bytes are not
		"/image/" + photoID + "?w=401", // nor this rendition
		"/image/" + other,
		"/image/" + other + "?w=400",
		"/info/" + other,
	} {
		wantProblem(t, fmt.Sprintf("GET %s with the store down", uri), d.get(uri, withID), 503, notStored, "", headers{"Retry-After": "5"})
	}
	// What needs no store is answered as ever.
	wantProblem(t, "GET /", d.get("/", withID), 404, minute, "", nil)
	wantProblem(t, "GET of a bad parameter", d.get("/image/"+photoID+"?w=x", withID), 400, hour, "w", nil)
	d.store.down.Store(false)
	wantAll(t, []response{d.get("/image/" + photoID)}, 200, photoBody)
	wantAll(t, []response{d.get("/image/" + photoID + "?w=401")}, 200, nil)
	wantAll(t, []response{d.get("/image/" + other)}, 404, nil)
}

// An asset whose bytes are lost is no 404: somebody may bring them back.
func TestLostOriginal(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	if err := d.store.Delete(context.Background(), "originals/"+photo.Original); err != nil {
		t.Fatal(err)
	}
	for _, uri := range []string{"/image/" + photoID, "/image/" + photoID + "?w=9"} {
		wantProblem(t, "GET "+uri, d.get(uri, withID), 503, notStored, "", headers{"Retry-After": "5"})
	}
}
