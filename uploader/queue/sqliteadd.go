package queue

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Add implements Queue.
func (q *SQLite) Add(ctx context.Context, b Batch) (job string, err error) {
	if err := b.check(); err != nil {
		return "", err
	}
	job = b.Job.ID
	err = q.apply(ctx, "add to job "+b.Job.ID, func(t *tx) error {
		job, err = q.add(t, b)
		return err
	})
	if err != nil {
		return "", err
	}
	return job, nil
}

func (q *SQLite) add(t *tx, b Batch) (string, error) {
	var state State
	found, err := t.one("SELECT state FROM jobs WHERE id = ?", []any{b.Job.ID}, &state)
	switch {
	case err != nil:
		return "", err
	case !found:
		if err := t.open(b.Job); err != nil {
			return "", err
		}
	case state == Open:
	case b.Last && state != dropping:
		return b.Job.ID, t.sameAs(b) // the answer to the first may have been lost
	default:
		return "", ErrEnded
	}
	if b.Last && b.Job.Key != "" {
		other, err := t.holder(b.Job, micros(timeOf(t.now).Add(-q.opts.KeyLife)))
		if err != nil {
			return "", err
		}
		if other != "" {
			return other, t.forget(b.Job.ID)
		}
	}
	if err := t.insertAll(b.Job.ID, b.Items); err != nil {
		return "", err
	}
	t.touch(b.Job.ID)
	if !b.Last {
		return b.Job.ID, nil
	}
	return b.Job.ID, t.seal(b.Job)
}

// sameAs tells whether a batch is the last one of a job that runs. ErrEnded.
func (t *tx) sameAs(b Batch) error {
	for i, item := range b.Items {
		var there int
		_, err := t.one("SELECT count(*) FROM items JOIN jobs ON jobs.id = job WHERE job = ? AND items.id = ? AND idx = total - ?",
			[]any{b.Job.ID, item.ID, len(b.Items) - i}, &there)
		if err != nil {
			return err
		}
		if there == 0 {
			return ErrEnded
		}
	}
	return nil
}

// open makes a job.
func (t *tx) open(j Job) error {
	var n int
	if _, err := t.one("SELECT count(*) FROM items WHERE id = ? AND job <> ?", []any{j.ID, j.ID}, &n); err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%w: %s is an item's id", ErrConflict, j.ID)
	}
	_, err := t.exec("INSERT INTO jobs (id, class, state, created, touched) VALUES (?, ?, ?, ?, ?)", j.ID, j.Class, Open, t.now, t.now)
	return err
}

// holder is the job that has the key of another, if its print is the same.
func (t *tx) holder(j Job, since int64) (id string, err error) {
	var print string
	found, err := t.one("SELECT id, print FROM jobs WHERE key = ? AND id <> ? AND created > ? AND state <> 'open' ORDER BY created DESC LIMIT 1",
		[]any{j.Key, j.ID, since}, &id, &print)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "", nil
	case print != j.Print:
		return "", ErrConflict
	}
	return id, nil
}

// insertAll adds a batch's items at the end of a job. Those that are there already came
// before: the answer was lost.
func (t *tx) insertAll(job string, items []Item) error {
	var before int
	if _, err := t.one("SELECT total FROM jobs WHERE id = ?", []any{job}, &before); err != nil {
		return err
	}
	total := before
	for _, item := range items {
		added, err := t.insert(job, total, item)
		if err != nil {
			return err
		}
		if added {
			total++
		}
	}
	if added := total - before; added != 0 && added != len(items) {
		return fmt.Errorf("%w: %d of %d items of a batch came before", ErrConflict, len(items)-added, len(items))
	}
	_, err := t.exec("UPDATE jobs SET total = ?, touched = ? WHERE id = ?", total, t.now, job)
	return err
}

// insert adds an item, unless it is there already.
func (t *tx) insert(job string, idx int, item Item) (added bool, err error) {
	n, err := t.exec("INSERT INTO items (job, idx, id, state, due, work) VALUES (?, ?, ?, ?, 0, ?) ON CONFLICT (id) DO NOTHING",
		job, idx, item.ID, Waiting, item.Work)
	if err != nil {
		return false, err
	}
	var count int
	if n == 0 {
		if _, err := t.one("SELECT count(*) FROM items WHERE job = ? AND id = ?", []any{job, item.ID}, &count); err != nil {
			return false, err
		}
		if count == 0 {
			return false, fmt.Errorf("%w: another job has the item %s", ErrConflict, item.ID)
		}
		return false, nil
	}
	if item.ID != job {
		if _, err := t.one("SELECT count(*) FROM jobs WHERE id = ?", []any{item.ID}, &count); err != nil {
			return false, err
		}
		if count > 0 {
			return false, fmt.Errorf("%w: %s is a job's id", ErrConflict, item.ID)
		}
	}
	return true, nil
}

