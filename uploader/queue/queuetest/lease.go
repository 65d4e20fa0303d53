package queuetest

import (
	"time"

	"lightwell/uploader/queue"
)

var leaseCases = []testCase{
	{"LeaseRunsOut", testLeaseRunsOut},
	{"LeaseOfAnotherHandleRunsOut", testLeaseOfAnotherHandleRunsOut},
	{"LateButStillTheHolder", testLateButStillTheHolder},
	{"ExtendKeeps", testExtendKeeps},
	{"ExtendShortens", testExtendShortens},
	{"AttemptsAreCounted", testAttemptsAreCounted},
	{"LeaseTimes", testLeaseTimes},
}

// wantStale wants that a claim is good for nothing.
func (h *hand) wantStale(c queue.Claim) {
	h.t.Helper()
	ctx := h.t.Context()
	_, err := h.Extend(ctx, c, long)
	h.wantErr("Extend", err, queue.ErrStale)
	h.wantErr("Retry", h.Retry(ctx, c, 0), queue.ErrStale)
	h.wantErr("Finish as failed", h.Finish(ctx, c, queue.Failed, nil), queue.ErrStale)
	h.wantErr("Finish as completed", h.Finish(ctx, c, queue.Completed, nil), queue.ErrStale)
}

func testLeaseRunsOut(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	first := h.take(short)
	second := h.takeItem(long, "a.0")
	if second.Token == first.Token || second.Item.Attempts != 2 {
		w.Errorf("second Take() = token %d, attempt %d, want one that is not %d, and 2", second.Token, second.Item.Attempts, first.Token)
	}
	h.wantStale(first)
	list := h.wantJob("a", counts{state: queue.Running, total: 1, running: 1})
	if list[0].State != queue.Running || list[0].Attempts != 2 {
		w.Errorf("Get(a)[0] = %s, %d attempts, want running, 2", list[0].State, list[0].Attempts)
	}
	h.finish(second)
	h.wantStale(first)
}

func testLeaseOfAnotherHandleRunsOut(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 1))
	w.wantFast(func(int) time.Duration {
		c := h.take(short) // wakes one who waits, and cannot know of this lease by itself
		got := w.await(other.taking(w.Context(), short))
		other.wantErr("Take", got.err, nil)
		late := got.at.Sub(c.Until)
		h.wantStale(c)
		again := h.take(long)
		h.wantErr("Retry", h.Retry(w.Context(), again, 0), nil)
		return late
	})
}

func testLateButStillTheHolder(w *world) {
	h := w.open()
	h.add(bulk("a", 3))
	var claims []queue.Claim
	for range 3 {
		claims = append(claims, h.take(10*short, queue.Bulk))
	}
	time.Sleep(time.Until(claims[2].Until) + 20*time.Millisecond)
	// Nobody has taken them since.
	h.finish(claims[0])
	h.wantErr("Retry", h.Retry(w.Context(), claims[1], time.Hour), nil)
	_, err := h.Extend(w.Context(), claims[2], long)
	h.wantErr("Extend", err, nil)
	h.takeNone()
}

func testExtendKeeps(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 1))
	c := h.take(time.Second)
	until, err := h.Extend(w.Context(), c, long)
	h.wantErr("Extend", err, nil)
	if left := time.Until(until); left > long+time.Second || left < long-5*time.Second {
		w.Errorf("Extend(%v) = an end in %v", long, left)
	}
	time.Sleep(time.Until(c.Until))
	other.takeNone()
	c.Until = until
	h.finish(c)
	other.wantJob("a", counts{state: queue.Completed, total: 1, finished: queue.Finished{Completed: 1}})
}

func testExtendShortens(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 1))
	c := h.take(time.Hour)
	result := other.taking(w.Context(), long)
	_, err := h.Extend(w.Context(), c, short)
	h.wantErr("Extend", err, nil)
	if got := w.await(result); got.err != nil || got.claim.Item.ID != "a.0" {
		w.Errorf("Take() = %q, %v after a lease was made shorter, want a.0", got.claim.Item.ID, got.err)
	}
	h.wantStale(c)
}

// An item is given out however often its lease has run out, so that somebody can end it,
// and the others of its job meanwhile.
func testAttemptsAreCounted(w *world) {
	h := w.open()
	h.add(bulk("a", 2))
	claims := map[string]int{}
	for range 2 * 3 {
		c := h.take(short)
		claims[c.Item.ID]++
		if c.Item.Attempts != claims[c.Item.ID] {
			w.Errorf("Take() = attempt %d of %s, want %d", c.Item.Attempts, c.Item.ID, claims[c.Item.ID])
		}
	}
	if claims["a.0"] < 2 || claims["a.0"]+claims["a.1"] != 6 {
		w.Errorf("six claims are of %v, want some of each that has run out", claims)
	}
	c := h.take(long)
	h.wantErr("Finish", h.Finish(w.Context(), c, queue.Failed, []byte("given up")), nil)
	h.finish(h.take(long))
	list := h.wantJob("a", counts{state: queue.Completed, total: 2, finished: queue.Finished{Completed: 1, Failed: 1}})
	if got := list[c.Item.Index]; got.State != queue.Failed || got.Attempts != c.Item.Attempts || string(got.Result) != "given up" {
		w.Errorf("Get(a)[%d] = %s, %d attempts, result %q, want failed, %d, given up", c.Item.Index, got.State, got.Attempts, got.Result, c.Item.Attempts)
	}
}

func testLeaseTimes(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	c := h.take(long)
	if left := time.Until(c.Until); left > long+time.Second || left < long-5*time.Second {
		w.Errorf("Take(%v) = a lease that ends in %v", long, left)
	}
	_, list := h.get("a")
	if d := list[0].Due.Sub(c.Until).Abs(); d > time.Millisecond {
		w.Errorf("Get(a)[0] = due at %v, want %v as the claim says", list[0].Due, c.Until)
	}
}
