package uploader_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lightwell/origin/problem"
	"lightwell/origin/store"
	"lightwell/uploader"
	"lightwell/uploader/queue"
)

const done = `{"url":"done"}`

// well is what goes well.
func well(context.Context, queue.Claim) (uploader.Outcome, error) {
	return uploader.Outcome{URL: "done"}, nil
}

// failing fails so often, and then goes well.
func failing(times int, err error) func(context.Context, queue.Claim) (uploader.Outcome, error) {
	return func(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
		if c.Item.Attempts <= times {
			return uploader.Outcome{URL: "half"}, err
		}
		return well(ctx, c)
	}
}

func TestWorker(t *testing.T) {
	panics := func(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
		if c.Item.Attempts == 1 {
			panic("at the first attempt")
		}
		return well(ctx, c)
	}
	unsupported := fmt.Errorf("wrapped: %w", problem.New(415, "It is no image."))
	archived := fmt.Errorf("wrapped: %w", store.ErrArchived)
	busy := problem.New(503, "Later.")
	refused := func(status int, title, detail string) string {
		return fmt.Sprintf(`{"refused":{"type":"about:blank","title":%q,"status":%d,"detail":%q}}`, title, status, detail)
	}
	for _, tt := range []struct {
		name     string
		do       func(context.Context, queue.Claim) (uploader.Outcome, error)
		most     int // attempts
		state    queue.State
		attempts int
		undone   int
		result   string
		dead     float64
	}{
		{"well", well, 3, queue.Completed, 1, 0, done, 0},
		{"a panic", panics, 3, queue.Completed, 2, 0, done, 0},
		{"a panic at the last attempt", panics, 1, queue.Failed, 1, 1, refused(500, "Internal Server Error", "Something went wrong here."), 1},
		{"its own fault", failing(9, unsupported), 3, queue.Failed, 1, 1, refused(415, "Unsupported Media Type", "It is no image."), 0},
		{"our fault, twice", failing(2, busy), 3, queue.Completed, 3, 0, done, 0},
		{"our fault", failing(9, busy), 3, queue.Failed, 3, 1, refused(503, "Service Unavailable", "Later."), 1},
		{"an original that must be restored", failing(9, archived), 3, queue.Failed, 1, 1,
			strings.TrimSuffix(refused(503, "Service Unavailable", problem.From(archived).Detail), "}") + `,"retryAfter":3600}`, 1},
		{"something unknown", failing(9, errors.New("secret")), 2, queue.Failed, 2, 1, refused(500, "Internal Server Error", "Something went wrong here."), 1},
		{"a context that is not ours", failing(1, context.DeadlineExceeded), 3, queue.Completed, 2, 0, done, 0},
	} {
		h := newHands(t, patience, tt.do)
		h.attempts = tt.most
		h.wantItem(tt.name, h.work(h.queue), tt.state, tt.attempts, tt.result)
		h.doer.want(tt.name, tt.attempts, tt.undone, 1)
		if got := h.metric("lightwell_items_dead_total"); got != tt.dead {
			t.Errorf("%s: %v items are counted as given up by no fault of theirs, want %v", tt.name, got, tt.dead)
		}
		if got := h.metric("lightwell_item_running_seconds"); got != 0 {
			t.Errorf("%s: a worker is at an item for %v s, want none", tt.name, got)
		}
	}
}

// For how long an item has been worked on is told while it is.
func TestWorkerTellsHowLong(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	h := newHands(t, patience, func(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
		close(begun)
		<-release
		return well(ctx, c)
	})
	stop := startOf(h.worker(h.queue), queue.Bulk)
	<-begun
	first := h.metric("lightwell_item_running_seconds")
	if second := h.metric("lightwell_item_running_seconds"); first <= 0 || second <= first {
		t.Errorf("an item has been worked on for %v s, and then for %v s", first, second)
	}
	close(release)
	h.ended()
	stop()
}