// seal makes a job run.
func (t *tx) seal(j Job) error {
	_, err := t.exec(`UPDATE jobs SET state = ?, info = ?, key = ?, print = ?, follow = ?, sealed = ?, served = ? WHERE id = ?`,
		Running, j.Info, j.Key, j.Print, j.Then, t.now, t.now, j.ID)
	if err != nil {
		return err
	}
	t.of.work = true
	return t.endIfDone(j.ID)
}

// forget deletes a job and its items.
func (t *tx) forget(job string) error {
	t.touch(job)
	if _, err := t.exec("DELETE FROM items WHERE job = ?", job); err != nil {
		return err
	}
	_, err := t.exec("DELETE FROM jobs WHERE id = ?", job)
	return err
}

// Cancel implements Queue.
func (q *SQLite) Cancel(ctx context.Context, job string) error {
	return q.apply(ctx, "cancel job "+job, func(t *tx) error {
		var state State
		found, err := t.one("SELECT state FROM jobs WHERE id = ?", []any{job}, &state)
		switch {
		case err != nil:
			return err
		case !found:
			return ErrNotFound
		case state == Open:
			return t.forget(job)
		case state != Running:
			return ErrEnded
		}
		n, err := t.exec("UPDATE items SET state = ?, due = NULL WHERE job = ? AND state = ?", Cancelled, job, Waiting)
		if err != nil {
			return err
		}
		if _, err := t.exec("UPDATE jobs SET state = ?, cancelled = cancelled + ? WHERE id = ?", Cancelled, n, job); err != nil {
			return err
		}
		t.touch(job)
		return t.endIfDone(job)
	})
}

// dropping is the state of an open job that a sweep is about to forget.
const dropping State = "dropping"

// Sweep implements Keeper.
func (q *SQLite) Sweep(ctx context.Context, life time.Duration, drop func(context.Context, Item) error) error {
	now := time.Now()
	old := micros(now.Add(-max(life, q.opts.MinLife)))
	for {
		var job string
		err := q.apply(ctx, "forget an old job", func(t *tx) error {
			_, err := t.one("SELECT id FROM jobs WHERE ended > 0 AND ended < ? LIMIT 1", []any{old}, &job)
			if err != nil || job == "" {
				return err
			}
			return t.forget(job)
		})
		if err != nil {
			return err
		}
		if job == "" {
			break
		}
	}
	if err := q.forgetSpent(ctx); err != nil {
		return err
	}
	err := q.apply(ctx, "give up open jobs", func(t *tx) error {
		_, err := t.exec("UPDATE jobs SET state = ? WHERE ended = 0 AND state = ? AND touched < ?", dropping, Open, micros(now.Add(-q.opts.OpenLife)))
		return err
	})
	if err != nil {
		return err
	}
	return q.dropAll(ctx, drop)
}

// dropAll forgets the jobs that were given up.
func (q *SQLite) dropAll(ctx context.Context, drop func(context.Context, Item) error) error {
	rows, err := q.read.QueryContext(ctx, "SELECT id FROM jobs WHERE ended = 0 AND state = ?", dropping)
	if err != nil {
		return failure(ctx, "find open jobs", err)
	}
	jobs, err := texts(rows)
	if err != nil {
		return failure(ctx, "find open jobs", err)
	}
	var errs []error // one that cannot be dropped does not keep the others
	for _, job := range jobs {
		errs = append(errs, q.dropOne(ctx, job, drop))
	}
	return errors.Join(errs...)
}

func (q *SQLite) dropOne(ctx context.Context, job string, drop func(context.Context, Item) error) error {
	for index := 0; ; {
		_, items, err := q.Get(ctx, job, index, MaxBatch)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			break
		}
		for _, item := range items {
			if err := drop(ctx, item); err != nil {
				return fmt.Errorf("drop item %s of job %s: %w", item.ID, job, err)
			}
		}
		index = items[len(items)-1].Index + 1
	}
	return q.apply(ctx, "forget job "+job, func(t *tx) error { return t.forget(job) })
}
