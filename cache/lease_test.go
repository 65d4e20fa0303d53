package cache_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/cache"
)

func TestLeases(t *testing.T) { useLeases(t, startRedis(t).open()) }

// useLeases goes through what leases do.
func useLeases(t *testing.T, c *cache.RedisConn) {
	t.Helper()
	l := cache.NewLeases(c, 0)
	var last int64
	for range 3 {
		a, b := acquire(t, l, "a"), acquire(t, l, "b")
		if a.Token() <= last {
			t.Errorf("Token() = %d after %d, want a larger one", a.Token(), last)
		}
		last = a.Token()
		wantHeld(t, l, "a")
		release(t, a)
		release(t, a) // once more does no harm
		wantHeld(t, l, "b")
		release(t, b)
	}
}

// acquire gets the lease, though a busy machine may make Redis look down for a moment.
func acquire(t *testing.T, l *cache.Leases, key string) (lease *cache.Lease) {
	t.Helper()
	eventually(t, "the lease is there: "+key, func() bool {
		var err error
		if lease, err = l.Acquire(t.Context(), key); errors.Is(err, cache.ErrHeld) {
			t.Fatalf("Acquire(%s) = %v", key, err)
		}
		return err == nil
	})
	return lease
}

func wantHeld(t *testing.T, l *cache.Leases, key string) {
	t.Helper()
	if lease, err := l.Acquire(t.Context(), key); !errors.Is(err, cache.ErrHeld) || lease != nil {
		t.Errorf("Acquire(%s) = %v, %v, want ErrHeld", key, lease, err)
	}
}

func release(t *testing.T, lease *cache.Lease) {
	t.Helper()
	if err := lease.Release(t.Context()); err != nil {
		t.Errorf("Release = %v", err)
	}
}

// Two hundred over two connections: one at a time has the lease, though they hold it beyond its life.
func TestLeasesExclude(t *testing.T) {
	server := startRedis(t)
	fleet := []*cache.Leases{
		cache.NewLeases(server.open(), 300*time.Millisecond), cache.NewLeases(server.open(), 300*time.Millisecond),
	}
	var inside, turns atomic.Int64
	var last int64 // token; only who has the lease touches it
	var all sync.WaitGroup
	end := time.Now().Add(3 * time.Second)
	for i := range 200 {
		all.Go(func() {
			for time.Now().Before(end) {
				lease, err := fleet[i%2].Acquire(t.Context(), "key")
				if errors.Is(err, cache.ErrHeld) {
					time.Sleep(5 * time.Millisecond)
					continue
				}
				if err != nil {
					t.Errorf("Acquire = %v", err)
					return
				}
				if inside.Add(1) != 1 || lease.Token() <= last {
					t.Errorf("%d have the lease; token %d after %d", inside.Load(), lease.Token(), last)
				}
				last = lease.Token()
				if turns.Add(1)%8 == 1 {
					time.Sleep(500 * time.Millisecond) // it is prolonged meanwhile
				}
				inside.Add(-1)
				if err := lease.Release(t.Context()); err != nil {
					t.Errorf("Release = %v", err)
				}
			}
		})
	}
	all.Wait()
	if turns.Load() < 10 {
		t.Errorf("%d had the lease in 3 s, want more", turns.Load())
	}
}

// When the holder dies, another has the lease within its life, and the holder's leavings do no harm.
func TestLeasesTakeover(t *testing.T) {
	const life = time.Second
	server := startRedis(t)
	dying := server.open()
	other := cache.NewLeases(server.open(), life)
	old := acquire(t, cache.NewLeases(dying, life), "key")
	wantHeld(t, other, "key")
	dying.Close() // so nobody prolongs the lease
	died := time.Now()
	var lease *cache.Lease
	eventually(t, "the lease is taken over", func() (is bool) {
		var err error
		lease, err = other.Acquire(t.Context(), "key")
		return err == nil
	})
	if took := time.Since(died); took > life+4*time.Second {
		t.Errorf("taken over after %v, want %v", took, life)
	}
	if lease.Token() <= old.Token() {
		t.Errorf("Token() = %d after %d, want a larger one", lease.Token(), old.Token())
	}
	wantLost(t, old)
	if err := old.Release(t.Context()); !errors.Is(err, cache.ErrDown) {
		t.Errorf("Release over a closed connection = %v, want ErrDown", err)
	}
	wantHeld(t, other, "key")
	release(t, lease)
}

func wantLost(t *testing.T, lease *cache.Lease) {
	t.Helper()
	select {
	case <-lease.Lost():
	case <-time.After(20 * time.Second):
		t.Error("Lost is not closed after 20 s")
	}
}

// A holder who was too late is told so, and its Release does not end the lease of the next.
func TestLeasesStaleRelease(t *testing.T) {
	server := startRedis(t)
	l := cache.NewLeases(server.open(), 0)
	old := acquire(t, l, "key")
	server.Do("FLUSHALL") // as if its life had ended
	lease := acquire(t, l, "key")
	if lease.Token() <= old.Token() {
		t.Errorf("Token() = %d after %d and a loss of memory, want a larger one", lease.Token(), old.Token())
	}
	release(t, old)
	wantHeld(t, l, "key")
	release(t, lease)
	release(t, acquire(t, l, "key"))
}

// A Redis that dies takes its leases with it: holders are told, callers go on alone, and once it is
// back there are leases again.
func TestLeasesRestart(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	c := server.open(quick)
	l := cache.NewLeases(c, time.Second)
	old, killed := acquire(t, l, "key"), acquire(t, l, "other")
	server.Kill()
	eventually(t, "callers are told that it is down", func() bool {
		_, err := l.Acquire(t.Context(), "key")
		return errors.Is(err, cache.ErrDown)
	})
	wantLost(t, killed)
	server.Start()
	wantUp(t, c)
	lease := acquire(t, l, "key")
	wantLost(t, old)
	if lease.Token() <= old.Token() {
		t.Errorf("Token() = %d after %d and a restart, want a larger one", lease.Token(), old.Token())
	}
	release(t, old)
	release(t, killed)
	wantHeld(t, l, "key")
	release(t, lease)
}

// A holder sees out a pause of Redis that is shorter than the lease.
func TestLeasesPause(t *testing.T) {
	t.Parallel()
	server := startRedis(t)
	c := server.open(quick)
	lease := acquire(t, cache.NewLeases(c, 10*time.Second), "key")
	server.Hang()
	eventually(t, "the hanging is noticed", func() bool { return c.State().Down != nil })
	server.GoOn()
	wantUp(t, c)
	select {
	case <-lease.Lost():
		t.Error("the lease is lost")
	default:
	}
	release(t, lease)
}
