package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrDown is wrapped by the error of whatever a Redis or a store that is down was not asked, or has
// not answered in time.
var ErrDown = errors.New("down")

// errClosed is what a guard says once it is closed.
var errClosed = fmt.Errorf("%w: closed", ErrDown)

// guard stands between requests and something across a network, which may be dead, hung or slow. One
// operation may take timeout. The first one that fails without anything having succeeded since it began
// means that the thing is down: from then on every operation fails at once, those under way included,
// until the guard's own goroutine finds it up again. So what hangs costs the requests of one moment one
// timeout, and a single lost packet between many answers costs one of them.
//
// It is not gobreaker, a good library, because there the trial of the half-open state is a request's,
// which would pay for it, and those under way when it opens wait on.
type guard struct {
	guardOptions
	stop context.CancelFunc
	wake chan struct{}  // has room for one: it went down
	work sync.WaitGroup // of the goroutines; added to with mu held, and not once closed

	mu     sync.Mutex    // guards the fields below
	down   chan struct{} // closed while it is down
	cause  error         // why, while it is down
	lastOK time.Time     // when an operation last succeeded
	closed bool
}

type guardOptions struct {
	timeout  time.Duration
	probe    func(context.Context) error // whether it is up; ends by itself some time
	every    time.Duration               // between probes while it is up; 0 for none
	broken   func(error) bool            // whether an error tells that it is down
	onChange func(cause error)           // told, unless nil, when it goes down, and with nil when it is up
}

// newGuard returns a guard that is up. The caller closes it.
func newGuard(opt guardOptions) *guard {
	ctx, stop := context.WithCancel(context.Background())
	g := &guard{guardOptions: opt, stop: stop, wake: make(chan struct{}, 1), down: make(chan struct{})}
	g.work.Go(func() { g.watch(ctx) })
	return g
}

// close waits for what is under way, until ctx is done. Whatever is asked afterwards is refused.
func (g *guard) close(ctx context.Context) error {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	g.stop()
	return waitFor(ctx, &g.work)
}

// waitFor waits for the group, until ctx is done.
func waitFor(ctx context.Context, work *sync.WaitGroup) error {
	done := make(chan struct{})
	go func() {
		work.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// guarded does op under the guard's rules. op has its own context, which lasts for the timeout: a
// caller who leaves learns nothing, but whether op succeeds is still noted. What op changes may be
// changed though the caller was told of an error.
func guarded[T any](ctx context.Context, g *guard, op func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	down, err := g.enter()
	if err != nil {
		return none, err
	}
	began, done := time.Now(), make(chan outcome, 1)
	own, cancel := context.WithTimeout(context.WithoutCancel(ctx), g.timeout)
	go func() {
		defer g.work.Done()
		defer cancel()
		value, err := safely(own, op)
		done <- outcome{value, g.note(began, err)}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
		return none, ctx.Err()
	case <-down:
		return none, cmp.Or(g.state(), ErrDown) // it may be up again already
	case <-own.Done():
	}
	select { // own ends with op, too
	case o := <-done:
		return o.value, o.err
	default:
		return none, g.note(began, fmt.Errorf("%w after %v", context.DeadlineExceeded, g.timeout))
	}
}

// safely turns a panic into an error: a client that chokes on a nonsensical answer ends no process.
func safely[T any](ctx context.Context, op func(context.Context) (T, error)) (value T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return op(ctx)
}

// enter admits an operation, or says why not. The channel is closed when it shall not be waited for.
func (g *guard) enter() (<-chan struct{}, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return nil, errClosed
	case g.cause != nil:
		return nil, g.cause
	}
	g.work.Add(1)
	return g.down, nil
}

// note draws the conclusion from how an operation ended, and returns the error to pass on.
func (g *guard) note(began time.Time, err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if err == nil || !g.broken(err) {
		g.lastOK = time.Now()
		return err
	}
	err = fmt.Errorf("%w: %w", ErrDown, err)
	if g.cause == nil && !g.lastOK.After(began) {
		g.cause = err
		close(g.down)
		g.wake <- struct{}{} // there is room: it was taken out before the cause was taken away
	}
	return err
}

// state returns nil while it is up, else an error that wraps ErrDown.
func (g *guard) state() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.cause
}
