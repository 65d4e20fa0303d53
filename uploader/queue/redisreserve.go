package queue

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// A key's record lies in another slot than its job, so that no script can complete the
// job and write the record at once. Hence a key is first reserved for a job, and that
// reservation is good once the job is complete. One that does not become so belongs to a
// process that has died, or is slow. Another may then revoke it, where the job is, and
// only after that take the key over: the slow one, should it ever come to complete its
// job, is refused by the same slot and asks for the key again. So of all jobs with a
// key one is completed, wherever anybody stops.

const (
	// reserveGrace is how old a reservation is before it may be revoked.
	reserveGrace = 2 * time.Second
	// reserveLife is how old a reservation is when no job can be completed under it any more.
	// That it was revoked is remembered for longer.
	reserveLife = 30 * time.Minute
	// reserveLook is how long to wait before looking again at a reservation that is in use.
	reserveLook = 20 * time.Millisecond
)

// A reservation says which job has a key.
type reservation struct {
	job, print string
	token      int64
	age        time.Duration
	until      int64 // ms since 1970, by the clock of Redis: when it is too old to be used
	made       bool  // by this call
}

// reserve returns the reservation that holds the key of j: one for j, which may replace
// a revoked one, or one of a job that is complete and has the same print. ErrConflict.
func (r *Redis) reserve(ctx context.Context, j Job, replace int64) (reservation, error) {
	for {
		held, err := r.tryReserve(ctx, j, replace)
		if err != nil || held.job == j.ID {
			return held, err
		}
		complete, err := r.isComplete(ctx, held.job)
		switch {
		case err != nil:
			return held, err
		case complete:
			return r.holds(ctx, j, held)
		case held.age < reserveGrace:
			err = pause(ctx, reserveLook)
		default:
			replace, err = r.revoke(ctx, held)
		}
		if err != nil {
			return held, err
		}
	}
}

func (r *Redis) tryReserve(ctx context.Context, j Job, replace int64) (reservation, error) {
	token, old := newToken(), ""
	if replace != 0 {
		old = fmt.Sprint(replace)
	}
	got, err := r.runDurably(ctx, scripts.reserve, []string{keyPrefix + j.Key}, j.ID, j.Print, token, r.opt.KeyLife.Milliseconds(), old)
	if err != nil {
		return reservation{}, err
	}
	f := asFields(got)
	h := reservation{job: f.text(0), print: f.text(1), token: f.int(2), age: time.Duration(f.int(3)) * time.Millisecond}
	h.until = f.int(4) - f.int(3) + reserveLife.Milliseconds()
	h.made = h.token == token
	return h, nil
}

// holds judges a key that another job was completed with. A job that was completed while
// it had the key is not refused for having lost it since: its last batch came again.
func (r *Redis) holds(ctx context.Context, j Job, held reservation) (reservation, error) {
	if complete, err := r.isComplete(ctx, j.ID); err != nil || complete {
		return reservation{job: j.ID}, err
	}
	if held.print != j.Print {
		return held, fmt.Errorf("job %s has its key: %w", held.job, ErrConflict)
	}
	return held, nil
}

// isComplete tells whether a job is there and its last batch, too.
func (r *Redis) isComplete(ctx context.Context, job string) (bool, error) {
	j, _, err := r.read(ctx, job, 0, 0)
	if errors.Is(err, ErrNotFound) {
		return false, nil
	}
	return err == nil && j.State != Open, err
}

// revoke makes a reservation useless to its job, and returns its token; 0 when the job
// has just been completed.
func (r *Redis) revoke(ctx context.Context, held reservation) (int64, error) {
	keys := append(r.keysFor(held.job, 0), r.revokedKey(held.job))
	got, err := r.runDurably(ctx, scripts.revoke, keys, held.token, (2 * reserveLife).Milliseconds())
	if err != nil || got != int64(1) {
		return 0, err
	}
	return held.token, nil
}

// release gives up a reservation that was made in vain. If it cannot, the key is free
// after reserveGrace, so an error is not told.
func (r *Redis) release(ctx context.Context, j Job, held reservation) {
	if token, err := r.revoke(ctx, held); err == nil && token != 0 {
		r.run(ctx, scripts.release, []string{keyPrefix + j.Key}, held.token)
	}
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
