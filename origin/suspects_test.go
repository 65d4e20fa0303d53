package origin_test

import (
	"testing"

	"lightwell/origin"
	"lightwell/transform"
	"lightwell/transform/pool"
)

// What ends the renderer again and again is refused, and does not reach it.
func TestWhatEndsTheRendererIsRemembered(t *testing.T) {
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Suspects = pool.NewSuspects() }})
	d.photo()
	image := "/image/" + photoID
	d.renderer.failWith(func() error { return transform.ErrDeadline })
	for range 2 {
		wantProblem(t, "too slow", d.get(image+"?w=500", withID), 504, notStored, "", nil)
	}
	renders := d.renderer.count()
	wantProblem(t, "too slow, third time", d.get(image+"?w=500", withID), 422, minute, "", nil)
	if n := d.renderer.count() - renders; n != 0 {
		t.Errorf("renders of a suspect = %d, want 0", n)
	}
	d.renderer.failWith(nil)
	wantAll(t, []response{d.get(image + "?w=501")}, 200, nil) // another rendition is not to blame
	d.renderer.failWith(func() error { return transform.ErrCrash })
	wantProblem(t, "a crash", d.get(image+"?w=502", withID), 503, notStored, "", headers{"Retry-After": "1"})
	wantProblem(t, "another crash", d.get(image+"?w=503", withID), 503, notStored, "", headers{"Retry-After": "1"})
	d.renderer.failWith(nil)
	wantProblem(t, "any after two crashes", d.get(image+"?w=504", withID), 422, minute, "", nil)
	wantAll(t, []response{d.get(image + "?w=501")}, 200, nil) // what is remembered is served
}
