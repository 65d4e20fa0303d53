package uploader

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"lightwell/origin/store"
	"lightwell/uploader/queue"
)

// settle tells the queue how an item went.
func (w *Worker) settle(ctx context.Context, c queue.Claim, done outcome, err error, took time.Duration) error {
	if err == nil {
		return w.finish(ctx, c, queue.Completed, done)
	}
	if once, ok := errors.AsType[later](err); ok {
		return w.giveBack(ctx, c, time.Duration(once))
	}
	p := problemOf(err)
	attrs := []any{"job", c.Job.ID, "item", c.Item.ID, "attempt", c.Item.Attempts, "took", took, "error", err}
	after, again := w.Do[c.Job.Class].Again(c)
	left := w.Attempts == 0 || c.Item.Attempts < w.Attempts
	hopeless := errors.Is(err, errCancelled) || errors.Is(err, store.ErrArchived) // which takes hours to be restored
	if p.Status >= 500 && again && left && !hopeless {
		w.Log.Warn("an item is tried again", append(attrs, "after", after)...)
		w.Metrics.ended("retried")
		return w.giveBack(ctx, c, after)
	}
	if err := w.takeBack(ctx, c); err != nil {
		return err
	}
	if errors.Is(err, errCancelled) {
		return w.giveBack(ctx, c, 0) // which ends it
	}
	auditOr(w.Audit, w.Log).Info("an item failed", append(attrs, "status", p.Status)...)
	if p.Status >= 500 {
		w.Metrics.dead.Inc()
	}
	return w.finish(ctx, c, queue.Failed, refusal(p))
}

// takeBack undoes what there is of an item, if it is still ours to undo.
func (w *Worker) takeBack(ctx context.Context, c queue.Claim) error {
	err := insist(ctx, func() error {
		_, err := w.Queue.Extend(ctx, c, w.Lease)
		return err
	})
	if err != nil {
		return err
	}
	w.guarded(c, func() error { w.Do[c.Job.Class].Undo(ctx, c); return nil }) // a panic has been logged, and the item ends all the same
	return nil
}

func (w *Worker) giveBack(ctx context.Context, c queue.Claim, after time.Duration) error {
	return insist(ctx, func() error { return w.Queue.Retry(ctx, c, after) })
}

func (w *Worker) finish(ctx context.Context, c queue.Claim, state queue.State, how outcome) error {
	result, err := encode(how)
	if err != nil {
		return err
	}
	if err := insist(ctx, func() error { return w.Queue.Finish(ctx, c, state, result) }); err != nil {
		return err
	}
	w.Metrics.ended(string(state))
	w.guarded(c, func() error { w.Do[c.Job.Class].Settled(ctx, c); return nil }) // a panic has been logged
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
