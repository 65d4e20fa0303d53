package cache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	// lockPause is between two tries to get a lock, and askPause between two messages to who has it.
	lockPause = 50 * time.Millisecond
	askPause  = 500 * time.Millisecond
	// unlockTime is how long Redis may take to hear that a lock is given up.
	unlockTime = 2 * time.Second
	// wanted is the channel of the names of locks that somebody waits for.
	wanted = "wanted"
)

// Locks are leases that are waited for, and whose holders are told so. Like those they keep two from
// doing the same at once as long as Redis remembers; what they guard must bear that it forgets.
type Locks struct {
	leases *Leases
	shared *Shared

	mu   sync.Mutex // guards held
	held map[string]*lockHolder
}

// lockHolder has a lock in this process.
type lockHolder struct{ asked func() }

// NewLocks returns the locks in c, which stays the caller's to close. That of a holder that has died is free
// after life, as with NewLeases.
func NewLocks(c *RedisConn, life time.Duration) *Locks {
	return &Locks{leases: NewLeases(c, life), shared: NewShared(c), held: map[string]*lockHolder{}}
}

// Listen hears of those who wait for locks that are held here, until ctx is done.
func (l *Locks) Listen(ctx context.Context) {
	l.shared.Subscribe(ctx, wanted, Subscriber{Message: l.ask}) // ends with ctx's error
}

// ask tells the holder of a lock, if it is here, that another waits.
func (l *Locks) ask(name string) {
	l.mu.Lock()
	holder := l.held[name]
	l.mu.Unlock()
	if holder != nil {
		holder.asked()
	}
}

// Lock waits for a name's lock as long as ctx lasts. asked is called when another waits for it, or when it
// is lost, perhaps more than once, and returns at once. Other errors than ctx's mean that Redis is down.
func (l *Locks) Lock(ctx context.Context, name string, asked func()) (unlock func(), err error) {
	var told time.Time
	for {
		lease, err := l.leases.Acquire(ctx, "lock "+name)
		if err == nil {
			return l.hold(name, lease, asked), nil
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("lock %s: %w", name, ctx.Err())
		}
		if !errors.Is(err, ErrHeld) {
			return nil, err
		}
		if time.Since(told) > askPause {
			told = time.Now()
			l.ask(name)                         // who is here
			l.shared.Publish(ctx, wanted, name) // and elsewhere; if it fails, so will the next Acquire
		}
		select {
		case <-time.After(lockPause):
		case <-ctx.Done():
		}
	}
}

// hold keeps a lease until unlock.
func (l *Locks) hold(name string, lease *Lease, asked func()) (unlock func()) {
	mine := &lockHolder{asked}
	l.mu.Lock()
	l.held[name] = mine // also where one is that has lost it
	l.mu.Unlock()
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-lease.Lost():
			asked()
		case <-ended:
		}
	})
	return sync.OnceFunc(func() {
		close(ended)
		watching.Wait()
		l.mu.Lock()
		if l.held[name] == mine {
			delete(l.held, name)
		}
		l.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), unlockTime)
		defer cancel()
		lease.Release(ctx) // else it ends by itself
	})
}
