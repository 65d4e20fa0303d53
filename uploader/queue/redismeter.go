package queue

import (
	"context"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

// spentKey is the hash of what a name has spent on a day. It is all that its scripts need,
// so whichever slot it is in will do, and names share the masters of a cluster.
func (s Spending) spentKey() string { return spentPrefix + s.Day + ":" + s.Name }

// Spend implements Meter. The hash lives for MeterLife after it was spent on last.
func (r *Redis) Spend(ctx context.Context, s Spending, most int64) (left int64, err error) {
	if err := s.check(); err != nil {
		return 0, err
	}
	got, err := r.runDurably(ctx, scripts.spend, []string{s.spentKey()}, s.ID, s.N, most, int64(MeterLife.Seconds()))
	if err != nil {
		return 0, fmt.Errorf("count what %s uses: %w", s.Name, err)
	}
	f := asFields(got)
	left = max(0, most-f.int(1))
	if f.int(0) == 0 {
		return 0, fmt.Errorf("count what %s uses: %d of %d are left of %s: %w", s.Name, left, most, s.Day, ErrSpent)
	}
	return left, nil
}

// Refund implements Meter.
func (r *Redis) Refund(ctx context.Context, s Spending) error {
	if err := s.check(); err != nil {
		return err
	}
	if _, err := r.runDurably(ctx, scripts.refund, []string{s.spentKey()}, s.ID); err != nil {
		return fmt.Errorf("give back what %s used: %w", s.Name, err)
	}
	return nil
}

// Spent implements Meter.
func (r *Redis) Spent(ctx context.Context, name, day string) (int64, error) {
	n, err := r.client.HGet(ctx, Spending{Name: name, Day: day}.spentKey(), "").Int64()
	if err != nil && !errors.Is(err, redis.Nil) {
		return 0, fmt.Errorf("look at what %s used: %w", name, redisError(ctx, err))
	}
	return n, nil
}
