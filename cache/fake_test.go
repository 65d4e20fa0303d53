package cache_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

// fake is a Tier over a map, which can be told to fail and keeps count of the calls.
type fake struct {
	name string

	mu      sync.Mutex              // guards the fields below
	entries map[string]*cache.Entry // by key
	down    error                   // what every method returns, unless nil
	calls   map[string]int          // by op
}

func newFake(name string) *fake {
	return &fake{name: name, entries: make(map[string]*cache.Entry), calls: make(map[string]int)}
}

func (f *fake) Name() string { return f.name }

// enterLocked counts the call and returns the error that it shall have.
func (f *fake) enterLocked(ctx context.Context, op string) error {
	f.calls[op]++
	if f.down != nil {
		return f.down
	}
	return ctx.Err()
}

func (f *fake) Get(ctx context.Context, key string) (*cache.Entry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enterLocked(ctx, "get"); err != nil {
		return nil, err
	}
	e, ok := f.entries[key]
	if !ok {
		return nil, fmt.Errorf("%s: %w", f.name, cache.ErrMiss)
	}
	return e, nil
}

func (f *fake) Set(ctx context.Context, e *cache.Entry) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enterLocked(ctx, "set"); err != nil {
		return err
	}
	f.entries[e.Key] = e
	return nil
}

func (f *fake) Delete(ctx context.Context, key string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.enterLocked(ctx, "delete"); err != nil {
		return err
	}
	delete(f.entries, key)
	return nil
}

func TestFake(t *testing.T) {
	cachetest.Test(t, func(*testing.T) cache.Tier { return newFake("fake") })
}
