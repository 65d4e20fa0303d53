// Package lockstest holds every implementation of uploader.Locks to what that asks for.
package lockstest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Locks is uploader.Locks.
type Locks interface {
	Lock(ctx context.Context, name string, asked func()) (unlock func(), err error)
}

// patience is how long a lock is waited for that must be given out.
const patience = 20 * time.Second

// Nobody is asked.
func Nobody() {}

// Run runs the suite over locks that three processes share.
func Run(t *testing.T, shared [3]Locks) {
	t.Run("one at a time", func(t *testing.T) { oneAtATime(t, shared) })
	t.Run("asked here", func(t *testing.T) { asked(t, shared[0], shared[0]) })
	t.Run("asked elsewhere", func(t *testing.T) { asked(t, shared[0], shared[1]) })
}

// oneAtATime wants one to have a lock at a time of all that want it, and each to get it; and those with another
// name not to be kept waiting.
func oneAtATime(t *testing.T, shared [3]Locks) {
	var holding, most atomic.Int32
	var crowd sync.WaitGroup
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for i := range 18 {
		crowd.Go(func() {
			unlock, err := shared[i%3].Lock(ctx, "a", Nobody)
			if err != nil {
				t.Errorf("Lock %d = %v", i, err)
				return
			}
			most.Store(max(most.Load(), holding.Add(1)))
			if other, err := shared[(i+1)%3].Lock(ctx, fmt.Sprint("b", i), Nobody); err != nil {
				t.Errorf("Lock of another name = %v", err)
			} else {
				other()
			}
			holding.Add(-1)
			unlock()
		})
	}
	crowd.Wait()
	if most.Load() != 1 {
		t.Errorf("%d held a lock at once", most.Load())
	}
}

// asked wants whoever has a lock to be asked for it, and whoever waits to be able to stop.
func asked(t *testing.T, has, waits Locks) {
	told := make(chan struct{}, 100)
	unlock, err := has.Lock(t.Context(), "asked", func() { told <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := waits.Lock(ctx, "asked", Nobody); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Lock of what is held = %v, want the deadline", err)
	}
	go func() {
		<-told
		unlock()
	}()
	ctx, cancel = context.WithTimeout(t.Context(), patience)
	defer cancel()
	next, err := waits.Lock(ctx, "asked", Nobody)
	if err != nil {
		t.Fatalf("Lock of what is given up when it is asked for = %v", err)
	}
	next()
}
