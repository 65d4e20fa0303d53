package cache_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/cache"
)

func nobody() {}

const lockPatience = 20 * time.Second

// listening are locks of another process, as far as Redis can tell.
func listening(t *testing.T, c *cache.RedisConn, life time.Duration) *cache.Locks {
	t.Helper()
	l := cache.NewLocks(c, life)
	ctx, cancel := context.WithCancel(context.Background())
	var work sync.WaitGroup
	work.Go(func() { l.Listen(ctx) })
	t.Cleanup(func() {
		cancel()
		work.Wait()
	})
	return l
}

// patient gives Redis more time than a busy machine takes.
func patient(opt *cache.RedisOptions) { opt.Timeout = 5 * time.Second }

// Of all that want a lock one has it at a time, and each gets it.
func TestLocksOneAtATime(t *testing.T) {
	s := startRedis(t)
	all := []*cache.Locks{listening(t, s.open(patient), 0), listening(t, s.open(patient), 0)}
	var holding, most atomic.Int32
	var crowd sync.WaitGroup
	ctx, cancel := context.WithTimeout(t.Context(), lockPatience)
	defer cancel()
	for i := range 16 {
		crowd.Go(func() {
			unlock, err := all[i%2].Lock(ctx, "a", nobody)
			if err != nil {
				t.Errorf("Lock %d = %v", i, err)
				return
			}
			most.Store(max(most.Load(), holding.Add(1)))
			if other, err := all[i%2].Lock(ctx, string(rune('b'+i)), nobody); err != nil {
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

// Whoever has a lock is asked for it by those elsewhere, and by those here also without Redis's messages.
func TestLocksAsk(t *testing.T) {
	s := startRedis(t)
	here, elsewhere := listening(t, s.open(patient), 0), listening(t, s.open(patient), 0)
	deaf := cache.NewLocks(s.open(patient), 0)
	for name, pair := range map[string][2]*cache.Locks{"here": {deaf, deaf}, "elsewhere": {here, elsewhere}} {
		asked := make(chan struct{}, 100)
		unlock, err := pair[0].Lock(t.Context(), name, func() { asked <- struct{}{} })
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if _, err := pair[1].Lock(ctx, name, nobody); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: Lock of what is held = %v, want the deadline", name, err)
		}
		cancel()
		go func() {
			<-asked
			unlock()
		}()
		ctx, cancel = context.WithTimeout(t.Context(), lockPatience)
		next, err := pair[1].Lock(ctx, name, nobody)
		if err != nil {
			t.Fatalf("%s: Lock of what is given up when it is asked for = %v", name, err)
		}
		next()
		cancel()
	}
}

// A holder that cannot be heard any more knows, and then another has the lock.
func TestLocksAreLost(t *testing.T) {
	s := startRedis(t)
	first, second := listening(t, s.open(quick), 500*time.Millisecond), listening(t, s.open(patient), 500*time.Millisecond)
	lost := make(chan struct{}, 100)
	unlock, err := first.Lock(t.Context(), "a", func() { lost <- struct{}{} })
	if err != nil {
		t.Fatal(err)
	}
	s.Hang()
	select {
	case <-lost:
	case <-time.After(lockPatience):
		t.Error("a holder does not know that it has lost its lock")
	}
	s.GoOn()
	eventually(t, "another has it", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		next, err := second.Lock(ctx, "a", nobody)
		if err == nil {
			defer next()
		}
		return err == nil
	})
	unlock() // does no harm
}
