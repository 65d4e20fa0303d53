package queuetest

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"lightwell/uploader/queue"
)

var addCases = []testCase{
	{"AddKeepsAll", testAddKeepsAll},
	{"AddInBatches", testAddInBatches},
	{"AddTwice", testAddTwice},
	{"AddLastTwice", testAddLastTwice},
	{"AddWithoutItems", testAddWithoutItems},
	{"AddToOneThatRuns", testAddToOneThatRuns},
	{"AddIDsInUse", testAddIDsInUse},
	{"AddTooMuch", testAddTooMuch},
	{"AddWrongIDs", testAddWrongIDs},
	{"OpenJobIsNotTaken", testOpenJobIsNotTaken},
}

func testAddKeepsAll(w *world) {
	h := w.open()
	before := time.Now().Add(-2 * time.Second) // a server's clock may be coarser
	b := bulk("a", 3)
	b.Job.Key, b.Job.Print, b.Job.Then = "key", "print", []byte("then")
	b.Items[1].Work = bytes.Repeat([]byte{0, 255}, queue.MaxRecord/2)
	h.add(b)
	list := w.open().wantJob("a", counts{state: queue.Running, total: 3})
	for i, item := range list {
		if item.ID != b.Items[i].ID || !bytes.Equal(item.Work, b.Items[i].Work) || item.State != queue.Waiting ||
			item.Attempts != 0 || len(item.Result) != 0 {
			w.Errorf("Get(a)[%d] = %.200v, want %s waiting", i, item, b.Items[i].ID)
		}
	}
	job, _ := h.get("a")
	if job.Class != queue.Bulk || string(job.Info) != "info of a" || job.Key != "key" || job.Print != "print" || string(job.Then) != "then" {
		w.Errorf("Get(a) = %+v, want what was added: %+v", job, b.Job)
	}
	if after := time.Now().Add(2 * time.Second); job.Created.Before(before) || job.Created.After(after) {
		w.Errorf("Get(a) = created at %v, want between %v and %v", job.Created, before, after)
	}
}

// inBatches adds an open job of n batches with size items each.
func (h *hand) inBatches(job queue.Job, n, size int) {
	h.t.Helper()
	for i := range n {
		h.add(queue.Batch{Job: job, Items: items(job.ID, i*size, size)})
	}
}

func testAddInBatches(w *world) {
	h, other := w.open(), w.open()
	job := queue.Job{ID: "a", Class: queue.Bulk}
	h.inBatches(job, 3, 7)
	other.wantJob("a", counts{state: queue.Open, total: 21})
	other.add(queue.Batch{Job: job, Items: items("a", 21, 4), Last: true})
	for i, item := range h.wantJob("a", counts{state: queue.Running, total: 25}) {
		if want := fmt.Sprintf("a.%d", i); item.ID != want {
			w.Errorf("Get(a)[%d] = %s, want %s", i, item.ID, want)
		}
	}
}

func testAddTwice(w *world) {
	h, other := w.open(), w.open()
	first := queue.Batch{Job: queue.Job{ID: "a", Class: queue.Bulk}, Items: items("a", 0, 3)}
	second := queue.Batch{Job: first.Job, Items: items("a", 3, 2)}
	h.add(first)
	other.add(first)
	h.wantJob("a", counts{state: queue.Open, total: 3})
	h.add(second)
	other.add(second)
	other.add(first) // late
	list := h.wantJob("a", counts{state: queue.Open, total: 5})
	if list[4].ID != "a.4" {
		w.Errorf("Get(a)[4] = %s, want a.4", list[4].ID)
	}
}

func testAddLastTwice(w *world) {
	h := w.open()
	h.inBatches(queue.Job{ID: "a", Class: queue.Bulk}, 1, 1)
	last := queue.Batch{Job: queue.Job{ID: "a", Class: queue.Bulk}, Items: items("a", 1, 1), Last: true}
	h.add(last)
	h.add(last)
	h.wantJob("a", counts{state: queue.Running, total: 2})
	c := h.take(long)
	h.add(last)
	h.wantJob("a", counts{state: queue.Running, total: 2, running: 1})
	h.finish(c)
	h.finish(h.take(long))
	h.add(last)
	h.wantJob("a", counts{state: queue.Completed, total: 2, finished: queue.Finished{Completed: 2}})
	h.takeNone()
}

