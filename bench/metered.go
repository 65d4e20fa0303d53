package bench

import (
	"context"
	"math"
	"time"
)

// metered measures what a target uses while something is done to it.
func metered(t *target, do func() *tally) (counted, error) {
	m, err := startMeter(t.tree)
	if err != nil {
		return counted{}, err
	}
	start := time.Now()
	got := do()
	took := time.Since(start)
	used, err := m.end()
	return counted{tally: got, took: took, use: used}, err
}

// sensible is the rate of an open loop where none is given: so much of what the slowest target
// answers to one request after the other. It leaves room for the load itself, on the same machine.
const sensible = 0.25

// rate looks for one, by a few requests in turn. They are not measured.
func (r *run) rate(ctx context.Context, targets []*target, wants func(t *target) []want) float64 {
	if r.Rate > 0 {
		return r.Rate
	}
	slowest := time.Microsecond
	for _, t := range targets {
		got := inTurn(ctx, r.Duration, t, wants(t), nil)
		if l := latencyOf(got.latency); l != nil {
			slowest = max(slowest, time.Duration(l.Mean*float64(time.Millisecond)))
		}
	}
	return round(sensible / slowest.Seconds())
}

// round leaves two digits of a rate: more would look as if they meant something.
func round(rate float64) float64 {
	step := 1.0
	for rate/step >= 100 {
		step *= 10
	}
	if rate < 1 {
		return max(rate, 0.1)
	}
	return math.Floor(rate/step) * step
}
