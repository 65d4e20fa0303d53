package origin_test

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/origin"
	"lightwell/transform"
)

// wait takes n from a channel, or gives up.
func wait(t *testing.T, what string, c <-chan struct{}, n int) {
	t.Helper()
	deadline := time.After(patience)
	for i := range n {
		select {
		case <-c:
		case <-deadline:
			t.Fatalf("%s: %d of %d in %v", what, i, n, patience)
		}
	}
}

// ask sends requests at once, and returns how to wait for their answers.
func (d *door) ask(n int, uri string) (answers func() []response) {
	got := make([]response, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			c := d.dial()
			defer c.Close()
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", uri)
			var err error
			if got[i], err = readResponse(c, "GET"); err != nil {
				d.t.Errorf("read answer %d: %v", i, err)
			}
		})
	}
	return func() []response {
		all.Wait()
		return got
	}
}

func wantAll(t *testing.T, got []response, status int, body []byte) {
	t.Helper()
	for i, r := range got {
		if r.status != status || body != nil && !bytes.Equal(r.body, body) {
			t.Errorf("answer %d = %d %.100q, want %d %.100q", i, r.status, r.body, status, body)
		}
	}
}

// However many ask for a rendition that is not there, it is made once.
func TestOneFlight(t *testing.T) {
	const clients = 200
	d := openDoor(t)
	photo := d.photo()
	release := d.renderer.block()
	answers := d.ask(clients, "/image/"+photoID+"?w=400")
	wait(t, "requests", d.library.asked, clients)
	release()
	body, _ := rendition(t, photo, photoBody, "w=400", "")
	wantAll(t, answers(), 200, body)
	if renders, opens := d.renderer.count(), d.library.opens(); renders != 1 || opens != 1 {
		t.Errorf("renders, originals opened = %d, %d, want 1, 1", renders, opens)
	}
}

// Spellings and viewers that mean the same share a flight; others have theirs.
func TestFlightsByMeaning(t *testing.T) {
	d := openDoor(t)
	d.photo()
	release := d.renderer.block()
	var answers []func() []response
	image := "/image/" + photoID
	for _, uri := range []string{
		image + "?w=400&h=300&fit=crop", image + "/fit=crop,w=400,h=300/x.jpg", image + "?w=400&h=300&fit=crop&dl=x", image + "?w=400&h=300&fit=crop&q=75",
		image + "?w=401", image + "/w=401?v=2",
	} {
		answers = append(answers, d.ask(5, uri))
	}
	wait(t, "requests", d.library.asked, 30)
	release()
	for _, a := range answers {
		wantAll(t, a(), 200, nil)
	}
	if n := d.renderer.count(); n != 2 {
		t.Errorf("renders = %d, want 2", n)
	}
}

