package queue

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"
)

// lookAgain is how long nobody looks who should have been told.
const lookAgain = time.Second

// Take implements Queue.
func (q *SQLite) Take(ctx context.Context, lease time.Duration, classes ...Class) (Claim, error) {
	for {
		rung := q.bell.rung() // before looking, so that nothing is missed in between
		var claim Claim
		var next int64
		found := false
		err := q.apply(ctx, "take an item", func(t *tx) (err error) {
			found, next, err = t.take(&claim, lease, classes)
			return err
		})
		if err != nil || found {
			return claim, err
		}
		wait := lookAgain
		if next > 0 {
			wait = min(wait, max(0, time.Until(timeOf(next))))
		}
		timer := time.NewTimer(wait)
		select {
		case <-rung:
		case <-timer.C:
		case <-q.closed:
			err = ErrUnavailable
		case <-ctx.Done():
			err = context.Cause(ctx)
		}
		timer.Stop()
		if err != nil {
			return Claim{}, failure(ctx, "take an item", err)
		}
	}
}

// take claims the first item that is due; otherwise next is when one may be.
func (t *tx) take(claim *Claim, lease time.Duration, classes []Class) (found bool, next int64, err error) {
	for _, class := range slices.Sorted(slices.Values(classes)) {
		for {
			var job string
			var ready int64
			some, err := t.one("SELECT id, ready FROM jobs WHERE class = ? AND ready IS NOT NULL ORDER BY ready LIMIT 1", []any{class}, &job, &ready)
			if err != nil {
				return false, 0, err
			}
			if !some {
				break
			}
			if ready > t.now {
				if next == 0 || ready < next {
					next = ready
				}
				break
			}
			if found, err := t.takeOf(claim, job, lease); err != nil || found {
				return found, 0, err
			}
		}
	}
	return false, next, nil
}

// takeOf claims the first item of a job that is due. Those that were tried come
// before those that were not: so a lease that has run out is not found at the end.
func (t *tx) takeOf(claim *Claim, job string, lease time.Duration) (found bool, err error) {
	var idx int
	var state State
	found, err = t.one("SELECT idx, state FROM items WHERE job = ? AND due > 0 AND due <= ? ORDER BY due, idx LIMIT 1", []any{job, t.now}, &idx, &state)
	if err == nil && !found {
		found, err = t.one("SELECT idx, state FROM items WHERE job = ? AND due = 0 ORDER BY idx LIMIT 1", []any{job}, &idx, &state)
	}
	if err != nil || !found {
		if err == nil {
			err = t.place(job)
		}
		return false, err
	}
	token := rand.Int64N(1<<62) + 1
	until := t.now + lease.Microseconds()
	if _, err := t.exec("UPDATE items SET state = ?, attempts = attempts + 1, token = ?, due = ? WHERE job = ? AND idx = ?", Running, token, until, job, idx); err != nil {
		return false, err
	}
	more := 0
	if state == Waiting {
		more = 1
	}
	if _, err := t.exec("UPDATE jobs SET running = running + ?, served = ? WHERE id = ?", more, t.now, job); err != nil {
		return false, err
	}
	if err := t.place(job); err != nil {
		return false, err
	}
	t.touch(job)
	*claim = Claim{Token: token, Until: timeOf(until)}
	return true, t.describe(claim, job, idx)
}

// place says when there is something to take of a job. Of those that have something
// due, the one that was served longest ago comes first: so they take turns.
func (t *tx) place(job string) error {
	_, err := t.exec("UPDATE jobs SET ready = (SELECT max(min(due), jobs.served) FROM items WHERE job = jobs.id AND due IS NOT NULL) WHERE id = ?", job)
	return err
}

// describe reads what a claim is of.
func (t *tx) describe(claim *Claim, job string, idx int) error {
	i := &claim.Item
	i.Job, i.Index = job, idx
	var due int64
	if _, err := t.one("SELECT id, state, attempts, due, work FROM items WHERE job = ? AND idx = ?", []any{job, idx}, &i.ID, &i.State, &i.Attempts, &due, &i.Work); err != nil {
		return err
	}
	i.Due = timeOf(due)
	j := &claim.Job
	j.ID = job
	var created int64
	_, err := t.one("SELECT class, state, info, created FROM jobs WHERE id = ?", []any{job}, &j.Class, &j.State, &j.Info, &created)
	j.Created = timeOf(created)
	return err
}

