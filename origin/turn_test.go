package origin_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/origin"
)

// fakeFleet gives keys to one at a time, as a Redis does. It fails when it is told to.
type fakeFleet struct {
	mu       sync.Mutex // guards the fields below
	held     map[string]bool
	acquired int
	err      error
}

func (f *fakeFleet) Acquire(_ context.Context, key string) (func(context.Context) error, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err != nil {
		return nil, f.err
	}
	if f.held[key] {
		return nil, fmt.Errorf("lease of %s: %w", key, cache.ErrHeld)
	}
	f.held[key] = true
	f.acquired++
	return func(ctx context.Context) error { f.end(key); return ctx.Err() }, nil
}

func (f *fakeFleet) end(key string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.held, key)
}

func (f *fakeFleet) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.held)
}

// pair is two origins with the same photo and one fleet, whose cache they share, or do not.
func pair(t *testing.T, f *fakeFleet, share bool) (doors [2]*door) {
	t.Helper()
	far, err := cache.NewMemory(64 << 20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { far.Close() })
	for i := range doors {
		doors[i] = openDoorWith(t, settings{
			service: func(s *origin.Service) { s.Fleet = f },
			tiers: func(memory cache.Tier) []cache.Tier {
				if share {
					return []cache.Tier{memory, far}
				}
				return []cache.Tier{memory}
			},
		})
		doors[i].photo()
	}
	return doors
}

// However many ask for a rendition at whichever origin of a fleet, it is made once.
func TestOneRenderInTheFleet(t *testing.T) {
	const clients = 100
	f := &fakeFleet{held: map[string]bool{}}
	doors := pair(t, f, true)
	release := [2]func(){doors[0].renderer.block(), doors[1].renderer.block()}
	answers := [2]func() []response{}
	for i, d := range doors {
		answers[i] = d.ask(clients, "/image/"+photoID+"?w=400")
		wait(t, "requests", d.library.asked, clients)
	}
	for i := range doors {
		release[i]()
	}
	first := answers[0]()
	wantAll(t, first, 200, nil)
	wantAll(t, answers[1](), 200, first[0].body)
	if renders := doors[0].renderer.count() + doors[1].renderer.count(); renders != 1 {
		t.Errorf("the fleet rendered %d times, want once", renders)
	}
	for _, d := range doors {
		d.service.Wait()
	}
	if n := f.count(); n > 0 {
		t.Errorf("%d leases were not given back", n)
	}
}

// A lease whose holder is gone ends, and a rendition that is kept nowhere that all find it is made by each.
func TestTakingOver(t *testing.T) {
	f := &fakeFleet{held: map[string]bool{}}
	doors := pair(t, f, false)
	a := doors[0].photo()
	_, key := rendition(t, a, photoBody, "w=400", "")
	name := cache.Name(a.Original, key)
	if _, err := f.Acquire(t.Context(), name); err != nil { // by somebody who dies
		t.Fatal(err)
	}
	answers := [2]func() []response{}
	for i, d := range doors {
		answers[i] = d.ask(3, "/image/"+photoID+"?w=400")
		wait(t, "requests", d.library.asked, 3)
	}
	time.Sleep(50 * time.Millisecond) // a render would have come by now
	for i, d := range doors {
		if n := d.renderer.count(); n > 0 {
			t.Errorf("origin %d rendered what another has the lease of", i)
		}
	}
	f.end(name)
	for i, d := range doors {
		wantAll(t, answers[i](), 200, nil)
		if n := d.renderer.count(); n != 1 {
			t.Errorf("origin %d rendered %d times, want once", i, n)
		}
	}
}

// Without word of the fleet each origin goes on by itself; and a render that fails leaves no lease.
func TestWithoutTheFleet(t *testing.T) {
	f := &fakeFleet{held: map[string]bool{}, err: errors.New("no route to host")}
	doors := pair(t, f, true)
	wantAll(t, []response{doors[0].get("/image/" + photoID + "?w=400")}, 200, nil)
	f.err = nil
	doors[1].renderer.failWith(func() error { return errors.New("oops") })
	wantAll(t, []response{doors[1].get("/image/" + photoID + "?w=300")}, 500, nil)
	doors[1].service.Wait()
	if n := f.count(); n > 0 {
		t.Errorf("%d leases were not given back after a failure", n)
	}
	wantAll(t, []response{doors[0].get("/image/" + photoID + "?w=300")}, 200, nil)
}

