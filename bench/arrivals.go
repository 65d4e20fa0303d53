package bench

import (
	"context"
	"math/rand/v2"
	"syscall"
	"time"
)

// arrivals are when requests are due, from the start on and in order.
//
// With a Poisson process they come as those of many clients who know nothing of each other: the
// distances are distributed exponentially. Its times are those of a seed.
func arrivals(rate float64, within time.Duration, r *rand.Rand) (due []time.Duration) {
	step := float64(time.Second) / rate
	for at := 0.0; at < float64(within); {
		due = append(due, time.Duration(at))
		if r == nil {
			at = float64(len(due)) * step
		} else {
			at += r.ExpFloat64() * step
		}
	}
	return due
}

// timerSlack is how late Go's timers may be: its poller counts in milliseconds.
const timerSlack = 1500 * time.Microsecond

// sleepUntil returns at a time, or when ctx is done. The end of it is slept in the kernel, which is
// exact to some 50 microseconds: a timer's lateness would be counted as the server's.
func sleepUntil(ctx context.Context, at time.Time) error {
	if left := time.Until(at); left > timerSlack {
		if err := pause(ctx, left-timerSlack); err != nil {
			return err
		}
	}
	for left := time.Until(at); left > 0; left = time.Until(at) {
		spec := syscall.NsecToTimespec(int64(left))
		syscall.Nanosleep(&spec, nil) // a signal ends it early, and Go sends itself many
	}
	return ctx.Err()
}
