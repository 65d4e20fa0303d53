package queuetest

import (
	"context"
	"time"

	"lightwell/uploader/queue"
)

var endCases = []testCase{
	{"FinishKeepsResult", testFinishKeepsResult},
	{"FinishTwice", testFinishTwice},
	{"FinishAsWhat", testFinishAsWhat},
	{"JobFailsIfAllDo", testJobFailsIfAllDo},
	{"RetryAtOnce", testRetryAtOnce},
	{"RetryLater", testRetryLater},
	{"RetryEndsTheClaim", testRetryEndsTheClaim},
	{"ClaimOfNothing", testClaimOfNothing},
}

func contextFor(w *world, d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(w.Context(), d)
}

func testFinishKeepsResult(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 3))
	first, second := h.take(long), h.take(long)
	h.wantErr("Finish", other.Finish(w.Context(), first, queue.Completed, []byte("good\x00")), nil)
	h.wantErr("Finish", h.Finish(w.Context(), second, queue.Failed, []byte("bad")), nil)
	list := other.wantJob("a", counts{state: queue.Running, total: 3, finished: queue.Finished{Completed: 1, Failed: 1}})
	if list[0].State != queue.Completed || string(list[0].Result) != "good\x00" {
		w.Errorf("Get(a)[0] = %s, %q, want completed, good", list[0].State, list[0].Result)
	}
	if list[1].State != queue.Failed || string(list[1].Result) != "bad" || list[1].Attempts != 1 {
		w.Errorf("Get(a)[1] = %s, %q, want failed, bad", list[1].State, list[1].Result)
	}
	h.finish(h.take(long))
	other.wantJob("a", counts{state: queue.Completed, total: 3, finished: queue.Finished{Completed: 2, Failed: 1}})
}

func testFinishTwice(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 2))
	first, last := h.take(long), h.take(long)
	for _, state := range []counts{
		{state: queue.Running, total: 2, running: 1, finished: queue.Finished{Completed: 1}},
		{state: queue.Completed, total: 2, finished: queue.Finished{Completed: 2}},
	} {
		h.finish(first)
		other.finish(first)
		h.wantErr("Finish with another state", h.Finish(w.Context(), first, queue.Failed, nil), queue.ErrStale)
		_, err := h.Extend(w.Context(), first, long)
		h.wantErr("Extend after Finish", err, queue.ErrStale)
		h.wantErr("Retry after Finish", h.Retry(w.Context(), first, 0), queue.ErrStale)
		list := h.wantJob("a", state)
		if list[0].State != queue.Completed || string(list[0].Result) != "result" {
			w.Errorf("Get(a)[0] = %s, %q, want completed, result", list[0].State, list[0].Result)
		}
		first, last = last, first
		h.finish(first)
		first, last = last, first
	}
}

func testFinishAsWhat(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	c := h.take(long)
	for _, state := range []queue.State{queue.Waiting, queue.Running, queue.Cancelled, queue.Open, ""} {
		if err := h.Finish(w.Context(), c, state, nil); err == nil {
			w.Errorf("Finish(%q) = nil, want an error", state)
		}
	}
	h.wantJob("a", counts{state: queue.Running, total: 1, running: 1})
}

func testJobFailsIfAllDo(w *world) {
	h := w.open()
	h.add(bulk("a", 3))
	for range 3 {
		h.wantErr("Finish", h.Finish(w.Context(), h.take(long), queue.Failed, nil), nil)
	}
	h.wantJob("a", counts{state: queue.Failed, total: 3, finished: queue.Finished{Failed: 3}})
	h.takeNone()
}

func testRetryAtOnce(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 1))
	for i := range 5 {
		c := other.takeItem(long, "a.0")
		if c.Item.Attempts != i+1 {
			w.Fatalf("Take() = attempt %d, want %d", c.Item.Attempts, i+1)
		}
		h.wantErr("Retry", h.Retry(w.Context(), c, 0), nil)
		h.wantJob("a", counts{state: queue.Running, total: 1})
	}
}

func testRetryLater(w *world) {
	h := w.open()
	h.add(bulk("a", 2))
	c := h.take(long)
	const after = 2 * moment
	start := time.Now()
	h.wantErr("Retry", h.Retry(w.Context(), c, after), nil)
	list := h.wantJob("a", counts{state: queue.Running, total: 2})
	if list[0].State != queue.Waiting || list[0].Attempts != 1 || list[0].Due.Before(start.Add(after/2)) {
		w.Errorf("Get(a)[0] = %s, %d attempts, due in %v, want waiting, 1, %v", list[0].State, list[0].Attempts, list[0].Due.Sub(start), after)
	}
	h.takeItem(long, "a.1") // the job goes on
	again := h.takeItem(long, "a.0")
	if waited := time.Since(start); waited < after-10*time.Millisecond {
		w.Errorf("Take() = an item after %v, want %v", waited, after)
	}
	if again.Item.Attempts != 2 {
		w.Errorf("Take() = attempt %d, want 2", again.Item.Attempts)
	}
}

func testRetryEndsTheClaim(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	c := h.take(long)
	h.wantErr("Retry", h.Retry(w.Context(), c, time.Hour), nil)
	_, err := h.Extend(w.Context(), c, long)
	h.wantErr("Extend after Retry", err, queue.ErrStale)
	h.wantErr("Finish after Retry", h.Finish(w.Context(), c, queue.Completed, nil), queue.ErrStale)
	h.wantJob("a", counts{state: queue.Running, total: 1})
}

func testClaimOfNothing(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	c := h.take(long)
	for _, wrong := range []queue.Claim{
		{},
		{Item: c.Item, Job: c.Job, Token: c.Token + 1},
		{Item: queue.Item{ID: "b.0", Job: "b"}, Job: queue.Job{ID: "b"}, Token: c.Token},
	} {
		h.wantStale(wrong)
	}
	h.finish(c)
}
