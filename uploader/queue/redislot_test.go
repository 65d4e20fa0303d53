package queue

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A nudge wakes one taker of each set of classes that it concerns, the longest waiting
// first; one that leaves while it is being woken wakes the next.
func TestLot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLot()
		defer l.close()
		l.ticks.Stop()
		woken := make(chan string, 10)
		park := func(name string, ctx context.Context, classes ...Class) {
			seen := l.seen()
			go func() {
				l.park(ctx, nil, setOf(classes), seen)
				woken <- name
			}()
			synctest.Wait()
		}
		want := func(what string, names ...string) {
			t.Helper()
			synctest.Wait()
			got := map[string]bool{}
			for len(woken) > 0 {
				got[<-woken] = true
			}
			for _, n := range names {
				if !got[n] {
					t.Errorf("%s woke %v, want %q", what, got, names)
				}
			}
			if len(got) != len(names) {
				t.Errorf("%s woke %v, want %q", what, got, names)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		leaving, leave := context.WithCancel(t.Context())
		park("bulk 1", ctx, Bulk)
		park("leaving", leaving, Bulk)
		park("bulk 2", ctx, Bulk)
		park("both", ctx, Awaited, Bulk)
		park("callback", ctx, Callback)
		l.nudge(setOf([]Class{Bulk}))
		want("a nudge of bulk", "bulk 1", "both")
		l.mu.Lock()
		l.wakeLocked(setOf([]Class{Bulk})) // it wakes who leaves at the same moment
		leave()
		l.mu.Unlock()
		want("another one", "leaving", "bulk 2")

		seen := l.seen()
		l.nudge(setOf([]Class{Bulk}))
		l.park(ctx, nil, setOf([]Class{Bulk}), seen) // returns at once: it was nudged in between
		l.ringIn(30 * time.Millisecond)
		l.ringIn(20 * time.Millisecond)
		time.Sleep(19 * time.Millisecond)
		want("no alarm")
		time.Sleep(time.Millisecond)
		want("the alarm", "callback")
		park("cancelled", ctx, Callback)
		cancel()
		want("the end of ctx", "cancelled")
		if len(l.parked) != 0 {
			t.Errorf("parked = %v, want nobody", l.parked)
		}
	})
}
