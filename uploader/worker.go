package uploader

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"
	"time"

	"lightwell/origin/problem"
	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// Worker does what is in the queue. Several, in as many processes, may share it.
type Worker struct {
	Queue Queue
	Do    Doers
	// Lease is how long the queue waits for a word from a worker before it gives its
	// item to another.
	Lease time.Duration
	// Attempts is how often an item is begun before it is given up; 0 for no such bound.
	Attempts int
	Metrics  *WorkerMetrics
	// Tracer goes on with the traces of uploads; nil for none.
	Tracer *tracing.Tracer
	// Audit is told what fails; nil for Log.
	Audit *slog.Logger
	Log   *slog.Logger
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
	// Again is how long after which attempt it is tried again, if any is left; false when
	// it is not.
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
		c, err := w.Queue.Take(ctx, w.Lease, classes...)
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
	w.Log.Debug("an item is begun", "job", c.Job.ID, "item", c.Item.ID, "attempt", c.Item.Attempts)
	ctx, span := w.trace(patience, c)
	defer span.End()
	ctx, cancel := context.WithCancelCause(ctx)
	keeping := make(chan struct{})
	go func() {
		defer close(keeping)
		w.keep(ctx, c, cancel)
	}()
	began, over := time.Now(), w.Metrics.began()
	done, err := w.do(ctx, c)
	over()
	lost, ended := errors.Is(context.Cause(ctx), errLost), ctx.Err() != nil
	cancel(nil)
	<-keeping
	if err != nil {
		span.Fail(problem.Kind(err, problemOf))
	}
	if lost {
		w.Log.Warn("an item was lost to another worker", "job", c.Job.ID, "item", c.Item.ID, "attempt", c.Item.Attempts)
		return
	}
	// What is known now must be said, whoever wants the process to end.
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), w.Lease)
	defer stop()
	ctx, finish := tracing.Start(ctx, "finish")
	defer finish.End()
	if err != nil && ended { // not the item's fault
		err = w.giveBack(ctx, c, 0)
	} else {
		err = w.settle(ctx, c, done, err, time.Since(began))
	}
	if err != nil {
		w.Log.Error("how an item went is not known to the queue", "job", c.Job.ID, "item", c.Item.ID, "error", err)
	}
}

// errCancelled is why an item is not begun: its job was cancelled while a worker had it
// that is gone.
var errCancelled = errors.New("the job was cancelled")

// do is the doer's Do, unless all that is left of the item is to be taken back. A panic
// is an error.
func (w *Worker) do(ctx context.Context, c queue.Claim) (done outcome, err error) {
	switch {
	case c.Job.State == queue.Cancelled:
		return done, errCancelled
	case w.Attempts > 0 && c.Item.Attempts > w.Attempts:
		return done, problem.New(http.StatusInternalServerError, fmt.Sprintf("Each of %d attempts at this image was broken off.", w.Attempts))
	}
	err = w.guarded(c, func() (err error) {
		done, err = w.Do[c.Job.Class].Do(ctx, c)
		return err
	})
	return done, err
}

// guarded makes a panic of a doer an error.
func (w *Worker) guarded(c queue.Claim, call func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			w.Log.Error("panic at an item", "job", c.Job.ID, "item", c.Item.ID, "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("item %s: panic: %v", c.Item.ID, p)
		}
	}()
	return call()
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
