package queuetest

import (
	"time"

	"lightwell/uploader/queue"
)

var watchCases = []testCase{
	{"WatchEveryChange", testWatchEveryChange},
	{"WatchStops", testWatchStops},
}

// watching makes a channel that is told of changes of a job.
func (h *hand) watching(job string) <-chan struct{} {
	h.t.Helper()
	nudged := make(chan struct{}, 1)
	stop := h.Watch(job, func() {
		select {
		case nudged <- struct{}{}:
		default:
		}
	})
	h.t.Cleanup(stop)
	return nudged
}

// wantNudge makes a change and wants that it is told. It may be told of more than that:
// what was told before does not count.
func (w *world) wantNudge(nudged <-chan struct{}, what string, change func()) time.Duration {
	w.Helper()
	for quiet := false; !quiet; {
		select {
		case <-nudged:
		case <-time.After(moment):
			quiet = true
		}
	}
	start := time.Now()
	change()
	select {
	case <-nudged:
	case <-time.After(patience):
		w.Fatalf("no nudge after %s", what)
	}
	return time.Since(start)
}

func testWatchEveryChange(w *world) {
	h, other := w.open(), w.open()
	near, far := h.watching("a"), other.watching("a")
	var first, second queue.Claim
	changes := []struct {
		what   string
		change func()
	}{
		{"a batch", func() { h.inBatches(queue.Job{ID: "a", Class: queue.Bulk}, 1, 3) }},
		{"the last batch", func() { h.add(queue.Batch{Job: queue.Job{ID: "a", Class: queue.Bulk}, Last: true}) }},
		{"a claim", func() { first = h.take(long) }},
		{"an end", func() { h.finish(first) }},
		{"another claim", func() { second = h.take(long) }},
		{"a retry", func() { h.wantErr("Retry", h.Retry(w.Context(), second, time.Hour), nil) }},
		{"a cancel", func() { h.cancel("a") }},
	}
	var sum time.Duration
	for _, c := range changes {
		sum += w.wantNudge(far, c.what, c.change)
		select {
		case <-near:
		case <-time.After(patience):
			w.Fatalf("no nudge in the same process after %s", c.what)
		}
	}
	if sum > wakeBound {
		w.Errorf("%d nudges came in %v, want %v at most", len(changes), sum, wakeBound)
	}
}

func testWatchStops(w *world) {
	h := w.open()
	other := h.watching("a")
	count := make(chan struct{}, 1000)
	stop := h.Watch("a", func() {
		select {
		case count <- struct{}{}:
		default:
		}
	})
	h.add(bulk("a", 1))
	<-count
	stop()
	var before int
	w.wantNudge(other, "a claim", func() {
		before = len(count) // what was under way has arrived
		h.take(long)
	})
	if after := len(count); after != before {
		w.Errorf("%d nudges after stop, want none", after-before)
	}
	stop() // once more is nothing
}