func testAddWithoutItems(w *world) {
	h := w.open()
	h.add(bulk("a", 0))
	h.wantJob("a", counts{state: queue.Completed})
	h.add(bulk("a", 0))
	h.add(queue.Batch{Job: queue.Job{ID: "b", Class: queue.Bulk}})
	h.wantJob("b", counts{state: queue.Open})
	h.add(queue.Batch{Job: queue.Job{ID: "b", Class: queue.Bulk}, Last: true})
	h.wantJob("b", counts{state: queue.Completed})
	// The last batch may be empty where others were not.
	h.inBatches(queue.Job{ID: "c", Class: queue.Bulk}, 1, 2)
	h.add(queue.Batch{Job: queue.Job{ID: "c", Class: queue.Bulk}, Last: true})
	h.wantJob("c", counts{state: queue.Running, total: 2})
}

func testAddToOneThatRuns(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	more := queue.Batch{Job: queue.Job{ID: "a", Class: queue.Bulk}, Items: items("a", 1, 1)}
	h.refuse(more, queue.ErrEnded)
	more.Last = true
	h.refuse(more, queue.ErrEnded)
	h.finish(h.take(long))
	h.refuse(more, queue.ErrEnded)
	h.wantJob("a", counts{state: queue.Completed, total: 1, finished: queue.Finished{Completed: 1}})
	h.wantGone("a.1")
}

func testAddIDsInUse(w *world) {
	h := w.open()
	h.add(bulk("a", 2))
	b := bulk("b", 2)
	b.Items[1].ID = "a.1" // another job's item
	h.refuse(b, queue.ErrConflict)
	b.Items[1].ID = "a" // another job
	h.refuse(b, queue.ErrConflict)
	h.wantGone("b", "b.0")
	h.refuse(bulk("a.0", 1), queue.ErrConflict) // a job called as another's item
	h.refuse(bulk("a.0", 0), queue.ErrConflict)
	h.wantJob("a", counts{state: queue.Running, total: 2})
	// The only item of a job may be called as the job.
	c := bulk("c", 1)
	c.Items[0].ID = "c"
	h.add(c)
	h.add(c)
	h.wantJob("c", counts{state: queue.Running, total: 1})
}

func testAddTooMuch(w *world) {
	h := w.open()
	h.add(bulk("most", queue.MaxBatch))
	b := bulk("a", queue.MaxBatch+1)
	h.refuseAny(b)
	big := bytes.Repeat([]byte("x"), queue.MaxRecord+1)
	b = bulk("a", 2)
	b.Items[1].Work = big
	h.refuseAny(b)
	b = bulk("a", 2)
	b.Job.Info = big
	h.refuseAny(b)
	h.wantGone("a", "a.0")
	c := h.take(long)
	if err := h.Finish(w.Context(), c, queue.Completed, big); err == nil {
		w.Errorf("Finish with %d bytes = nil, want an error", len(big))
	}
	h.wantErr("Finish with the largest result", h.Finish(w.Context(), c, queue.Completed, big[1:]), nil)
}

func (h *hand) refuseAny(b queue.Batch) {
	h.t.Helper()
	if _, err := h.Add(h.t.Context(), b); err == nil {
		h.t.Fatalf("Add(%s) = nil, want an error", describe(b))
	}
}

func testAddWrongIDs(w *world) {
	h := w.open()
	for _, id := range []string{"", "A", "a/b", "a b", "é", "a.then", strings.Repeat("a", 65)} {
		b := bulk("a", 1)
		b.Job.ID = id
		h.refuseAny(b)
		b = bulk("a", 1)
		b.Items[0].ID = id
		h.refuseAny(b)
	}
	h.wantGone("a")
	h.add(bulk(strings.Repeat("z", 64), 0))
}

func testOpenJobIsNotTaken(w *world) {
	h := w.open()
	job := queue.Job{ID: "a", Class: queue.Awaited}
	h.inBatches(job, 2, 2)
	h.takeNone()
	for i, item := range h.wantJob("a", counts{state: queue.Open, total: 4}) {
		if item.State != queue.Waiting || string(item.Work) != "work of "+item.ID {
			w.Errorf("Get(a)[%d] = %+v, want it waiting with its work", i, item)
		}
	}
	h.add(queue.Batch{Job: job, Last: true})
	h.takeItem(long, "a.0")
}
