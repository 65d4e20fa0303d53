package origin_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"lightwell/origin"
	"lightwell/transform"
)

// plannedOf reads the plan out of what the fake renders.
func plannedOf(t *testing.T, body []byte) (p transform.Plan) {
	t.Helper()
	_, encoded, ok := strings.Cut(string(body), " as ")
	if !ok {
		t.Fatalf("%.100q is no plan", body)
	}
	if err := json.Unmarshal([]byte(encoded), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// All sizes of a picture look for its faces once, however they come, and what was
// found is in their plans.
func TestOneSearchForAllSizes(t *testing.T) {
	d := openDoor(t)
	d.photo()
	release := d.renderer.block()
	var answers []func() []response
	uri := "/image/" + photoID + "?fit=crop&crop=faces&h=300&w="
	for _, width := range []int{50, 60, 70} {
		answers = append(answers, d.ask(5, uri+fmt.Sprint(width)))
	}
	wait(t, "requests", d.library.asked, 15)
	release()
	for _, a := range answers {
		got := a()
		wantAll(t, got, 200, nil)
		// The fake's face is at 400,300 of 800 x 600.
		if p := plannedOf(t, got[0].body); p.Window.X != 200+3-p.Window.Width/2 {
			t.Errorf("window = %v, want its middle on the face", p.Window)
		}
	}
	if n := d.renderer.count(); n != 1+3 {
		t.Errorf("searches and renders = %d, want 1 and 3", n)
	}
	wantAll(t, d.ask(1, uri+"80")(), 200, nil)
	wantAll(t, d.ask(1, uri+"90&trim=color")(), 200, nil)
	if n := d.renderer.count(); n != 4+1+2 {
		t.Errorf("searches and renders = %d, want a render more, then another search and a render", n)
	}
	if got := d.get("/image/" + photoID + "?trim=color&w=320"); plannedOf(t, got.body).Region != (transform.Area{X: 80, Y: 60, Width: 640, Height: 480}) {
		t.Errorf("region = %v, want what trimming leaves", plannedOf(t, got.body).Region)
	}
}

// A search that fails is an error of its request alone, and is tried again.
func TestSearchFails(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fail   func() error
		status int
	}{
		{"crash", func() error { return transform.ErrCrash }, 503},
		{"deadline", func() error { return transform.ErrDeadline }, 504},
		{"undecodable", func() error { return transform.ErrUndecodable }, 422},
		{"busy", func() error { return transform.ErrBusy }, 503},
		{"panic", func() error { panic("in a search") }, 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := openDoor(t)
			d.photo()
			uri := "/image/" + photoID + "?trim=auto&w=100"
			d.renderer.failWith(tt.fail)
			if got := d.get(uri); got.status != tt.status {
				t.Errorf("status = %d, want %d", got.status, tt.status)
			}
			d.renderer.failWith(nil)
			if got := d.get(uri); got.status != 200 {
				t.Errorf("status afterwards = %d, want 200", got.status)
			}
		})
	}
}

// A search that has ended render processes is not tried again, though the rendition
// has ended none.
func TestSuspectsAreNotSearched(t *testing.T) {
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Suspects = &suspectSearch{} }})
	d.photo()
	if got := d.get("/image/" + photoID + "?trim=auto&w=100"); got.status != 422 {
		t.Errorf("status = %d, want 422", got.status)
	}
	if n := d.renderer.count(); n != 0 {
		t.Errorf("searches = %d, want none", n)
	}
}

// suspectSearch lets the first key pass, which is the rendition's.
type suspectSearch struct {
	noSuspects
	asked atomic.Int32
}

func (s *suspectSearch) Check(string, string) error {
	if s.asked.Add(1) == 1 {
		return nil
	}
	return transform.ErrSuspect
}
