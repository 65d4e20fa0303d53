package cache_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/uploader/locks/lockstest"
)

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

func TestLocks(t *testing.T) {
	s := startRedis(t)
	one := func() lockstest.Locks { return listening(t, s.open(patient), 0) }
	lockstest.Run(t, [3]lockstest.Locks{one(), one(), one()})
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
		next, err := second.Lock(ctx, "a", lockstest.Nobody)
		if err == nil {
			defer next()
		}
		return err == nil
	})
	unlock() // does no harm
}