// end ends an item that was in some state.
func (t *tx) end(job string, idx int, was, as State, result []byte) error {
	if _, err := t.exec("UPDATE items SET state = ?, due = NULL, result = ? WHERE job = ? AND idx = ?", as, result, job, idx); err != nil {
		return err
	}
	column := map[State]string{Completed: "completed", Failed: "failed", Cancelled: "cancelled"}[as]
	running := 0
	if was == Running {
		running = 1
	}
	if _, err := t.exec("UPDATE jobs SET running = running - ?, "+column+" = "+column+" + 1 WHERE id = ?", running, job); err != nil {
		return err
	}
	t.touch(job)
	return t.endIfDone(job)
}

// endIfDone ends a job whose items all have, and queues what follows it.
func (t *tx) endIfDone(job string) error {
	n, err := t.exec(`UPDATE jobs SET ended = ?, ready = NULL,
		state = CASE WHEN state = 'cancelled' THEN state WHEN completed > 0 OR total = 0 THEN 'completed' ELSE 'failed' END
		WHERE id = ? AND ended = 0 AND state IN ('running', 'cancelled') AND completed + failed + cancelled = total`, t.now, job)
	if err != nil {
		return err
	}
	if n == 0 {
		return t.place(job)
	}
	var follow []byte
	if _, err := t.one("SELECT follow FROM jobs WHERE id = ?", []any{job}, &follow); err != nil || follow == nil {
		return err
	}
	id := job + Following
	if _, err := t.exec("INSERT INTO jobs (id, class, state, created, touched, sealed, total, ready) VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
		id, Callback, Running, t.now, t.now, t.now, t.now); err != nil {
		return err
	}
	t.of.work = true
	_, err = t.exec("INSERT INTO items (job, idx, id, state, due, work) VALUES (?, 0, ?, ?, 0, ?)", id, id, Waiting, follow)
	return err
}

// Extend implements Queue.
func (q *SQLite) Extend(ctx context.Context, c Claim, lease time.Duration) (until time.Time, err error) {
	err = q.apply(ctx, "extend item "+c.Item.ID, func(t *tx) error {
		until = timeOf(t.now + lease.Microseconds())
		n, err := t.exec("UPDATE items SET due = ? WHERE job = ? AND idx = ? AND token = ? AND state = ?",
			micros(until), c.Item.Job, c.Item.Index, c.Token, Running)
		if err == nil && n == 0 {
			err = ErrStale
		}
		if err != nil {
			return err
		}
		t.of.work = true // it may end sooner than those who wait believe
		return t.place(c.Item.Job)
	})
	return until, err
}

// Finish implements Queue.
func (q *SQLite) Finish(ctx context.Context, c Claim, state State, result []byte) error {
	if len(result) > MaxRecord || state != Completed && state != Failed {
		return ErrInvalid
	}
	return q.apply(ctx, "finish item "+c.Item.ID, func(t *tx) error {
		is, err := t.held(c)
		switch {
		case err != nil:
			return err
		case is == state:
			return nil // the answer to the first was lost
		case is != Running:
			return ErrStale
		}
		return t.end(c.Item.Job, c.Item.Index, Running, state, result)
	})
}

// held is the state of an item whose last claim is this one. ErrStale.
func (t *tx) held(c Claim) (state State, err error) {
	found, err := t.one("SELECT state FROM items WHERE job = ? AND idx = ? AND token = ?", []any{c.Item.Job, c.Item.Index, c.Token}, &state)
	if err == nil && !found {
		err = ErrStale
	}
	return state, err
}

// Retry implements Queue.
func (q *SQLite) Retry(ctx context.Context, c Claim, after time.Duration) error {
	return q.apply(ctx, "give item "+c.Item.ID+" back", func(t *tx) error {
		is, err := t.held(c)
		switch {
		case err != nil:
			return err
		case is == Waiting || is == Cancelled:
			return nil // the answer to the first was lost
		case is != Running:
			return ErrStale
		}
		var of State
		if _, err := t.one("SELECT state FROM jobs WHERE id = ?", []any{c.Item.Job}, &of); err != nil {
			return err
		}
		if of == Cancelled {
			return t.end(c.Item.Job, c.Item.Index, Running, Cancelled, nil)
		}
		if _, err := t.exec("UPDATE items SET state = ?, due = ? WHERE job = ? AND idx = ?", Waiting, t.now+after.Microseconds(), c.Item.Job, c.Item.Index); err != nil {
			return err
		}
		if _, err := t.exec("UPDATE jobs SET running = running - 1 WHERE id = ?", c.Item.Job); err != nil {
			return err
		}
		t.touch(c.Item.Job)
		t.of.work = true
		return t.place(c.Item.Job)
	})
}
