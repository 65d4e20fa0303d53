package queue

import (
	"context"
	"fmt"
	"time"
)

// Extend implements Queue.
func (r *Redis) Extend(ctx context.Context, c Claim, lease time.Duration) (time.Time, error) {
	got, err := r.run(ctx, scripts.extend, r.claimKeys(c), c.Job.ID, c.Item.Index, c.Token, max(lease, 0).Milliseconds())
	if err == nil && got == "stale" {
		err = ErrStale
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("extend the claim of item %s: %w", c.Item.ID, err)
	}
	return fields{got}.time(0), nil
}

// Finish implements Queue.
func (r *Redis) Finish(ctx context.Context, c Claim, state State, result []byte) error {
	ending, ok := map[State]string{Completed: "c", Failed: "f"}[state]
	if !ok {
		return fmt.Errorf("finish item %s: as %q, want %s or %s", c.Item.ID, state, Completed, Failed)
	}
	if len(result) > MaxRecord {
		return fmt.Errorf("finish item %s: a result of %d bytes, want at most %d", c.Item.ID, len(result), MaxRecord)
	}
	got, err := r.runDurably(ctx, scripts.finish, r.claimKeys(c), c.Job.ID, c.Item.Index, c.Token, ending, result)
	if err == nil {
		err = wordError(got)
	}
	if err != nil {
		return fmt.Errorf("finish item %s: %w", c.Item.ID, err)
	}
	return nil
}

// Retry implements Queue.
func (r *Redis) Retry(ctx context.Context, c Claim, after time.Duration) error {
	got, err := r.run(ctx, scripts.retry, r.claimKeys(c), c.Job.ID, c.Item.Index, c.Token, max(after, 0).Milliseconds())
	if err == nil {
		err = wordError(got)
	}
	if err != nil {
		return fmt.Errorf("give back item %s: %w", c.Item.ID, err)
	}
	return nil
}

func (r *Redis) claimKeys(c Claim) []string { return r.keysFor(c.Job.ID, c.Job.Class) }

// Cancel implements Queue.
func (r *Redis) Cancel(ctx context.Context, job string) error {
	if err := r.cancel(ctx, job); err != nil {
		return fmt.Errorf("cancel job %s: %w", job, err)
	}
	return nil
}

func (r *Redis) cancel(ctx context.Context, id string) error {
	j, _, err := r.read(ctx, id, 0, 0) // for its class
	if err != nil {
		return err
	}
	got, err := r.runDurably(ctx, scripts.cancel, r.keysFor(id, j.Class), id, newToken())
	if err != nil {
		return err
	}
	if got == "gone" {
		return r.clear(ctx, id)
	}
	return wordError(got)
}
