package bench

import (
	"context"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"
)

// answering is a target that answers as a handler does.
func answering(t *testing.T, handler http.HandlerFunc) (*target, want) {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	c, err := newClient(t.Context(), s.URL, 8)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.close)
	return &target{name: "server", client: c}, want{url: s.URL + "/a", contentType: "image/png"}
}

func png(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "image/png")
	w.Write([]byte("picture"))
}

// A server that stalls is late with all that was due meanwhile, and not only with what it was asked:
// this is what closed loops leave out. All bounds here are below, so a slow machine breaks none.
func TestOpenLoopCountsFromWhenDue(t *testing.T) {
	const requests, stall = 200, 200 * time.Millisecond
	var asked atomic.Int64
	server, w := answering(t, func(rw http.ResponseWriter, r *http.Request) {
		if asked.Add(1) == 1 {
			time.Sleep(stall)
		}
		png(rw, r)
	})
	due := arrivals(1000, requests*time.Millisecond, nil) // one each millisecond, all during the stall
	for _, workers := range []int{1, 4} {
		asked.Store(0)
		got := openLoop(t.Context(), workers, due, answerWithin, server, func(int) want { return w })
		if got.requests != requests || got.failures() != 0 || got.latency.TotalCount() != requests {
			t.Fatalf("%d workers: %d requests, errors %v, want %d without errors", workers, got.requests, got.errors, requests)
		}
		if workers > 1 {
			continue // the others go on meanwhile
		}
		for _, percent := range []float64{25, 50, 75, 100} {
			// The n-th was due after n ms, and nothing was answered before 200 ms.
			least := float64((stall - time.Millisecond).Microseconds()) * percent / 100
			if is := float64(got.latency.ValueAtQuantile(percent)); is < least*0.98 {
				t.Errorf("%v percent took at most %v us, want %v at least", percent, is, least)
			}
		}
		if mean := got.latency.Mean(); mean < 0.98*float64(stall.Microseconds())/2 {
			t.Errorf("the mean is %v us, want half of the stall at least", mean)
		}
	}
}

// What could not be sent in time is an error, and not forgotten.
func TestOpenLoopIsBounded(t *testing.T) {
	server, w := answering(t, png)
	got := openLoop(t.Context(), 3, make([]time.Duration, 50), -time.Second, server, func(int) want { return w })
	if got.requests != 50 || got.errors[faultLate] != 50 {
		t.Errorf("%d requests, errors %v, want 50 that were not sent in time", got.requests, got.errors)
	}
	got = inTurn(t.Context(), -time.Second, server, []want{w, w}, nil)
	if got.requests != 2 || got.errors[faultLate] != 2 {
		t.Errorf("in turn: %d requests, errors %v, want 2 that were not sent in time", got.requests, got.errors)
	}
}

// A loop ends when its context does, whatever the server does not answer.
func TestLoopsEndWithTheirContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	hangs := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		cancel()
		<-hangs
	}))
	t.Cleanup(s.Close)
	t.Cleanup(func() { close(hangs) })
	c, err := newClient(ctx, s.URL, 8)
	if err != nil {
		t.Fatal(err)
	}
	server, w := &target{client: c}, want{url: s.URL, contentType: "image/png"}
	next := func(int) want { return w }
	closedLoop(ctx, 2, time.Hour, server, next)
	openLoop(ctx, 2, []time.Duration{0, time.Hour}, time.Hour, server, next)
}

func TestAnswersAreChecked(t *testing.T) {
	for _, tt := range []struct {
		what   string
		length int
		answer http.HandlerFunc
		want   error
	}{
		{"right", 7, png, nil},
		{"any length", 0, png, nil},
		{"another length", 8, png, faultLength},
		{"nothing", 0, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Content-Type", "image/png") }, faultLength},
		{"another type", 0, func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("<html>")) }, faultType},
		{"a redirect", 0, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/b", http.StatusFound) }, fault("status 302")},
		{"too few bytes", 0, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "9")
			png(w, r)
		}, faultConnection},
		{"a broken connection", 0, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, faultConnection},
	} {
		var asked atomic.Int64
		server, w := answering(t, func(rw http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			tt.answer(rw, r)
		})
		w.length = tt.length
		if err := server.client.get(&exchange{}, w); err != tt.want || asked.Load() != 1 {
			t.Errorf("%s: %v after %d requests, want %v after one", tt.what, err, asked.Load(), tt.want)
		}
	}
}

// No request is sent before it is due: what it took would count from the future.
func TestSleepUntilIsNeverEarly(t *testing.T) {
	for i := range 20 {
		at := time.Now().Add(time.Duration(i) * 200 * time.Microsecond)
		if err := sleepUntil(t.Context(), at); err != nil || time.Now().Before(at) {
			t.Errorf("sleepUntil returns %v early, with %v", time.Until(at), err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := sleepUntil(ctx, time.Now().Add(time.Hour)); err != context.Canceled {
		t.Errorf("sleepUntil of a context that is over = %v", err)
	}
}

func TestRemembered(t *testing.T) {
	for _, tt := range []struct {
		name, value string
		hit, known  bool
	}{
		{"X-Other", "1", false, false},
		{"Server-Timing", "cache;desc=memory", true, true},
		{"Server-Timing", "cache;desc=miss, queue;dur=0.1", false, true},
		{"Server-Timing", "total;dur=5", false, false},
		{"X-Cache", "HIT", true, true},
		{"X-Cache", "Miss from cloudfront", false, true},
	} {
		x := &exchange{}
		x.resp.Header.Set(tt.name, tt.value)
		if hit, known := x.remembered(); hit != tt.hit || known != tt.known {
			t.Errorf("%s: %s = %v, %v, want %v, %v", tt.name, tt.value, hit, known, tt.hit, tt.known)
		}
	}
}

func TestArrivals(t *testing.T) {
	fixed := arrivals(100, 50*time.Millisecond, nil)
	if want := []time.Duration{0, 10e6, 20e6, 30e6, 40e6}; !slices.Equal(fixed, want) {
		t.Errorf("fixed arrivals = %v, want %v", fixed, want)
	}
	s := &Suite{Seed: 7}
	due := arrivals(1000, 10*time.Second, s.random(1))
	if !slices.Equal(due, arrivals(1000, 10*time.Second, s.random(1))) {
		t.Error("the same seed gives other arrivals")
	}
	if slices.Equal(due[:100], arrivals(1000, 10*time.Second, s.random(2))[:100]) {
		t.Error("another purpose gives the same arrivals")
	}
	if !slices.IsSorted(due) || math.Abs(float64(len(due))-10000) > 400 { // four times the standard deviation
		t.Errorf("%d arrivals in order: %v, want about 10000", len(due), slices.IsSorted(due))
	}
	// Distances of a Poisson process have the deviation of their mean.
	var sum, squares float64
	for i := range len(due) - 1 {
		d := (due[i+1] - due[i]).Seconds() * 1000
		sum, squares = sum+d, squares+d*d
	}
	n := float64(len(due) - 1)
	mean := sum / n
	if deviation := math.Sqrt(squares/n - mean*mean); math.Abs(deviation-mean) > 0.1*mean {
		t.Errorf("distances have a mean of %v ms and a deviation of %v, want about the same", mean, deviation)
	}
}