// The one who asked first may leave: the rest get theirs.
func TestFirstClientLeaves(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	release := d.renderer.block()
	uri := "/image/" + photoID + "?w=400"
	first := d.dial()
	fmt.Fprintf(first, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", uri)
	wait(t, "first render", d.renderer.began, 1)
	answers := d.ask(3, uri)
	wait(t, "requests", d.library.asked, 4)
	first.Close()
	release()
	body, _ := rendition(t, photo, photoBody, "w=400", "")
	wantAll(t, answers(), 200, body)
	wantAll(t, d.ask(1, uri)(), 200, body)
	if n := d.renderer.count(); n != 1 {
		t.Errorf("renders = %d, want 1", n)
	}
}

// A request that has waited for long enough is answered; its flight goes on and is remembered.
func TestTimeout(t *testing.T) {
	d := openDoorWith(t, settings{handler: func(h *origin.Handler) { h.Timeout = 50 * time.Millisecond }})
	d.photo()
	release := d.renderer.block()
	uri := "/image/" + photoID + "?w=400"
	wantProblem(t, "GET of what takes long", d.get(uri, withID), 504, notStored, "", nil)
	release()
	d.service.Wait()
	if got := d.get(uri); got.status != 200 || got.header.Get("Server-Timing") != "cache;desc=memory" {
		t.Errorf("GET afterwards = %d, Server-Timing %q, want 200 from memory", got.status, got.header.Get("Server-Timing"))
	}
}

// A flight has its own deadline.
func TestDeadline(t *testing.T) {
	d := openDoorWith(t, settings{service: func(s *origin.Service) { s.Deadline = 50 * time.Millisecond }})
	d.photo()
	release := d.renderer.block()
	defer release()
	wantProblem(t, "GET of what takes long", d.get("/image/"+photoID+"?w=400", withID), 504, notStored, "", nil)
}

// Those who share a flight share its failure, and nobody after them.
func TestSharedFailure(t *testing.T) {
	d := openDoor(t)
	d.photo()
	for i, tt := range []struct {
		fail   func() error
		status int
	}{
		{func() error { return transform.ErrCrash }, 503},
		{func() error { return transform.ErrUndecodable }, 422},
		{func() error { panic("the renderer") }, 500},
	} {
		uri := fmt.Sprintf("/image/%s?w=%d", photoID, 400+i)
		release := d.renderer.block()
		d.renderer.failWith(tt.fail)
		before := d.renderer.count()
		answers := d.ask(20, uri)
		wait(t, "requests", d.library.asked, 20)
		release()
		wantAll(t, answers(), tt.status, nil)
		d.renderer.failWith(nil)
		wantAll(t, d.ask(1, uri)(), 200, nil)
		wait(t, "request", d.library.asked, 1)
		// A request may have come to its flight after the first had landed: it has another.
		if n := d.renderer.count() - before; n < 2 || n > 21 {
			t.Errorf("renders = %d, want 2 at least", n)
		}
	}
}

// A cache that is down costs renditions, never a request.
func TestBrokenCache(t *testing.T) {
	broken := &brokenTier{}
	for _, tt := range []struct {
		name    string
		tiers   func(cache.Tier) []cache.Tier
		renders int
		timing  string
	}{
		{"all tiers", func(cache.Tier) []cache.Tier { return []cache.Tier{broken} }, 3, "cache;desc=miss, queue;dur=1.0, decode;dur=2.0, encode;dur=3.0"},
		{"the tier above", func(m cache.Tier) []cache.Tier { return []cache.Tier{broken, m} }, 1, "cache;desc=memory"},
		{"the tier below", func(m cache.Tier) []cache.Tier { return []cache.Tier{m, broken} }, 1, "cache;desc=memory"},
		{"no tier", func(cache.Tier) []cache.Tier { return nil }, 3, "cache;desc=miss, queue;dur=1.0, decode;dur=2.0, encode;dur=3.0"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := openDoorWith(t, settings{tiers: tt.tiers})
			photo := d.photo()
			body, _ := rendition(t, photo, photoBody, "w=400", "")
			var last response
			for range 3 {
				last = d.get("/image/" + photoID + "?w=400")
				wantAll(t, []response{last}, 200, body)
			}
			if n := d.renderer.count(); n != tt.renders {
				t.Errorf("renders = %d, want %d", n, tt.renders)
			}
			if got := last.header.Get("Server-Timing"); got != tt.timing {
				t.Errorf("Server-Timing = %q, want %q", got, tt.timing)
			}
		})
	}
	if broken.calls.Load() == 0 {
		t.Error("the broken tier was never asked")
	}
}

// What is shared with the cache is not written to, whatever is sent of it.
func TestSharedBody(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	uri := "/image/" + photoID + "?w=400"
	body, key := rendition(t, photo, photoBody, "w=400", "")
	for _, send := range []string{"Range: bytes=0-4", "Range: bytes=9-", "Range: bytes=900000-", "If-None-Match: *", "Accept-Encoding: gzip"} {
		d.get(uri, send)
		d.do("HEAD", uri, send)
	}
	e, _, err := d.service.Cache.Lookup(t.Context(), cache.Name(photo.Original, key))
	if err != nil || !bytes.Equal(e.Body, body) || e.Width != 400 || e.Height != 300 || e.Format != "jpeg" {
		t.Errorf("Lookup(%s) = %+v, %v, want 400 x 300 jpeg %.100q", key, e, err, body)
	}
	if _, _, err := d.service.Cache.Lookup(t.Context(), "other"); !errors.Is(err, cache.ErrMiss) {
		t.Errorf("Lookup(other): %v, want cache.ErrMiss", err)
	}
}
