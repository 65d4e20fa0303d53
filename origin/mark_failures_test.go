package origin_test

import (
	"context"
	"testing"
	"time"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
	"lightwell/transform/pool"
)

// The picture of a 404 has no mark: that may be what is missing.
func TestFallbackHasNoMark(t *testing.T) {
	placeholder := library.NewID()
	d := openDoorWith(t, settings{
		handler: func(h *origin.Handler) { h.Fallback = placeholder },
		library: library.Config{Life: 0, Entries: 10, TombstoneLife: time.Hour},
	})
	d.photo()
	fallback := d.add(library.Asset{ID: placeholder}, photoBody)
	d.logo(logoID, 0)
	body, _ := rendition(t, fallback, photoBody, "w=40", "")
	if err := d.library.Delete(context.Background(), logoID); err != nil {
		t.Fatal(err)
	}
	for _, uri := range []string{photoID + "?w=40&mark=none", photoID + "?w=40&mark=" + logoID, absentID + "?w=40&mark=none"} {
		wantAll(t, []response{d.get("/image/" + uri)}, 404, body)
	}
}

// With a mark nobody knows which image is at fault: only the rendition is refused afterwards.
func TestACrashWithAMarkBlamesNoImage(t *testing.T) {
	suspects := pool.NewSuspects()
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Suspects = suspects }})
	d.photo()
	logo := d.logo(logoID, 0)
	image := "/image/" + photoID
	for _, kind := range []error{transform.ErrCrash, transform.ErrDeadline} {
		uri := image + "?mark=" + logoID + "&blur=" + map[error]string{transform.ErrCrash: "1", transform.ErrDeadline: "2"}[kind]
		d.renderer.failWith(func() error { return kind })
		for range 2 {
			if got := d.get(uri); got.status < 500 {
				t.Errorf("GET %s = %d, want a failure", uri, got.status)
			}
		}
		d.renderer.failWith(nil)
		wantProblem(t, "the rendition, again", d.get(uri, withID), 422, minute, "", nil)
	}
	for _, uri := range []string{image + "?w=50", image + "?w=51&mark=" + logoID, "/image/" + logoID + "?w=20"} {
		if got := d.get(uri); got.status != 200 {
			t.Errorf("GET %s = %d, want 200: it is not to blame", uri, got.status)
		}
	}
	suspects.Inspected(logo.Original, transform.ErrCrash)
	wantProblem(t, "with a mark that is suspect", d.get(image+"?w=52&mark="+logoID, withID), 422, minute, "", nil)
}
