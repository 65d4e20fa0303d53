package uploader

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"lightwell/uploader/queue"
)

// Worker does what is in the queue. Several, in as many processes, may share it.
type Worker struct {
	Queue Queue
	Do    Doers
	// Lease is how long the queue waits for a word from a worker before it gives its
	// item to another.
	Lease time.Duration
	// Attempts is how often an item is begun before it is given up.
	Attempts int
	Metrics  *WorkerMetrics
	Log      *slog.Logger
}

// Doers do an item of each class.
type Doers map[queue.Class]Doer

// Doer does an item and returns what it came to, or an error. An error that is a
// Problem below 500 is the item's own fault, and final; after others it is tried again,
// so what Do has done must not mind being done twice. ctx ends when the item is no
// longer the caller's.
type Doer interface {
	Do(ctx context.Context, c queue.Claim) (outcome, error)
	// Undo takes away what was left of an item that is given up.
	Undo(ctx context.Context, c queue.Claim)
	// Settled is called when the queue knows how the item ended.
	Settled(ctx context.Context, c queue.Claim)
	// Again is how long after which attempt it is tried again; false when it is not.
	Again(c queue.Claim) (time.Duration, bool)
}

// Run takes items of some classes, the most urgent first, with so many hands, until
// ctx is done. What is begun then is finished, or given back when patience is done, too.
func (w *Worker) Run(ctx, patience context.Context, hands int, classes ...queue.Class) {
	var working sync.WaitGroup
	for range hands {
		working.Go(func() { w.work(ctx, patience, classes) })
	}
	working.Wait()
}

// work takes one item after the other.
func (w *Worker) work(ctx, patience context.Context, classes []queue.Class) {
	for wait := minWait; ctx.Err() == nil; {
		c, err := w.Queue.Take(ctx, w.Lease, w.Attempts, classes...)
		if err == nil {
			wait = minWait
			w.item(patience, c)
			continue
		}
		if ctx.Err() != nil {
			return
		}
		w.Log.Error("no item can be taken from the queue", "error", err)
		select {
		case <-time.After(wait):
		case <-ctx.Done():
		}
		wait = min(2*wait, maxWait)
	}
}

// How long a worker waits for a queue that does not answer.
const minWait, maxWait = 100 * time.Millisecond, 10 * time.Second

// errLost is why an item's context ends when another has it.
var errLost = errors.New("the lease was lost")

// item does one item, and tells the queue.
func (w *Worker) item(patience context.Context, c queue.Claim) {
	ctx, cancel := context.WithCancelCause(patience)
	keeping := make(chan struct{})
	go func() {
		defer close(keeping)
		w.keep(ctx, c, cancel)
	}()
	began := time.Now()
	done, err := w.do(ctx, c)
	lost, ended := errors.Is(context.Cause(ctx), errLost), ctx.Err() != nil
	cancel(nil)
	<-keeping
	if lost {
		w.Log.Warn("an item was lost to another worker", "job", c.Job.ID, "item", c.Item.ID, "attempt", c.Item.Attempts)
		return
	}
	// What is known now must be said, whoever wants the process to end.
	ctx, stop := context.WithTimeout(context.WithoutCancel(patience), w.Lease)
	defer stop()
	if err != nil && ended { // not the item's fault
		err = insist(ctx, func() error { return w.Queue.Retry(ctx, c, 0) })
	} else {
		err = w.settle(ctx, c, done, err, time.Since(began))
	}
	if err != nil {
		w.Log.Error("how an item went is not known to the queue", "job", c.Job.ID, "item", c.Item.ID, "error", err)
	}
}

// do is the doer's Do, where a panic is an error.
func (w *Worker) do(ctx context.Context, c queue.Claim) (done outcome, err error) {
	defer func() {
		if p := recover(); p != nil {
			w.Log.Error("panic at an item", "job", c.Job.ID, "item", c.Item.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("item %s: panic: %v", c.Item.ID, p)
		}
	}()
	return w.Do[c.Job.Class].Do(ctx, c)
}

// keep extends the lease until ctx is done. When that fails for as long as the lease
// was, somebody else may have the item.
func (w *Worker) keep(ctx context.Context, c queue.Claim, lose context.CancelCauseFunc) {
	until := c.Until
	tick := time.NewTicker(w.Lease / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		next, err := w.Queue.Extend(ctx, c, w.Lease)
		switch {
		case err == nil:
			until = next
		case ctx.Err() != nil:
			return
		case errors.Is(err, queue.ErrStale), time.Now().After(until):
			lose(errLost)
			return
		}
	}
}

// settle tells the queue how an item went.
func (w *Worker) settle(ctx context.Context, c queue.Claim, done outcome, err error, took time.Duration) error {
	doer := w.Do[c.Job.Class]
	attrs := []any{"job", c.Job.ID, "item", c.Item.ID, "attempt", c.Item.Attempts, "took", took}
	state := queue.Completed
	if err != nil {
		p := problemOf(err)
		after, again := doer.Again(c)
		if p.Status >= 500 && again {
			w.Log.Warn("an item is tried again", append(attrs, "after", after, "error", err)...)
			w.Metrics.ended("retried")
			return insist(ctx, func() error { return w.Queue.Retry(ctx, c, after) })
		}
		if err := insist(ctx, func() error {
			_, err := w.Queue.Extend(ctx, c, w.Lease)
			return err
		}); err != nil {
			return err // not ours to undo
		}
		doer.Undo(ctx, c)
		state, done = queue.Failed, refusal(p)
		w.Log.Info("an item failed", append(attrs, "status", p.Status, "error", err)...)
	}
	result, err := encode(done)
	if err != nil {
		return err
	}
	if err := insist(ctx, func() error { return w.Queue.Finish(ctx, c, state, result) }); err != nil {
		return err
	}
	w.Metrics.ended(string(state))
	doer.Settled(ctx, c)
	return nil
}

// insist tells the queue something until it has heard it, or ctx is done: the work need
// not be done again because of a moment's silence.
func insist(ctx context.Context, tell func() error) error {
	for wait := minWait; ; wait = min(2*wait, maxWait) {
		err := tell()
		if err == nil || errors.Is(err, queue.ErrStale) || errors.Is(err, queue.ErrNotFound) || errors.Is(err, queue.ErrInvalid) {
			return err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return err
		}
	}
}

// backoff is the wait after so many attempts: 1 s, 4 s, 16 s, up to most, half of it
// by chance so that those who failed together do not come back together.
func backoff(attempts int, most time.Duration) time.Duration {
	wait := time.Second << min(2*(attempts-1), 20)
	wait = min(wait, most)
	return wait/2 + rand.N(wait/2+1)
}
