package queuetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"lightwell/uploader/queue"
)

var waitCases = []testCase{
	{"WokenByAdd", testWokenByAdd},
	{"WokenByLastBatch", testWokenByLastBatch},
	{"WokenByRetry", testWokenByRetry},
	{"WokenByDueTime", testWokenByDueTime},
	{"WokenOnesShare", testWokenOnesShare},
	{"ContextEndsTake", testContextEndsTake},
	{"CloseEndsTake", testCloseEndsTake},
}

// A queue that looked once a second would need more for so many rounds than they may take
// together.
const (
	wakeRounds = 8
	wakeBound  = 2 * time.Second
)

// taken is what a Take in another goroutine came to.
type taken struct {
	claim queue.Claim
	err   error
	at    time.Time
}

// taking starts a Take and gives it time to wait. The tests hold where it does not wait yet,
// but then show less.
func (h *hand) taking(ctx context.Context, lease time.Duration) <-chan taken {
	result := make(chan taken, 1)
	go func() {
		c, err := h.Take(ctx, lease, queue.Awaited, queue.Bulk, queue.Callback)
		result <- taken{c, err, time.Now()}
	}()
	time.Sleep(30 * time.Millisecond)
	return result
}

// await waits for a Take that has to come to something.
func (w *world) await(result <-chan taken) taken {
	w.Helper()
	select {
	case got := <-result:
		return got
	case <-time.After(patience):
		w.Fatalf("Take() is not back after %v", patience)
		return taken{}
	}
}

// wantFast runs rounds, each of which says how long a Take needed to wake.
func (w *world) wantFast(round func(i int) time.Duration) {
	w.Helper()
	var sum time.Duration
	for i := range wakeRounds {
		sum += round(i)
	}
	w.Logf("woken in %v on average", sum/wakeRounds)
	if sum > wakeBound {
		w.Errorf("woken %d times in %v, want %v at most", wakeRounds, sum, wakeBound)
	}
}

func testWokenByAdd(w *world) {
	for _, taker := range []string{"another handle", "the same handle"} {
		h := w.open()
		other := h
		if taker == "another handle" {
			other = w.open()
		}
		w.wantFast(func(i int) time.Duration {
			result := other.taking(w.Context(), long)
			start := time.Now()
			h.add(bulk(fmt.Sprintf("%c%d", taker[0], i), 1))
			got := w.await(result)
			other.wantErr("Take", got.err, nil)
			other.finish(got.claim)
			return got.at.Sub(start)
		})
	}
}

func testWokenByLastBatch(w *world) {
	h, other := w.open(), w.open()
	w.wantFast(func(i int) time.Duration {
		job := queue.Job{ID: fmt.Sprintf("j%d", i), Class: queue.Bulk}
		h.inBatches(job, 1, 1)
		result := other.taking(w.Context(), long)
		start := time.Now()
		h.add(queue.Batch{Job: job, Last: true})
		got := w.await(result)
		other.wantErr("Take", got.err, nil)
		other.finish(got.claim)
		return got.at.Sub(start)
	})
}

func testWokenByRetry(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 1))
	c := h.take(long)
	w.wantFast(func(int) time.Duration {
		result := other.taking(w.Context(), long)
		start := time.Now()
		h.wantErr("Retry", h.Retry(w.Context(), c, 0), nil)
		got := w.await(result)
		other.wantErr("Take", got.err, nil)
		c, h, other = got.claim, other, h
		return got.at.Sub(start)
	})
}

func testWokenByDueTime(w *world) {
	h, other := w.open(), w.open()
	h.add(bulk("a", 1))
	c := h.take(long)
	const after = 100 * time.Millisecond
	w.wantFast(func(int) time.Duration {
		result := other.taking(w.Context(), long) // before there is a time to wait for
		start := time.Now()
		h.wantErr("Retry", h.Retry(w.Context(), c, after), nil)
		got := w.await(result)
		other.wantErr("Take", got.err, nil)
		late := got.at.Sub(start) - after
		if late < -10*time.Millisecond {
			w.Errorf("Take() = an item %v before it was due", -late)
		}
		c, h, other = got.claim, other, h
		return late
	})
}

func testWokenOnesShare(w *world) {
	h, other := w.open(), w.open()
	var results []<-chan taken
	for i := range 6 {
		results = append(results, []*hand{h, other}[i%2].taking(w.Context(), long))
	}
	h.add(bulk("a", 6))
	seen := map[string]bool{}
	for _, result := range results {
		got := w.await(result)
		h.wantErr("Take", got.err, nil)
		seen[got.claim.Item.ID] = true
	}
	if len(seen) != 6 {
		w.Errorf("6 takers have %d items, want 6: %v", len(seen), seen)
	}
}

func testContextEndsTake(w *world) {
	h := w.open()
	ctx, cancel := context.WithCancel(w.Context())
	result := h.taking(ctx, long)
	cancel()
	if got := w.await(result); !errors.Is(got.err, context.Canceled) {
		w.Errorf("Take() = %v after its context ended, want %v", got.err, context.Canceled)
	}
	if _, err := h.Take(ctx, long, queue.Bulk); !errors.Is(err, context.Canceled) {
		w.Errorf("Take() = %v with an ended context, want %v", err, context.Canceled)
	}
	h.add(bulk("a", 1))
	h.takeItem(long, "a.0") // the one that left has not got it
}

func testCloseEndsTake(w *world) {
	h, other := w.open(), w.open()
	result := h.taking(w.Context(), long)
	h.wantErr("Close", h.Close(), nil)
	if got := w.await(result); !errors.Is(got.err, queue.ErrUnavailable) {
		w.Errorf("Take() = %v after Close, want %v", got.err, queue.ErrUnavailable)
	}
	h.refuse(bulk("a", 1), queue.ErrUnavailable)
	_, _, err := h.Get(w.Context(), "a", 0, 1)
	h.wantErr("Get after Close", err, queue.ErrUnavailable)
	_, err = h.Take(w.Context(), long, queue.Bulk)
	h.wantErr("Take after Close", err, queue.ErrUnavailable)
	other.add(bulk("b", 1)) // others go on
	other.takeItem(long, "b.0")
}
