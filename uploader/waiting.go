package uploader

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"lightwell/origin/problem"
	"lightwell/tracing"
	"lightwell/uploader/queue"
)

// answerInTime waits for the only item of a job, and says how it ended; or, where that
// takes too long, that it is being processed: it is promised, whatever else.
func (u *Uploader) answerInTime(w http.ResponseWriter, r *http.Request, job string, later Processing, ended func(queue.Item) (any, error)) error {
	j, item, err := u.await(r.Context(), job, u.SyncWait)
	if err != nil && r.Context().Err() == nil {
		u.Log.Warn("the end of a job is not waited for", "job", job, "error", err)
	}
	if err != nil || j.Ended.IsZero() {
		return answer(w, http.StatusAccepted, later)
	}
	done, err := ended(item)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, done)
}

// await waits for a single upload to end, for a while. The job is not Ended where it
// has not.
func (u *Uploader) await(ctx context.Context, job string, wait time.Duration) (_ queue.Job, _ queue.Item, err error) {
	ctx, span := tracing.Start(ctx, "wait")
	defer func() { endSpan(span, err) }()
	timer := time.NewTimer(wait)
	defer timer.Stop()
	changed := make(chan struct{}, 1)
	defer u.Queue.Watch(job, func() {
		select {
		case changed <- struct{}{}:
		default:
		}
	})()
	for over := wait <= 0; ; {
		j, items, err := u.Queue.Get(ctx, job, 0, 1)
		if err != nil {
			return j, queue.Item{}, err
		}
		if len(items) != 1 {
			return j, queue.Item{}, fmt.Errorf("job %s has %d items, want one", job, len(items))
		}
		if over || !j.Ended.IsZero() {
			return j, items[0], nil
		}
		select {
		case <-changed:
		case <-time.After(lookAgain):
		case <-timer.C:
			over = true
		case <-ctx.Done():
			return j, queue.Item{}, context.Cause(ctx)
		}
	}
}

// lookAgain is for changes that nobody was told of.
const lookAgain = time.Second

// ended is what is said of a single upload that has ended. The error is why there is
// no image.
func (u *Uploader) ended(ctx context.Context, item queue.Item) (Completed, error) {
	if err := endedBadly(item); err != nil {
		return Completed{}, err
	}
	how := outcomeOf(item)
	a, err := u.Library.Asset(ctx, item.ID)
	if err != nil {
		return Completed{}, err
	}
	done := u.completed(a)
	done.URL, done.Renditions = how.URL, how.Renditions
	return done, nil
}

// endedBadly is why an item that has ended has come to nothing; nil where it has not.
func endedBadly(item queue.Item) error {
	if how := outcomeOf(item); how.Refused != nil {
		return *how.Refused
	}
	if item.State == queue.Cancelled {
		return problem.New(http.StatusConflict, "This has been cancelled.")
	}
	return nil
}
