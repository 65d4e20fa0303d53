package queuetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lightwell/uploader/queue"
)

var keeperCases = []testCase{
	{"Stats", testStats},
	{"StatsOldest", testStatsOldest},
	{"SweepEnded", testSweepEnded},
	{"SweepKeepsMinLife", testSweepKeepsMinLife},
	{"SweepOpen", testSweepOpen},
	{"SweepKeepsWhatGrows", testSweepKeepsWhatGrows},
	{"SweepDropError", testSweepDropError},
	{"Born", testBorn},
}

func noDrop(_ context.Context, item queue.Item) error {
	return fmt.Errorf("drop of %s, which nobody asked for", item.ID)
}

// wantStats wants these numbers, whatever the oldest's age.
func (h *hand) wantStats(want queue.Stats) {
	h.t.Helper()
	got, err := h.Stats(h.t.Context())
	got.Oldest = 0
	if err != nil || got != want {
		h.t.Fatalf("Stats() = %+v, %v, want %+v", got, err, want)
	}
}

func testStats(w *world) {
	h, other := w.open(), w.open()
	h.wantStats(queue.Stats{})
	h.inBatches(queue.Job{ID: "open", Class: queue.Bulk}, 1, 5)
	h.wantStats(queue.Stats{})
	h.add(bulk("a", 6))
	other.wantStats(queue.Stats{Waiting: 6})
	claims := []queue.Claim{h.take(long), h.take(long), h.take(long), h.take(long)}
	h.wantStats(queue.Stats{Waiting: 2, Running: 4})
	h.finish(claims[0])
	h.wantErr("Finish", h.Finish(w.Context(), claims[1], queue.Failed, nil), nil)
	h.wantErr("Retry", h.Retry(w.Context(), claims[2], time.Hour), nil)
	other.wantStats(queue.Stats{Waiting: 2, Running: 1, Delayed: 1, Failed: 1})
	h.cancel("a")
	h.wantStats(queue.Stats{Running: 1, Failed: 1})
	h.finish(claims[3])
	h.wantStats(queue.Stats{Failed: 1})
}

func testStatsOldest(w *world) {
	h := w.open()
	oldest := func() time.Duration {
		stats, err := h.Stats(w.Context())
		h.wantErr("Stats", err, nil)
		return stats.Oldest
	}
	h.inBatches(queue.Job{ID: "open", Class: queue.Bulk}, 1, 1)
	if got := oldest(); got != 0 {
		w.Errorf("Stats() = oldest %v with only an open job, want 0", got)
	}
	h.add(queue.Batch{Job: queue.Job{ID: "callback", Class: queue.Callback}, Items: []queue.Item{{ID: "callback.0", Work: []byte("{}")}}, Last: true})
	if got := oldest(); got != 0 {
		w.Errorf("Stats() = oldest %v with only a callback, want 0", got)
	}
	h.add(bulk("a", 1))
	w.eventually("a job that is 50 ms old", func() bool { return oldest() >= 50*time.Millisecond })
	h.add(queue.Batch{Job: queue.Job{ID: "open", Class: queue.Bulk}, Last: true})
	h.finish(h.takeItem(long, "a.0"))
	if got := oldest(); got > 10*time.Second {
		w.Errorf("Stats() = oldest %v, want what has passed since the last batch", got)
	}
	h.finish(h.take(long))
	if got := oldest(); got != 0 {
		w.Errorf("Stats() = oldest %v with nothing left, want 0", got)
	}
}

func (h *hand) sweep(life time.Duration) {
	h.t.Helper()
	h.wantErr("Sweep", h.Sweep(h.t.Context(), life, noDrop), nil)
}

func testSweepEnded(w *world) {
	h := w.openFor(Lives{Key: time.Millisecond, Min: time.Millisecond})
	h.add(keyed("a", "print", 3))
	for range 3 {
		h.finish(h.take(long))
	}
	h.add(bulk("b", 500))
	h.cancel("b")
	h.add(bulk("c", 2))
	c := h.take(long)
	h.cancel("c") // not ended yet
	h.sweep(time.Hour)
	h.get("a")
	w.eventually("a sweep of ended jobs", func() bool {
		h.sweep(2 * time.Millisecond)
		_, _, a := h.Get(w.Context(), "a", 0, 1)
		_, _, b := h.Get(w.Context(), "b", 0, 1)
		return errors.Is(a, queue.ErrNotFound) && errors.Is(b, queue.ErrNotFound)
	})
	h.wantGone("a.0", "b.499")
	h.wantJob("c", counts{state: queue.Cancelled, total: 2, running: 1, finished: queue.Finished{Cancelled: 1}})
	h.wantStats(queue.Stats{Running: 1})
	h.finish(c)
	h.add(keyed("a", "other", 1)) // its ids and its key are free
	h.takeItem(long, "a.0")
}

