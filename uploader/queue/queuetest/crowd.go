package queuetest

import (
	"context"
	"errors"
	"sync"
	"time"

	"lightwell/uploader/queue"
)

var crowdCases = []testCase{
	{"CrowdTakesEachOnce", testCrowdTakesEachOnce},
	{"CrowdAddsAtOnce", testCrowdAddsAtOnce},
	{"Model", testModel},
}

// Sixteen workers in three processes share 500 items of two jobs.
func testCrowdTakesEachOnce(w *world) {
	handles := []*hand{w.open(), w.open(), w.open()}
	ctx, cancel := contextFor(w, 2*patience)
	defer cancel()
	var mu sync.Mutex // guards seen
	seen := map[string]int{}
	var group sync.WaitGroup
	for i := range 16 {
		h := handles[i%3]
		group.Go(func() {
			for {
				c, err := h.Take(ctx, long, queue.Bulk)
				if errors.Is(err, context.Canceled) {
					return
				}
				if err != nil {
					w.Errorf("Take() = %v", err)
					return
				}
				if err := h.Finish(ctx, c, queue.Completed, nil); err != nil {
					w.Errorf("Finish(%s) = %v", c.Item.ID, err)
				}
				mu.Lock()
				if seen[c.Item.ID]++; len(seen) == 500 {
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	handles[0].add(bulk("a", 300))
	handles[1].add(bulk("b", 200))
	group.Wait()
	for id, n := range seen {
		if n != 1 {
			w.Errorf("%s was taken %d times, want once", id, n)
		}
	}
	handles[2].wantJob("a", counts{state: queue.Completed, total: 300, finished: queue.Finished{Completed: 300}})
	handles[2].wantJob("b", counts{state: queue.Completed, total: 200, finished: queue.Finished{Completed: 200}})
}

// Batches of one job come from several processes, each of them twice.
func testCrowdAddsAtOnce(w *world) {
	handles := []*hand{w.open(), w.open()}
	job := queue.Job{ID: "a", Class: queue.Bulk}
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			b := queue.Batch{Job: job, Items: items("a", i%10*10, 10)}
			if _, err := handles[i/10].Add(w.Context(), b); err != nil {
				w.Errorf("Add(%s) = %v", describe(b), err)
			}
		})
	}
	group.Wait()
	handles[0].add(queue.Batch{Job: job, Last: true})
	seen := map[string]bool{}
	for _, item := range handles[0].wantJob("a", counts{state: queue.Running, total: 100}) {
		seen[item.ID] = true
	}
	if len(seen) != 100 {
		w.Errorf("Get(a) = %d different items, want 100", len(seen))
	}
	c := handles[1].take(time.Second)
	if c.Item.Index != 0 {
		w.Errorf("Take() = item %d first, want 0", c.Item.Index)
	}
}
