package cache

import (
	"context"
	"time"
)

const (
	// The guard waits this long after the first probe that failed, and each time twice as long.
	minPause = 50 * time.Millisecond
	maxPause = time.Second

	// What goes down again within calm of having come up is left alone for a while, at first minHold
	// and each time twice as long: a server whose probes are quick and whose answers are not would
	// otherwise cost one request after the other its timeout. Not what goes down now and then: on a
	// machine whose processors are all rendering, an answer may wait for one.
	calm    = 2 * time.Second
	minHold = 50 * time.Millisecond
	maxHold = 2 * time.Second
)

// watch is the guard's own goroutine. It probes what is down until it is up, and what is up now and
// then.
func (g *guard) watch(ctx context.Context) {
	var tick <-chan time.Time
	if g.every > 0 {
		ticker := time.NewTicker(g.every)
		defer ticker.Stop()
		tick = ticker.C
	}
	var cameUp time.Time
	var hold time.Duration
	for {
		select {
		case <-ctx.Done():
			return
		case <-g.wake:
			hold = nextHold(hold, time.Since(cameUp))
			if !g.revive(ctx, hold) {
				return
			}
			cameUp = time.Now()
		case <-tick:
			began := time.Now()
			if err := g.probe(ctx); ctx.Err() == nil {
				g.note(began, err)
			}
		}
	}
}

// nextHold returns how long to leave alone what went down after having been up for so long.
func nextHold(last, up time.Duration) time.Duration {
	if up > calm {
		return 0
	}
	return min(max(2*last, minHold), maxHold)
}

// revive returns true once the thing is up, and false when ctx is done before.
func (g *guard) revive(ctx context.Context, hold time.Duration) bool {
	g.tell(g.state())
	wait, pause := hold, minPause
	for ; ; wait, pause = pause, min(2*pause, maxPause) {
		select {
		case <-ctx.Done():
			return false
		case <-time.After(wait):
		}
		if g.probe(ctx) == nil {
			break
		}
	}
	g.mu.Lock()
	g.cause, g.down, g.lastOK = nil, make(chan struct{}), time.Now()
	g.mu.Unlock()
	g.tell(nil)
	return true
}

func (g *guard) tell(cause error) {
	if g.onChange != nil {
		g.onChange(cause)
	}
}
