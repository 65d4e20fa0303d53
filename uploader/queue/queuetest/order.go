package queuetest

import (
	"fmt"
	"strings"

	"lightwell/uploader/queue"
)

var orderCases = []testCase{
	{"ItemsInOrder", testItemsInOrder},
	{"JobsTakeTurns", testJobsTakeTurns},
	{"NewJobGetsItsTurn", testNewJobGetsItsTurn},
	{"LowerClassFirst", testLowerClassFirst},
	{"OnlyTheClassesAskedFor", testOnlyTheClassesAskedFor},
}

func testItemsInOrder(w *world) {
	h, other := w.open(), w.open()
	h.inBatches(queue.Job{ID: "a", Class: queue.Bulk}, 3, 4)
	h.add(queue.Batch{Job: queue.Job{ID: "a", Class: queue.Bulk}, Items: items("a", 12, 1), Last: true})
	for i := range 13 {
		c := []*hand{h, other}[i%2].takeItem(long, fmt.Sprintf("a.%d", i))
		if c.Item.Index != i || c.Item.Job != "a" || c.Item.State != queue.Running || c.Item.Attempts != 1 ||
			string(c.Item.Work) != "work of "+c.Item.ID || c.Job.ID != "a" || c.Job.Class != queue.Bulk {
			w.Fatalf("Take() = %+v, want the whole of item %d", c, i)
		}
	}
	h.takeNone()
}

// takeJobs takes n items and says of which jobs they are, in their order.
func (h *hand) takeJobs(n int) string {
	h.t.Helper()
	var jobs strings.Builder
	for range n {
		jobs.WriteString(h.take(long).Job.ID)
	}
	return jobs.String()
}

func testJobsTakeTurns(w *world) {
	h, other := w.open(), w.open()
	for _, job := range []string{"a", "b", "c"} {
		h.add(bulk(job, 4))
	}
	for round := range 4 {
		got := h.takeJobs(2) + other.takeJobs(1)
		for _, job := range []string{"a", "b", "c"} {
			if !strings.Contains(got, job) {
				w.Fatalf("round %d of three jobs = %s, want each of a, b, c", round, got)
			}
		}
	}
}

func testNewJobGetsItsTurn(w *world) {
	h := w.open()
	h.add(bulk("a", 100))
	h.takeJobs(20)
	h.add(bulk("b", 100))
	if got := h.takeJobs(8); strings.Count(got, "b") < 3 || strings.Count(got, "a") < 3 {
		w.Errorf("8 takes from an old and a new job = %s, want half of each", got)
	}
}

func testLowerClassFirst(w *world) {
	h := w.open()
	for i, class := range []queue.Class{queue.Callback, queue.Bulk, queue.Awaited, queue.Bulk, queue.Awaited} {
		b := bulk(fmt.Sprintf("j%d", i), 2)
		b.Job.Class = class
		h.add(b)
	}
	var got []queue.Class
	for range 10 {
		c := h.take(long, queue.Callback, queue.Awaited, queue.Bulk) // in whatever order
		got = append(got, c.Job.Class)
	}
	want := []queue.Class{0, 0, 0, 0, 1, 1, 1, 1, 2, 2}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.Errorf("Take() = classes %v, want %v", got, want)
	}
}

func testOnlyTheClassesAskedFor(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	h.takeNone(queue.Awaited)
	h.takeNone(queue.Awaited, queue.Callback)
	if c := h.take(long, queue.Bulk); c.Item.ID != "a.0" {
		w.Errorf("Take(Bulk) = %s, want a.0", c.Item.ID)
	}
}
