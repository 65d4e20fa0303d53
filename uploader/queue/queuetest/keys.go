package queuetest

import (
	"fmt"
	"sync"
	"time"

	"lightwell/uploader/queue"
)

var keyCases = []testCase{
	{"KeySamePrint", testKeySamePrint},
	{"KeyOtherPrint", testKeyOtherPrint},
	{"KeyInLastBatchOnly", testKeyInLastBatchOnly},
	{"KeyOutlivesItsJob", testKeyOutlivesItsJob},
	{"KeyOfManyAtOnce", testKeyOfManyAtOnce},
	{"KeyLife", testKeyLife},
}

// keyed is a whole job of n items with a key.
func keyed(job, print string, n int) queue.Batch {
	b := bulk(job, n)
	b.Job.Key, b.Job.Print = "key", print
	return b
}

func testKeySamePrint(w *world) {
	h, other := w.open(), w.open()
	h.add(keyed("a", "same", 2))
	b := keyed("b", "same", 2)
	open := b
	open.Last = false
	other.add(open)
	last := queue.Batch{Job: b.Job, Items: items("b", 2, 1), Last: true}
	other.addAs(last, "a")
	h.wantGone("b", "b.0", "b.1", "b.2")
	other.addAs(last, "a") // repeated
	other.addAs(b, "a")
	h.wantGone("b", "b.0", "b.2")
	h.add(keyed("a", "same", 2))
	h.wantJob("a", counts{state: queue.Running, total: 2})
	h.add(bulk("b", 2)) // its ids are free
}

func testKeyOtherPrint(w *world) {
	h := w.open()
	h.add(keyed("a", "one", 1))
	h.refuse(keyed("b", "two", 1), queue.ErrConflict)
	h.wantGone("b", "b.0")
	h.refuse(keyed("b", "", 1), queue.ErrConflict)
	b := keyed("b", "one", 1)
	b.Job.Key = "other"
	h.add(b)
	h.add(bulk("c", 1)) // no key is like no other
	h.add(bulk("d", 1))
}

func testKeyInLastBatchOnly(w *world) {
	h := w.open()
	h.add(keyed("a", "one", 1))
	open := keyed("b", "two", 1)
	open.Last = false
	h.add(open)
	h.wantJob("b", counts{state: queue.Open, total: 1})
	h.refuse(queue.Batch{Job: open.Job, Last: true}, queue.ErrConflict)
	h.wantJob("b", counts{state: queue.Open, total: 1}) // until somebody drops it
	// An open job has no key yet.
	open = keyed("c", "three", 1)
	open.Job.Key, open.Last = "other", false
	h.add(open)
	b := keyed("d", "four", 1)
	b.Job.Key = "other"
	h.add(b)
}

func testKeyOutlivesItsJob(w *world) {
	h := w.open()
	h.add(keyed("a", "same", 1))
	h.finish(h.take(long))
	h.addAs(keyed("b", "same", 1), "a")
	h.refuse(keyed("b", "other", 1), queue.ErrConflict)
	h.wantGone("b")
}

func testKeyOfManyAtOnce(w *world) {
	const n = 20
	handles := []*hand{w.open(), w.open()}
	answers, errs := make([]string, n), make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() {
			b := keyed(fmt.Sprintf("j%d", i), "same", 2)
			answers[i], errs[i] = handles[i%2].Add(w.Context(), b)
		})
	}
	group.Wait()
	for i, answer := range answers {
		if errs[i] != nil || answer != answers[0] {
			w.Fatalf("Add(%d of %d with one key) = %q, %v, want %q as the first", i, n, answer, errs[i], answers[0])
		}
		if own := fmt.Sprintf("j%d", i); own != answer {
			handles[0].wantGone(own, own+".0")
		}
	}
	handles[0].wantJob(answers[0], counts{state: queue.Running, total: 2})
	for range 2 {
		handles[1].finish(handles[1].take(long))
	}
	handles[1].takeNone()
}

func testKeyLife(w *world) {
	h := w.openFor(Lives{Key: moment})
	h.add(keyed("a", "one", 1))
	w.eventually("a key that is free again", func() bool {
		job, err := h.Add(w.Context(), keyed("b", "two", 1))
		return err == nil && job == "b"
	})
	if job, _ := h.get("b"); job.Created.Sub(jobOf(h, "a").Created) < moment-20*time.Millisecond {
		w.Errorf("a key was free after %v, want %v", job.Created.Sub(jobOf(h, "a").Created), moment)
	}
}

func jobOf(h *hand, id string) queue.Job {
	h.t.Helper()
	job, _ := h.get(id)
	return job
}
