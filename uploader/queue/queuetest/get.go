package queuetest

import (
	"errors"
	"io/fs"

	"lightwell/uploader/queue"
)

var getCases = []testCase{
	{"GetNothing", testGetNothing},
	{"GetByItem", testGetByItem},
	{"GetPages", testGetPages},
}

func testGetNothing(w *world) {
	h := w.open()
	h.add(bulk("a", 1))
	h.wantGone("", "b", "a.1", "A", "a.then", "a/../b", "%", "a*")
	if _, _, err := h.Get(w.Context(), "b", 0, 1); !errors.Is(err, fs.ErrNotExist) {
		w.Errorf("Get(b) = %v, want fs.ErrNotExist", err)
	}
}

func testGetByItem(w *world) {
	h := w.open()
	h.add(bulk("a", 3))
	h.add(bulk("b", 3))
	for _, id := range []string{"b", "b.0", "b.2"} {
		job, list := h.get(id)
		if job.ID != "b" || len(list) != 3 || list[0].ID != "b.0" {
			w.Errorf("Get(%s) = job %s with %d items, want b with 3", id, job.ID, len(list))
		}
	}
}

func testGetPages(w *world) {
	h := w.open()
	h.inBatches(queue.Job{ID: "a", Class: queue.Bulk}, 2, 600)
	for _, c := range []struct{ index, limit, first, n int }{
		{0, 0, 0, 0},
		{0, 1, 0, 1},
		{0, 600, 0, 600},
		{599, 3, 599, 3},
		{1190, 100, 1190, 10},
		{1199, 1, 1199, 1},
		{1200, 10, 0, 0},
		{5000, 10, 0, 0},
	} {
		job, list, err := h.Get(w.Context(), "a", c.index, c.limit)
		if err != nil || job.Total != 1200 || len(list) != c.n {
			w.Fatalf("Get(a, %d, %d) = %d of %d items, %v, want %d of 1200", c.index, c.limit, len(list), job.Total, err, c.n)
		}
		for i, item := range list {
			if item.Index != c.first+i {
				w.Fatalf("Get(a, %d, %d)[%d] = item %d, want %d", c.index, c.limit, i, item.Index, c.first+i)
			}
		}
	}
}
