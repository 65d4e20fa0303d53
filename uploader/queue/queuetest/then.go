package queuetest

import (
	"sync"

	"lightwell/uploader/queue"
)

var thenCases = []testCase{
	{"ThenFollows", testThenFollows},
	{"ThenOfNoItems", testThenOfNoItems},
	{"ThenOfAFailedJob", testThenOfAFailedJob},
	{"ThenOnce", testThenOnce},
	{"ThenNotForNone", testThenNotForNone},
	{"ThenNotForDropped", testThenNotForDropped},
	{"ThenAfterCancel", testThenAfterCancel},
	{"ThenKeepsItsID", testThenKeepsItsID},
}

// then is a whole job of n items that another follows.
func then(job string, n int) queue.Batch {
	b := bulk(job, n)
	b.Job.Then = []byte("after " + job)
	return b
}

// takeThen takes what follows a job, and wants that it is there once.
func (h *hand) takeThen(job string) queue.Claim {
	h.t.Helper()
	id := job + ".then"
	list := h.wantJob(id, counts{state: queue.Running, total: 1})
	if string(list[0].Work) != "after "+job || list[0].ID != id {
		h.t.Fatalf("Get(%s)[0] = %s, %q, want %s, %q", id, list[0].ID, list[0].Work, id, "after "+job)
	}
	c := h.take(long, queue.Callback)
	if c.Item.ID != id || c.Job.ID != id || c.Job.Class != queue.Callback || string(c.Item.Work) != "after "+job {
		h.t.Fatalf("Take(Callback) = %+v, want what follows %s", c, job)
	}
	h.takeNone(queue.Callback)
	return c
}

func testThenFollows(w *world) {
	h, other := w.open(), w.open()
	h.add(then("a", 2))
	h.finish(h.take(long))
	h.takeNone(queue.Callback)
	h.wantGone("a.then")
	last := h.take(long)
	waiting := other.taking(w.Context(), long)
	h.finish(last)
	got := w.await(waiting)
	h.wantErr("Take", got.err, nil)
	if got.claim.Item.ID != "a.then" {
		w.Fatalf("Take() = %s, want a.then", got.claim.Item.ID)
	}
	h.wantErr("Retry", h.Retry(w.Context(), got.claim, 0), nil)
	c := h.takeThen("a")
	h.finish(c)
	h.wantJob("a.then", counts{state: queue.Completed, total: 1, finished: queue.Finished{Completed: 1}})
	h.wantGone("a.then.then")
}

func testThenOfNoItems(w *world) {
	h := w.open()
	h.add(then("a", 0))
	h.add(then("a", 0))
	h.finish(h.takeThen("a"))
}

func testThenOfAFailedJob(w *world) {
	h := w.open()
	h.add(then("a", 1))
	h.wantErr("Finish", h.Finish(w.Context(), h.take(long), queue.Failed, nil), nil)
	h.takeThen("a")
}

func testThenOnce(w *world) {
	handles := []*hand{w.open(), w.open(), w.open()}
	h := handles[0]
	for _, job := range []string{"a", "b", "c", "d"} {
		h.add(then(job, 9))
		var claims []queue.Claim
		for range 9 {
			claims = append(claims, h.take(long, queue.Bulk))
		}
		var group sync.WaitGroup
		for i, c := range append(claims, claims...) { // each twice
			group.Go(func() {
				if err := handles[i%3].Finish(w.Context(), c, queue.Completed, nil); err != nil {
					w.Errorf("Finish(%s) = %v", c.Item.ID, err)
				}
			})
		}
		group.Wait()
		h.wantJob(job, counts{state: queue.Completed, total: 9, finished: queue.Finished{Completed: 9}})
		h.finish(h.takeThen(job))
		h.finish(claims[0])
		h.takeNone(queue.Callback)
	}
}

func testThenNotForNone(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	h.finish(h.take(long))
	h.takeNone()
	h.wantGone("a.then")
}

func testThenNotForDropped(w *world) {
	h := w.open()
	b := then("a", 2)
	b.Last = false
	h.add(b)
	h.wantErr("Cancel", h.Cancel(w.Context(), "a"), nil)
	h.takeNone()
	h.wantGone("a", "a.then")
	// One that gives way to another with its key.
	first, second := then("b", 1), then("c", 1)
	first.Job.Key, second.Job.Key = "key", "key"
	h.add(first)
	h.addAs(second, "b")
	h.finish(h.take(long))
	h.finish(h.takeThen("b"))
	h.takeNone()
	h.wantGone("c.then")
}

func testThenAfterCancel(w *world) {
	h := w.open()
	h.add(then("a", 2))
	h.wantErr("Cancel", h.Cancel(w.Context(), "a"), nil)
	h.takeThen("a")
	h.add(then("b", 2))
	c := h.take(long)
	h.wantErr("Cancel", h.Cancel(w.Context(), "b"), nil)
	h.wantGone("b.then")
	h.finish(c)
	h.takeThen("b")
}

func testThenKeepsItsID(w *world) {
	h := w.open()
	h.add(then("a", 0))
	for _, id := range []string{"a.then", "b.then"} {
		h.refuseAny(bulk(id, 1))
		b := bulk("c", 1)
		b.Items[0].ID = id
		h.refuseAny(b)
	}
	h.takeThen("a")
}