// A client is refused what it has had too much of made; what is cached it may have as often as it likes.
func TestCold(t *testing.T) {
	d := openDoorWith(t, settings{handler: func(h *origin.Handler) {
		h.Cold = origin.NewCold(origin.Cold{Rate: 1, Burst: 2, Proxies: loopback, Header: "X-Client"})
	}})
	d.photo()
	ask := func(width int, headers ...string) response {
		return d.get(fmt.Sprintf("/image/%s?w=%d", photoID, width), headers...)
	}
	for range 5 {
		wantAll(t, []response{ask(100), ask(101)}, 200, nil)
	}
	over := ask(102)
	if over.status != 429 || over.header.Get("Retry-After") != "1" || over.header.Get("Cache-Control") != "no-store" {
		t.Errorf("the third rendition = %d with %v, want 429", over.status, over.header)
	}
	wantAll(t, []response{ask(100), ask(102, "X-Client: one"), ask(103, "X-Client: one"), ask(104, "X-Client: two")}, 200, nil)
	wantAll(t, []response{ask(105, "X-Client: one")}, 429, nil)
	wantAll(t, []response{ask(106, "X-Forwarded-For: 192.0.2.1")}, 200, nil)
	wantAll(t, []response{ask(107, "X-Forwarded-For: 192.0.2.2, 127.0.0.1")}, 200, nil)
	wantAll(t, []response{ask(108, "X-Forwarded-For: 192.0.2.1")}, 200, nil)
	wantAll(t, []response{ask(109, "X-Forwarded-For: 198.51.100.9, 192.0.2.1")}, 429, nil)
	if n := d.renderer.count(); n != 8 {
		t.Errorf("%d renditions were made, want 8", n)
	}
}

// heldTier is a tier in which looking takes until it is released.
type heldTier struct {
	cache.Tier
	looking chan struct{}
	release chan struct{}
}

func (h heldTier) Get(context.Context, string) (*cache.Entry, error) {
	h.looking <- struct{}{}
	<-h.release
	return nil, cache.ErrMiss
}

// Who asks for the same as a client that is refused is not refused with it.
func TestColdTogether(t *testing.T) {
	held := heldTier{looking: make(chan struct{}, 10), release: make(chan struct{})}
	d := openDoorWith(t, settings{
		handler: func(h *origin.Handler) {
			h.Cold = origin.NewCold(origin.Cold{Rate: 1, Burst: 1, Proxies: loopback, Header: "X-Client"})
		},
		tiers: func(memory cache.Tier) []cache.Tier { held.Tier = memory; return []cache.Tier{memory, held} },
	})
	d.photo()
	ask := func(width int, client string) (answer chan int) {
		answer = make(chan int, 1)
		go func() { answer <- d.get(fmt.Sprintf("/image/%s?w=%d", photoID, width), "X-Client: "+client).status }()
		return answer
	}
	first := ask(100, "greedy")
	wait(t, "a look", held.looking, 1)
	held.release <- struct{}{}
	if got := <-first; got != 200 {
		t.Errorf("the first of a greedy client = %d", got)
	}
	greedy := ask(200, "greedy")
	wait(t, "a look", held.looking, 1)
	drain(d.library.asked)
	modest := ask(200, "modest")
	wait(t, "a request", d.library.asked, 1)
	time.Sleep(20 * time.Millisecond) // for the modest one to join
	close(held.release)
	if got := [2]int{<-greedy, <-modest}; got != [2]int{429, 200} {
		t.Errorf("a greedy client and a modest one get %d, want 429 and 200", got)
	}
}

func drain(c <-chan struct{}) {
	for len(c) > 0 {
		<-c
	}
}

// A server that will end says so in every answer, and goes on answering.
func TestDrainingClosesConnections(t *testing.T) {
	d := openDoor(t)
	d.photo()
	for _, draining := range []bool{false, true} {
		if draining {
			d.server.LetGo()
		}
		for _, uri := range []string{"/image/" + photoID + "?w=400", "/image/" + photoID, "/nothing"} {
			c := d.dial()
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: x\r\n\r\n", uri)
			answer, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			if answer.Close != draining {
				t.Errorf("%s: Connection: close = %t while draining = %t", uri, answer.Close, draining)
			}
			c.Close()
		}
	}
}
