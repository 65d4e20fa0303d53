package queue

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// Get implements Queue.
func (q *SQLite) Get(ctx context.Context, id string, index, limit int) (Job, []Item, error) {
	j, err := q.job(ctx, id)
	if errors.Is(err, sql.ErrNoRows) {
		var of string
		if err = q.read.QueryRowContext(ctx, "SELECT job FROM items WHERE id = ?", id).Scan(&of); err == nil {
			j, err = q.job(ctx, of)
		}
	}
	if errors.Is(err, sql.ErrNoRows) {
		err = ErrNotFound
	}
	if err != nil || limit <= 0 {
		return j, nil, failure(ctx, "look at job "+id, err)
	}
	items, err := q.items(ctx, "job = ? AND idx >= ? ORDER BY idx LIMIT ?", j.ID, index, min(limit, MaxBatch))
	return j, items, failure(ctx, "look at the items of job "+id, err)
}

// Find implements Queue.
func (q *SQLite) Find(ctx context.Context, item string) (Job, Item, error) {
	items, err := q.items(ctx, "id = ?", item)
	if err == nil && len(items) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Job{}, Item{}, failure(ctx, "find item "+item, err)
	}
	j, err := q.job(ctx, items[0].Job)
	if errors.Is(err, sql.ErrNoRows) { // both went in between
		err = ErrNotFound
	}
	return j, items[0], failure(ctx, "find the job of item "+item, err)
}

func (q *SQLite) job(ctx context.Context, id string) (j Job, err error) {
	var created, ended int64
	err = q.read.QueryRowContext(ctx, `SELECT id, class, state, info, key, print, follow, created, ended, total, running,
		completed, failed, cancelled FROM jobs WHERE id = ? AND state <> 'dropping'
		UNION ALL SELECT id, class, 'open', info, key, print, follow, created, ended, total, running,
		completed, failed, cancelled FROM jobs WHERE id = ? AND state = 'dropping'`, id, id).Scan(
		&j.ID, &j.Class, &j.State, &j.Info, &j.Key, &j.Print, &j.Then, &created, &ended, &j.Total, &j.Running,
		&j.Finished.Completed, &j.Finished.Failed, &j.Finished.Cancelled)
	j.Created, j.Ended = timeOf(created), timeOf(ended)
	return j, err
}

func (q *SQLite) items(ctx context.Context, where string, args ...any) (items []Item, err error) {
	rows, err := q.read.QueryContext(ctx, "SELECT id, job, idx, state, attempts, coalesce(due, 0), work, result FROM items WHERE "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var i Item
		var due int64
		if err := rows.Scan(&i.ID, &i.Job, &i.Index, &i.State, &i.Attempts, &due, &i.Work, &i.Result); err != nil {
			return nil, err
		}
		i.Due = timeOf(due)
		items = append(items, i)
	}
	return items, rows.Err()
}

// texts reads rows of one string.
func texts(rows *sql.Rows) (all []string, err error) {
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

// Stats implements Keeper.
func (q *SQLite) Stats(ctx context.Context) (s Stats, err error) {
	var sealed int64
	err = q.read.QueryRowContext(ctx, `SELECT coalesce(sum(total - running - completed - failed - cancelled), 0), coalesce(sum(running), 0), coalesce(min(CASE WHEN class <> ? THEN sealed END), 0)
		FROM jobs WHERE ended = 0 AND sealed > 0`, Callback).Scan(&s.Waiting, &s.Running, &sealed)
	if err == nil {
		err = q.read.QueryRowContext(ctx, "SELECT count(*) FROM items WHERE state = 'waiting' AND due > ?", micros(time.Now())).Scan(&s.Delayed)
	}
	if err == nil {
		err = q.read.QueryRowContext(ctx, "SELECT coalesce(sum(failed), 0) FROM jobs").Scan(&s.Failed)
	}
	s.Waiting -= s.Delayed
	if sealed > 0 {
		s.Oldest = time.Since(timeOf(sealed))
	}
	return s, failure(ctx, "count what is queued", err)
}
