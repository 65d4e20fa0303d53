// Package queuetest holds every implementation of the queue to the contract in package
// queue: one suite, run by the tests of each.
//
// It runs by real time, since a queue has a clock of its own: leases are short where
// they are to run out, and long where they are not. What takes a while is looked at again and
// again until patience ends.
package queuetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"lightwell/uploader/queue"
)

// Handle is what one process has of a queue.
type Handle interface {
	queue.Queue
	queue.Watcher
	queue.Keeper
	queue.Meter
}

// Lives are used by a handle instead of queue.KeyLife, OpenLife and MinLife. 0 is the constant.
type Lives struct{ Key, Open, Min time.Duration }

// Backend is one queue.
type Backend struct {
	// Open opens one more handle on it, as another process would. The suite closes it.
	Open func(t *testing.T, lives Lives) Handle
}

const (
	long     = time.Minute            // a lease that does not run out during a test
	short    = 50 * time.Millisecond  // one that does
	patience = 20 * time.Second       // for what has to happen
	moment   = 200 * time.Millisecond // for what must not happen
)

// Run runs the suite. fresh makes an empty queue, for one case, and arranges for its end with
// t.Cleanup. Cases run in parallel.
func Run(t *testing.T, fresh func(t *testing.T) Backend) {
	for _, group := range [][]testCase{
		addCases, keyCases, getCases, orderCases, waitCases, leaseCases, endCases, thenCases,
		cancelCases, watchCases, keeperCases, meterCases, crowdCases,
	} {
		for _, c := range group {
			t.Run(c.name, func(t *testing.T) {
				t.Parallel()
				c.run(&world{T: t, backend: fresh(t)})
			})
		}
	}
}

type testCase struct {
	name string
	run  func(w *world)
}

// world is one queue and the test that has it.
type world struct {
	*testing.T
	backend Backend
}

// open opens a handle.
func (w *world) open() *hand { return w.openFor(Lives{}) }

func (w *world) openFor(lives Lives) *hand {
	w.Helper()
	h := w.backend.Open(w.T, lives)
	w.Cleanup(func() { h.Close() })
	return &hand{Handle: h, t: w.T}
}

// hand is a handle whose helpers end the test where something is wrong. They are for the
// test's own goroutine.
type hand struct {
	Handle
	t *testing.T
}

// items are n items of a job, called {job}.0 and so on from first.
func items(job string, first, n int) []queue.Item {
	list := make([]queue.Item, n)
	for i := range list {
		id := fmt.Sprintf("%s.%d", job, first+i)
		list[i] = queue.Item{ID: id, Work: []byte("work of " + id)}
	}
	return list
}

// bulk is a whole job of n items.
func bulk(job string, n int) queue.Batch {
	return queue.Batch{
		Job:   queue.Job{ID: job, Class: queue.Bulk, Info: []byte("info of " + job)},
		Items: items(job, 0, n),
		Last:  true,
	}
}

// add adds a batch, and wants it to belong to its own job.
func (h *hand) add(b queue.Batch) {
	h.t.Helper()
	h.addAs(b, b.Job.ID)
}

// addAs adds a batch, and wants it to belong to job.
func (h *hand) addAs(b queue.Batch, job string) {
	h.t.Helper()
	if got, err := h.Add(h.t.Context(), b); err != nil || got != job {
		h.t.Fatalf("Add(%s) = %q, %v, want %q", describe(b), got, err, job)
	}
}

// refuse adds a batch, and wants this error.
func (h *hand) refuse(b queue.Batch, want error) {
	h.t.Helper()
	if _, err := h.Add(h.t.Context(), b); !errors.Is(err, want) {
		h.t.Fatalf("Add(%s) = %v, want %v", describe(b), err, want)
	}
}

func describe(b queue.Batch) string {
	return fmt.Sprintf("%s, %d items, last %t", b.Job.ID, len(b.Items), b.Last)
}