func testSweepKeepsMinLife(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	h.finish(h.take(long))
	time.Sleep(20 * time.Millisecond)
	h.sweep(0)
	h.wantJob("a", counts{state: queue.Completed, total: 1, finished: queue.Finished{Completed: 1}})
}

func testSweepOpen(w *world) {
	h, other := w.openFor(Lives{Open: moment}), w.open()
	h.inBatches(queue.Job{ID: "a", Class: queue.Bulk}, 3, 700)
	h.add(bulk("b", 1)) // runs, and is not touched
	other.sweep(0)      // whose jobs may be open for longer
	h.wantJob("a", counts{state: queue.Open, total: 2100})
	var dropped []string
	w.eventually("a sweep of an open job", func() bool {
		err := h.Sweep(w.Context(), 0, func(_ context.Context, item queue.Item) error {
			if string(item.Work) != "work of "+item.ID || item.Job != "a" {
				w.Errorf("drop(%+v), want an item of a with its work", item)
			}
			dropped = append(dropped, item.ID)
			return nil
		})
		h.wantErr("Sweep", err, nil)
		return len(dropped) > 0
	})
	h.wantGone("a", "a.0", "a.2099")
	slices.Sort(dropped)
	if n := len(slices.Compact(dropped)); n != 2100 {
		w.Errorf("drop was called for %d items, want 2100", n)
	}
	h.wantJob("b", counts{state: queue.Running, total: 1})
	h.add(bulk("a", 1))
}

func testSweepKeepsWhatGrows(w *world) {
	const life = 2 * time.Second
	h := w.openFor(Lives{Open: life})
	job := queue.Job{ID: "a", Class: queue.Bulk}
	start := time.Now()
	for i := 0; time.Since(start) < life+moment; i++ {
		h.add(queue.Batch{Job: job, Items: items("a", i, 1)})
		h.sweep(0)
		time.Sleep(moment / 2)
	}
	if got, _ := h.get("a"); got.State != queue.Open || got.Total == 0 {
		w.Errorf("Get(a) = %s with %d items, want it open", got.State, got.Total)
	}
}

func testSweepDropError(w *world) {
	h := w.openFor(Lives{Open: time.Millisecond})
	h.inBatches(queue.Job{ID: "a", Class: queue.Bulk}, 1, 3)
	h.inBatches(queue.Job{ID: "b", Class: queue.Bulk}, 1, 3)
	broken := errors.New("the store is away")
	drop := func(_ context.Context, item queue.Item) error {
		if item.ID == "a.1" {
			return broken
		}
		return nil
	}
	w.eventually("a sweep that fails for one job", func() bool {
		err := h.Sweep(w.Context(), 0, drop)
		if err != nil && !errors.Is(err, broken) {
			w.Fatalf("Sweep() = %v, want %v", err, broken)
		}
		_, _, gone := h.Get(w.Context(), "b", 0, 1)
		return err != nil && errors.Is(gone, queue.ErrNotFound)
	})
	_, list := h.get("a")
	if len(list) != 3 {
		w.Errorf("Get(a) = %d items after an error, want 3", len(list))
	}
	broken = nil
	h.wantErr("Sweep", h.Sweep(w.Context(), 0, drop), nil)
	h.wantGone("a", "a.0")
}

func testBorn(w *world) {
	before := time.Now().Add(-2 * time.Second)
	h := w.open()
	born := h.Born()
	if born.Before(before) || born.After(time.Now().Add(2*time.Second)) {
		w.Errorf("Born() = %v, want about %v", born, time.Now())
	}
	time.Sleep(20 * time.Millisecond)
	if again := w.open().Born(); !again.Equal(born) {
		w.Errorf("Born() = %v for another handle, want %v", again, born)
	}
}
