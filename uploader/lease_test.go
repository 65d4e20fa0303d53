package uploader_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lightwell/uploader"
	"lightwell/uploader/queue"
)

// A worker that cannot extend its lease gives up, and one that does not know that it
// has lost it is not believed: what counts is what the other one did.
func TestLostLease(t *testing.T) {
	const lease = 150 * time.Millisecond
	for _, tt := range []struct {
		name   string
		told   bool // that the lease is lost
		extend func(ctx context.Context, c queue.Claim, lease time.Duration) (time.Time, error)
	}{
		{"silence", true, func(context.Context, queue.Claim, time.Duration) (time.Time, error) {
			return time.Time{}, queue.ErrUnavailable
		}},
		{"stale", true, func(context.Context, queue.Claim, time.Duration) (time.Time, error) {
			return time.Time{}, queue.ErrStale
		}},
		{"a lie", false, func(_ context.Context, _ queue.Claim, lease time.Duration) (time.Time, error) {
			return time.Now().Add(lease), nil
		}},
	} {
		for _, failure := range []error{nil, errors.New("half of it is there")} {
			begun, other, left := make(chan struct{}), make(chan struct{}), make(chan struct{})
			h := newHands(t, lease, func(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
				if c.Item.Attempts > 1 {
					return uploader.Outcome{URL: "done"}, nil
				}
				defer close(left)
				close(begun)
				if tt.told {
					select {
					case <-ctx.Done():
					case <-time.After(patience):
						t.Errorf("%s: the context does not end with the lease", tt.name)
					}
				}
				<-other
				return uploader.Outcome{URL: "stale"}, failure
			})
			h.doer.again = func(queue.Claim) (time.Duration, bool) { return 0, false } // so that a failure is undone, if it may be
			stale := &oddQueue{SQLite: h.queue, extend: func(ctx context.Context, c queue.Claim, lease time.Duration) (time.Time, error) {
				select {
				case <-other: // before it undoes anything it asks
					return h.queue.Extend(ctx, c, lease)
				default:
					return tt.extend(ctx, c, lease)
				}
			}}
			stopStale := startOf(h.worker(stale), queue.Bulk)
			<-begun
			stopOther := startOf(h.worker(h.queue), queue.Bulk)
			item := h.ended()
			close(other)
			<-left
			stopStale()
			stopOther()
			h.wantItem(tt.name, item, queue.Completed, 2, done)
			_, item = h.item()
			h.wantItem(tt.name+", after the stale worker", item, queue.Completed, 2, done)
			h.doer.want(tt.name, 2, 0, 1)
		}
	}
}

// Work that takes longer than the lease stays its worker's.
func TestLongItem(t *testing.T) {
	const lease = 300 * time.Millisecond
	extended := make(chan struct{}, 100)
	h := newHands(t, lease, nil)
	h.doer.do = func(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
		for range 6 { // twice the lease
			select {
			case <-extended:
			case <-ctx.Done():
				t.Errorf("the context has ended: %v", context.Cause(ctx))
			}
		}
		return well(ctx, c)
	}
	q := &oddQueue{SQLite: h.queue, extend: func(ctx context.Context, c queue.Claim, lease time.Duration) (time.Time, error) {
		until, err := h.queue.Extend(ctx, c, lease)
		extended <- struct{}{}
		return until, err
	}}
	stop := startOf(h.worker(q), queue.Bulk)
	stopOther := startOf(h.worker(q), queue.Bulk)
	item := h.ended()
	stop()
	stopOther()
	h.wantItem("a long item", item, queue.Completed, 1, done)
	h.doer.want("a long item", 1, 0, 1)
}

// What is begun when a worker is to stop is finished.
func TestStopFinishes(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	h := newHands(t, patience, func(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
		close(begun)
		<-release
		if ctx.Err() != nil {
			t.Errorf("the context has ended: %v", context.Cause(ctx))
		}
		return well(ctx, c)
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.worker(h.queue).Run(ctx, context.Background(), 3, queue.Bulk)
	}()
	<-begun
	cancel()
	select {
	case <-ended:
		t.Error("Run returned before what it had begun")
	case <-time.After(10 * time.Millisecond): // in which it must not
	}
	close(release)
	<-ended
	_, item := h.item()
	h.wantItem("what was begun", item, queue.Completed, 1, done)
	h.doer.want("what was begun", 1, 0, 1)
}

// What is not finished in time is given back, and nobody waits for its lease.
func TestStopGivesBack(t *testing.T) {
	begun := make(chan struct{})
	h := newHands(t, time.Hour, func(ctx context.Context, c queue.Claim) (uploader.Outcome, error) {
		if c.Item.Attempts > 1 {
			return well(ctx, c)
		}
		close(begun)
		<-ctx.Done()
		return uploader.Outcome{}, context.Cause(ctx)
	})
	ctx, cancel := context.WithCancel(context.Background())
	patient, impatient := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		h.worker(h.queue).Run(ctx, patient, 3, queue.Bulk)
	}()
	<-begun
	cancel()
	impatient()
	<-ended
	if _, item := h.item(); item.State != queue.Waiting || item.Attempts != 1 || time.Until(item.Due) > 0 {
		t.Errorf("what was begun is %s, due %v, after %d attempts; want it to wait, and be due", item.State, item.Due, item.Attempts)
	}
	h.doer.want("what was begun", 1, 0, 0)
	h.wantItem("the other worker", h.work(h.queue), queue.Completed, 2, done)
	h.doer.want("the other worker", 2, 0, 1)
}

// An item whose workers have gone, one after the other, is begun no more: what is left
// of it is taken back, and it ends, with its job.
func TestBrokenOff(t *testing.T) {
	for _, tt := range []struct {
		name      string
		cancelled bool // while the last of them had it
		state     queue.State
		result    string
	}{
		{"its attempts are used up", false, queue.Failed, `{"refused":{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Each of 2 attempts at this image was broken off."}}`},
		{"its job is cancelled", true, queue.Cancelled, ""},
	} {
		h := newHands(t, patience, func(context.Context, queue.Claim) (uploader.Outcome, error) {
			t.Errorf("%s: it is begun again", tt.name)
			return uploader.Outcome{}, nil
		})
		h.attempts = 2
		for range 2 {
			c, err := h.queue.Take(t.Context(), 20*time.Millisecond, queue.Bulk)
			if err != nil || c.Item.ID != "item" {
				t.Fatalf("Take = %q, %v", c.Item.ID, err)
			}
		}
		if tt.cancelled {
			if err := h.queue.Cancel(t.Context(), h.job); err != nil {
				t.Fatal(err)
			}
		}
		h.wantItem(tt.name, h.work(h.queue), tt.state, 3, tt.result)
		settled := 1
		if tt.cancelled {
			settled = 0
		}
		h.doer.want(tt.name, 0, 1, settled)
	}
}

// A panic of what takes back or lets go ends neither the worker nor the item.
func TestPanicAtTheEnd(t *testing.T) {
	h := newHands(t, patience, failing(9, errors.New("not now")))
	h.attempts, h.doer.panics = 1, true
	h.wantItem("a doer that panics", h.work(h.queue), queue.Failed, 1, `{"refused":{"type":"about:blank","title":"Internal Server Error","status":500,"detail":"Something went wrong here."}}`)
	h.doer.want("a doer that panics", 1, 1, 1)
}
