package client

import (
	"context"
	"sync"
)

// turns lets those with the same key go one after the other. The zero value is ready for use.
type turns struct {
	mu    sync.Mutex               // guards taken
	taken map[string]chan struct{} // closed when the turn is over
}

// take waits for a turn, which lasts until the function is called that it returns.
func (t *turns) take(ctx context.Context, key string) (over func(), err error) {
	for {
		before, mine := t.try(key)
		if before == nil {
			return func() {
				t.mu.Lock()
				defer t.mu.Unlock()
				delete(t.taken, key)
				close(mine)
			}, nil
		}
		select {
		case <-before:
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// try takes a turn, or returns what is closed when the one before is over.
func (t *turns) try(key string) (before, mine chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if before := t.taken[key]; before != nil {
		return before, nil
	}
	if t.taken == nil {
		t.taken = map[string]chan struct{}{}
	}
	mine = make(chan struct{})
	t.taken[key] = mine
	return nil, mine
}