// What is tried again waits first.
func TestWorkerWaits(t *testing.T) {
	h := newHands(t, patience, failing(1, errors.New("not now")))
	h.doer.again = func(queue.Claim) (time.Duration, bool) { return time.Hour, true }
	stop := startOf(h.worker(h.queue), queue.Bulk)
	var item queue.Item
	for item.State != queue.Waiting || item.Attempts == 0 {
		_, item = h.item()
	}
	stop()
	if wait := time.Until(item.Due); wait < time.Hour-patience || wait > time.Hour {
		t.Errorf("it is tried again in %v, want an hour", wait)
	}
	h.doer.want("waiting", 1, 0, 0)
}

// The waits grow, and half of them is chance.
func TestAgain(t *testing.T) {
	images, callbacks := &uploader.ImageWork{}, &uploader.Callbacks{Patience: time.Hour}
	for _, tt := range []struct {
		attempts        int
		image, callback time.Duration // the longest
	}{
		{1, time.Second, time.Second}, {2, 4 * time.Second, 4 * time.Second}, {3, 16 * time.Second, 16 * time.Second},
		{4, time.Minute, 64 * time.Second}, {5, time.Minute, 256 * time.Second}, {1000, time.Minute, time.Hour},
	} {
		c := queue.Claim{Item: queue.Item{Attempts: tt.attempts}, Job: queue.Job{Created: time.Now()}}
		for range 100 {
			if got, again := images.Again(c); got < tt.image/2 || got > tt.image || !again {
				t.Errorf("an image after %d attempts = %v, %t, want %v to %v, true", tt.attempts, got, again, tt.image/2, tt.image)
			}
			if got, again := callbacks.Again(c); got < tt.callback/2 || got > tt.callback || !again {
				t.Errorf("a callback after %d attempts = %v, %t, want %v to %v, true", tt.attempts, got, again, tt.callback/2, tt.callback)
			}
		}
	}
	old := queue.Claim{Item: queue.Item{Attempts: 1}, Job: queue.Job{Created: time.Now().Add(-time.Hour)}}
	if _, again := callbacks.Again(old); again {
		t.Error("a callback is tried after the end of patience")
	}
}

// A queue that is silent for a moment is told again what it has not heard, and what it
// may have heard.
func TestWorkerSilentQueue(t *testing.T) {
	for _, heard := range []bool{false, true} {
		// silent loses the first two answers.
		silent := func() func(tell func() error) error {
			calls := 0
			return func(tell func() error) error {
				if calls++; calls > 2 {
					return tell()
				}
				if heard {
					if err := tell(); err != nil {
						t.Errorf("what is repeated = %v, want nil", err)
					}
				}
				return fmt.Errorf("told: %w", queue.ErrUnavailable)
			}
		}
		h := newHands(t, patience, failing(9, errors.New("not now")))
		h.doer.again = func(c queue.Claim) (time.Duration, bool) { return time.Minute, c.Item.Attempts < 1 }
		q := &oddQueue{SQLite: h.queue}
		extending, finishing := silent(), silent()
		q.extend = func(ctx context.Context, c queue.Claim, lease time.Duration) (until time.Time, err error) {
			return until, extending(func() error { until, err = h.queue.Extend(ctx, c, lease); return err })
		}
		q.finish = func(ctx context.Context, c queue.Claim, state queue.State, result []byte) error {
			return finishing(func() error { return h.queue.Finish(ctx, c, state, result) })
		}
		what := fmt.Sprintf("a queue that hears = %t", heard)
		if item := h.work(q); item.State != queue.Failed || item.Attempts != 1 {
			t.Errorf("%s: the item is %s after %d attempts, want failed after 1", what, item.State, item.Attempts)
		}
		h.doer.want(what, 1, 1, 1)

		h = newHands(t, patience, failing(1, errors.New("not now")))
		retrying := silent()
		q = &oddQueue{SQLite: h.queue, retry: func(ctx context.Context, c queue.Claim, after time.Duration) error {
			return retrying(func() error { return h.queue.Retry(ctx, c, time.Second) })
		}}
		h.wantItem(what, h.work(q), queue.Completed, 2, done)
		h.doer.want(what, 2, 0, 1)
	}
}