// take takes what is there, or comes soon.
func (h *hand) take(lease time.Duration, classes ...queue.Class) queue.Claim {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), patience)
	defer cancel()
	c, err := h.Take(ctx, lease, all(classes)...)
	if err != nil {
		h.t.Fatalf("Take(%v) = %v, want an item", classes, err)
	}
	return c
}

// takeItem takes, and wants this item.
func (h *hand) takeItem(lease time.Duration, id string) queue.Claim {
	h.t.Helper()
	c := h.take(lease)
	if c.Item.ID != id {
		h.t.Fatalf("Take() = %s, want %s", c.Item.ID, id)
	}
	return c
}

// takeNone wants that there is nothing to take, for a moment.
func (h *hand) takeNone(classes ...queue.Class) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), moment)
	defer cancel()
	if c, err := h.Take(ctx, long, all(classes)...); !errors.Is(err, context.DeadlineExceeded) {
		h.t.Fatalf("Take(%v) = %q, %v, want nothing for %v", classes, c.Item.ID, err, moment)
	}
}

func all(classes []queue.Class) []queue.Class {
	if len(classes) == 0 {
		return []queue.Class{queue.Awaited, queue.Bulk, queue.Callback}
	}
	return classes
}

// finish ends the item of a claim as completed.
func (h *hand) finish(c queue.Claim) {
	h.t.Helper()
	h.wantErr("Finish", h.Finish(h.t.Context(), c, queue.Completed, []byte("result")), nil)
}

// wantErr wants an error, or none.
func (h *hand) wantErr(what string, err, want error) {
	h.t.Helper()
	if !errors.Is(err, want) {
		h.t.Fatalf("%s = %v, want %v", what, err, want)
	}
}

// get gets a job and all of its items, which must be in their order.
func (h *hand) get(id string) (queue.Job, []queue.Item) {
	h.t.Helper()
	job, list, err := h.Get(h.t.Context(), id, 0, queue.MaxBatch)
	if err != nil {
		h.t.Fatalf("Get(%s) = %v", id, err)
	}
	if len(list) != min(job.Total, queue.MaxBatch) {
		h.t.Fatalf("Get(%s) = %d items, want %d", id, len(list), job.Total)
	}
	for i, item := range list {
		if item.Index != i || item.Job != job.ID {
			h.t.Fatalf("Get(%s)[%d] = item %d of %q, want item %d of %q", id, i, item.Index, item.Job, i, job.ID)
		}
	}
	return job, list
}

// wantGone wants that there is no such job or item.
func (h *hand) wantGone(ids ...string) {
	h.t.Helper()
	for _, id := range ids {
		if job, _, err := h.Get(h.t.Context(), id, 0, 10); !errors.Is(err, queue.ErrNotFound) {
			h.t.Fatalf("Get(%s) = a job that is %s, %v, want ErrNotFound", id, job.State, err)
		}
	}
}

// counts is what a job says of itself.
type counts struct {
	state          queue.State
	total, running int
	finished       queue.Finished
}

// wantJob wants a job with these counters, which has ended if it says so, and gets its items.
func (h *hand) wantJob(id string, want counts) []queue.Item {
	h.t.Helper()
	job, list := h.get(id)
	got := counts{job.State, job.Total, job.Running, job.Finished}
	if got != want {
		h.t.Fatalf("Get(%s) = %+v, want %+v", id, got, want)
	}
	f := want.finished
	over := want.state != queue.Open && f.Completed+f.Failed+f.Cancelled == want.total
	if over == job.Ended.IsZero() {
		h.t.Fatalf("Get(%s) = ended at %v with %+v", id, job.Ended, want)
	}
	return list
}

// eventually looks again until ok, or patience ends.
func (w *world) eventually(what string, ok func() bool) {
	w.Helper()
	for end := time.Now().Add(patience); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatalf("%s: not after %v", what, patience)
		}
	}
}
