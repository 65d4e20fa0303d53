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
	{"AttemptsAreBounded", testAttemptsAreBounded},
	{"AttemptsOfASingleItem", testAttemptsOfASingleItem},
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

func testAttemptsAreBounded(w *world) {
	h := w.open()
	h.add(bulk("a", 3))
	claims := map[string]int{}
	for range 2 * 3 { // each twice, for nobody finishes
		claims[h.takeBound(short, 2).Item.ID]++
	}
	for id, n := range claims {
		if n != 2 {
			w.Errorf("%s was claimed %d times, want 2: %v", id, n, claims)
		}
	}
	h.add(bulk("b", 1))
	time.Sleep(2 * short)
	c := h.takeBound(long, 2)
	if c.Item.ID != "b.0" {
		w.Fatalf("Take() = %s, want b.0", c.Item.ID)
	}
	h.finish(c)
	w.eventually("an end of job a", func() bool {
		ctx, cancel := contextFor(w, moment)
		defer cancel()
		if c, err := h.Take(ctx, long, 2, queue.Bulk); err == nil {
			w.Fatalf("Take() = %s, want nothing", c.Item.ID)
		}
		return !jobOf(h, "a").Ended.IsZero()
	})
	for i, item := range h.wantJob("a", counts{state: queue.Failed, total: 3, finished: queue.Finished{Failed: 3}}) {
		if item.State != queue.Failed || item.Attempts != 2 || len(item.Result) != 0 {
			w.Errorf("Get(a)[%d] = %s, %d attempts, result %q, want failed, 2, none", i, item.State, item.Attempts, item.Result)
		}
	}
}

func testAttemptsOfASingleItem(w *world) {
	h := w.open()
	h.add(bulk("a", 2))
	poison := h.takeBound(short, 1)
	good := h.takeBound(long, 1)
	if good.Item.ID != "a.1" {
		w.Fatalf("Take() = %s, want a.1", good.Item.ID)
	}
	time.Sleep(2 * short)
	w.eventually("an end of the poison", func() bool {
		ctx, cancel := contextFor(w, moment)
		defer cancel()
		if c, err := h.Take(ctx, long, 1, queue.Bulk); err == nil {
			w.Fatalf("Take() = %s, want nothing", c.Item.ID)
		}
		_, list := h.get("a")
		return list[0].State == queue.Failed
	})
	h.wantStale(poison)
	h.wantJob("a", counts{state: queue.Running, total: 2, running: 1, finished: queue.Finished{Failed: 1}})
	h.finish(good)
	h.wantJob("a", counts{state: queue.Completed, total: 2, finished: queue.Finished{Completed: 1, Failed: 1}})
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
