package origin_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin"
	"lightwell/transform"
)

func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until := time.Now().Add(time.Minute)
		ctx, end := origin.NewPatience(until)
		defer end()
		if at, ok := ctx.Deadline(); !ok || !at.Equal(until) {
			t.Errorf("Deadline() = %v, %t, want %v", at, ok, until)
		}
		child, cancel := context.WithCancel(ctx)
		defer cancel()
		time.Sleep(59 * time.Second)
		if err := ctx.Err(); err != nil {
			t.Errorf("Err() a second before = %v, want nil", err)
		}
		<-child.Done()
		if now := time.Now(); !now.Equal(until) {
			t.Errorf("it ended at %v, want %v", now, until)
		}
		for _, c := range []context.Context{ctx, child} {
			if !errors.Is(c.Err(), context.DeadlineExceeded) || context.Cause(c) != transform.ErrDeadline {
				t.Errorf("after it: %v, cause %v, want a deadline, and %v", c.Err(), context.Cause(c), transform.ErrDeadline)
			}
		}
	})
}

// Once a request is answered nothing waits for its sake, whether something has waited before or not.
func TestPatienceEnds(t *testing.T) {
	for _, waited := range []bool{false, true} {
		ctx, end := origin.NewPatience(time.Now().Add(time.Hour))
		if waited && ctx.Err() != nil {
			t.Errorf("Err() at once = %v, want nil", ctx.Err())
		}
		end()
		end()
		if <-ctx.Done(); ctx.Err() != context.Canceled {
			t.Errorf("Err() after the end, waited %t = %v, want %v", waited, ctx.Err(), context.Canceled)
		}
		if err := context.WithoutCancel(ctx).Err(); err != nil {
			t.Errorf("WithoutCancel's Err() = %v, want nil", err)
		}
	}
}
