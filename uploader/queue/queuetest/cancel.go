package queuetest

import (
	"slices"
	"time"

	"lightwell/uploader/queue"
)

var cancelCases = []testCase{
	{"CancelWaiting", testCancelWaiting},
	{"CancelLeased", testCancelLeased},
	{"CancelThenRetry", testCancelThenRetry},
	{"CancelThenRunOut", testCancelThenRunOut},
	{"CancelOpen", testCancelOpen},
	{"CancelEnded", testCancelEnded},
	{"CancelNothing", testCancelNothing},
}

func (h *hand) cancel(job string) {
	h.t.Helper()
	h.wantErr("Cancel", h.Cancel(h.t.Context(), job), nil)
}

// states are those of items.
func states(list []queue.Item) []queue.State {
	var all []queue.State
	for _, item := range list {
		all = append(all, item.State)
	}
	return all
}

func (h *hand) wantStates(id string, want ...queue.State) {
	h.t.Helper()
	if _, list := h.get(id); !slices.Equal(states(list), want) {
		h.t.Fatalf("Get(%s) = items %v, want %v", id, states(list), want)
	}
}

func testCancelWaiting(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 2))
	h.add(bulk("b", 1))
	other.cancel("a")
	h.wantJob("a", counts{state: queue.Cancelled, total: 2, finished: queue.Finished{Cancelled: 2}})
	h.wantStates("a", queue.Cancelled, queue.Cancelled)
	h.takeItem(long, "b.0")
	h.takeNone()
}

func testCancelLeased(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 5))
	done, delayed, leased := h.take(long), h.take(long), h.take(long)
	h.finish(done)
	h.wantErr("Retry", h.Retry(w.Context(), delayed, time.Hour), nil)
	other.cancel("a")
	h.wantJob("a", counts{state: queue.Cancelled, total: 5, running: 1, finished: queue.Finished{Completed: 1, Cancelled: 3}})
	h.wantStates("a", queue.Completed, queue.Cancelled, queue.Running, queue.Cancelled, queue.Cancelled)
	h.takeNone()
	_, err := h.Extend(w.Context(), leased, long)
	h.wantErr("Extend", err, nil)
	h.finish(leased)
	h.finish(leased)
	h.wantJob("a", counts{state: queue.Cancelled, total: 5, finished: queue.Finished{Completed: 2, Cancelled: 3}})
	_, err = h.Extend(w.Context(), delayed, long)
	h.wantErr("Extend of what was given back", err, queue.ErrStale)
	h.wantErr("Finish of what was given back", h.Finish(w.Context(), delayed, queue.Completed, nil), queue.ErrStale)
}

func testCancelThenRetry(w *world) {
	h := w.open()
	h.add(bulk("a", 2))
	first, second := h.take(long), h.take(long)
	h.cancel("a")
	h.wantJob("a", counts{state: queue.Cancelled, total: 2, running: 2})
	h.wantErr("Retry", h.Retry(w.Context(), first, 0), nil)
	h.wantJob("a", counts{state: queue.Cancelled, total: 2, running: 1, finished: queue.Finished{Cancelled: 1}})
	h.wantErr("Finish", h.Finish(w.Context(), second, queue.Failed, nil), nil)
	h.wantJob("a", counts{state: queue.Cancelled, total: 2, finished: queue.Finished{Cancelled: 1, Failed: 1}})
	h.wantErr("Finish after Retry", h.Finish(w.Context(), first, queue.Completed, nil), queue.ErrStale)
	h.takeNone()
}

// The item of a worker that has gone is given out once more, so that somebody can take
// back what was left of it, and ends as cancelled then.
func testCancelThenRunOut(w *world) {
	h := w.open()
	h.add(then("a", 2))
	c := h.take(short)
	h.cancel("a")
	next := h.takeItem(long, "a.0") // waits until the lease has run out
	if next.Job.State != queue.Cancelled || next.Item.Attempts != 2 {
		w.Errorf("Take() = attempt %d in a job that is %s, want 2 and cancelled", next.Item.Attempts, next.Job.State)
	}
	h.wantStale(c)
	h.wantErr("Retry", h.Retry(w.Context(), next, 0), nil)
	h.wantJob("a", counts{state: queue.Cancelled, total: 2, finished: queue.Finished{Cancelled: 2}})
	h.takeThen("a")
}

func testCancelOpen(w *world) {
	h, other := w.open(), w.open()
	b := keyed("a", "print", 3)
	b.Last = false
	h.add(b)
	other.cancel("a")
	h.wantGone("a", "a.0", "a.2")
	h.takeNone()
	h.add(bulk("b", 0))
	h.add(bulk("a", 3)) // its ids are free
	h.wantJob("a", counts{state: queue.Running, total: 3})
}

func testCancelEnded(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	h.finish(h.take(long))
	h.wantErr("Cancel of an ended job", h.Cancel(w.Context(), "a"), queue.ErrEnded)
	h.wantJob("a", counts{state: queue.Completed, total: 1, finished: queue.Finished{Completed: 1}})
	h.add(bulk("b", 1))
	h.cancel("b")
	h.wantErr("Cancel of a cancelled job", h.Cancel(w.Context(), "b"), queue.ErrEnded)
	h.add(bulk("c", 0))
	h.wantErr("Cancel of an empty job", h.Cancel(w.Context(), "c"), queue.ErrEnded)
}

func testCancelNothing(w *world) {
	h := w.open()
	h.wantErr("Cancel of no job", h.Cancel(w.Context(), "a"), queue.ErrNotFound)
	h.add(bulk("a", 2))
	h.wantErr("Cancel of an item", h.Cancel(w.Context(), "a.1"), queue.ErrNotFound)
	h.wantJob("a", counts{state: queue.Running, total: 2})
}
