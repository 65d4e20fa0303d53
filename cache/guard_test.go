package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// thing is what a guard stands before: it answers, fails or hangs.
type thing struct {
	hangs  atomic.Bool // ignores ctx
	fails  atomic.Bool
	asked  atomic.Int64
	probed atomic.Int64
}

var errBroken = errors.New("connection refused")

func (th *thing) do(context.Context) (int, error) {
	th.asked.Add(1)
	for th.hangs.Load() {
		time.Sleep(7 * time.Millisecond)
	}
	if th.fails.Load() {
		return 0, errBroken
	}
	return 42, nil
}

func (th *thing) probe(ctx context.Context) error {
	th.probed.Add(1)
	_, err := th.do(ctx)
	return err
}

func (th *thing) guard(changes *[]bool) *guard {
	return newGuard(guardOptions{
		timeout:  50 * time.Millisecond,
		probe:    th.probe,
		broken:   func(err error) bool { return errors.Is(err, errBroken) || errors.Is(err, context.DeadlineExceeded) },
		onChange: func(cause error) { *changes = append(*changes, cause != nil) },
	})
}

// Of a thousand that meet what hangs, nobody waits longer than the first one's timeout, and nobody
// waits afterwards. Once it answers again, it is asked again.
func TestGuardHanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var th thing
		var changes []bool
		g := th.guard(&changes)
		th.hangs.Store(true)
		start := time.Now()
		var all sync.WaitGroup
		for i := range 1000 {
			all.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Microsecond)
				if _, err := guarded(t.Context(), g, th.do); !errors.Is(err, ErrDown) {
					t.Errorf("guarded = %v, want ErrDown", err)
				}
				if late := time.Since(start) - max(50*time.Millisecond, time.Duration(i)*100*time.Microsecond); late > 0 {
					t.Errorf("the %dth was let go %v late", i, late)
				}
			})
		}
		all.Wait()
		if n := th.asked.Load() - th.probed.Load(); n > 501 {
			t.Errorf("asked %d times, want not once after the first timeout", n)
		}
		th.hangs.Store(false)
		time.Sleep(2 * maxPause)
		if v, err := guarded(t.Context(), g, th.do); v != 42 || err != nil {
			t.Errorf("guarded = %d, %v once it answers, want 42", v, err)
		}
		if err := g.close(t.Context()); err != nil {
			t.Errorf("close = %v", err)
		}
		if len(changes) != 2 || !changes[0] || changes[1] {
			t.Errorf("told of %t, want down and up", changes)
		}
		if _, err := guarded(t.Context(), g, th.do); !errors.Is(err, ErrDown) {
			t.Errorf("guarded = %v once closed, want ErrDown", err)
		}
	})
}

// One answer of many that is lost does not mean that all is lost.
func TestGuardOneFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var well, lost thing
		var changes []bool
		g := well.guard(&changes)
		defer g.close(t.Context())
		lost.hangs.Store(true)
		var one sync.WaitGroup
		one.Go(func() {
			if _, err := guarded(t.Context(), g, lost.do); !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrDown) {
				t.Errorf("guarded = %v, want one that is down for being late", err)
			}
		})
		for range 10 {
			time.Sleep(10 * time.Millisecond)
			if _, err := guarded(t.Context(), g, well.do); err != nil {
				t.Errorf("guarded = %v", err)
			}
		}
		one.Wait()
		lost.hangs.Store(false)
		if len(changes) != 0 {
			t.Errorf("told of %t, want nothing", changes)
		}
	})
}

// A caller who leaves is no sign of anything, and does not keep the guard from finding out.
func TestGuardCallersLeave(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var th thing
		var changes []bool
		g := th.guard(&changes)
		defer g.close(t.Context())
		th.hangs.Store(true)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		if _, err := guarded(ctx, g, th.do); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrDown) {
			t.Errorf("guarded = %v, want the caller's deadline", err)
		}
		if err := g.state(); err != nil {
			t.Errorf("state = %v after 10 ms, want nil", err)
		}
		th.fails.Store(true)
		th.hangs.Store(false)
		time.Sleep(60 * time.Millisecond)
		if err := g.state(); !errors.Is(err, ErrDown) {
			t.Errorf("state = %v after 70 ms, want ErrDown", err)
		}
	})
}

// What is up for its probes only is asked ever more seldom.
func TestGuardFlapping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var well, bad thing
		var changes []bool
		g := well.guard(&changes) // whose probes are answered
		defer g.close(t.Context())
		bad.fails.Store(true)
		for range 60_000 { // a minute
			guarded(t.Context(), g, bad.do)
			time.Sleep(time.Millisecond)
		}
		if n := bad.asked.Load(); n < 20 || n > 50 {
			t.Errorf("asked %d times in a minute, want some 35", n)
		}
	})
}

func TestGuardPanic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var changes []bool
		g := (&thing{}).guard(&changes)
		defer g.close(t.Context())
		var nothing []byte
		if _, err := guarded(t.Context(), g, func(context.Context) (byte, error) { return nothing[3], nil }); err == nil {
			t.Error("guarded = nil for a panic, want an error")
		}
	})
}

func TestNextHold(t *testing.T) {
	for _, c := range []struct{ last, up, want time.Duration }{
		{0, time.Hour, 0},
		{0, time.Second, minHold},
		{minHold, time.Second, 2 * minHold},
		{maxHold, time.Second, maxHold},
		{maxHold, calm + 1, 0},
	} {
		if got := nextHold(c.last, c.up); got != c.want {
			t.Errorf("nextHold(%v, %v) = %v, want %v", c.last, c.up, got, c.want)
		}
	}
}
