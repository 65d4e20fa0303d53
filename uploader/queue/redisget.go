package queue

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Get implements Queue. Up to MaxBatch items are read at one moment; more are read in
// several.
func (r *Redis) Get(ctx context.Context, id string, index, limit int) (Job, []Item, error) {
	index, limit = max(index, 0), max(limit, 0)
	j, items, err := r.read(ctx, id, index, min(limit, MaxBatch))
	if errors.Is(err, ErrNotFound) {
		if id, err = r.jobOf(ctx, id); err == nil {
			j, items, err = r.read(ctx, id, index, min(limit, MaxBatch))
		}
	}
	for err == nil && len(items) < limit && index+len(items) < j.Total {
		var more []Item
		_, more, err = r.read(ctx, j.ID, index+len(items), min(limit-len(items), MaxBatch))
		if items = append(items, more...); len(more) == 0 {
			break
		}
	}
	if err != nil {
		return Job{}, nil, fmt.Errorf("get %s: %w", id, err)
	}
	return j, items, nil
}

// Find implements Queue.
func (r *Redis) Find(ctx context.Context, item string) (Job, Item, error) {
	j, i, err := r.find(ctx, item)
	if err != nil {
		return Job{}, Item{}, fmt.Errorf("find %s: %w", item, err)
	}
	return j, i, nil
}

func (r *Redis) find(ctx context.Context, item string) (j Job, i Item, err error) {
	job, err := r.jobOf(ctx, item)
	if errors.Is(err, ErrNotFound) { // what follows a job has no record of its id
		job, err = item, nil
	}
	if err != nil {
		return j, i, err
	}
	at, err := r.run(ctx, scripts.find, r.keysFor(job, 0), item)
	if errors.Is(err, redis.Nil) || err == nil && at == nil {
		err = ErrNotFound
	}
	if err != nil {
		return j, i, err
	}
	j, items, err := r.read(ctx, job, int(fields{at}.int(0)), 1)
	switch {
	case err != nil:
		return j, i, err
	case len(items) != 1 || items[0].ID != item:
		return j, i, ErrNotFound
	}
	return j, items[0], nil
}

// jobOf is the job that has an item, as far as the record of its id says.
func (r *Redis) jobOf(ctx context.Context, item string) (string, error) {
	job, err := r.client.Get(ctx, idPrefix+item).Result()
	if errors.Is(err, redis.Nil) {
		return item, ErrNotFound
	}
	return job, redisError(ctx, err)
}

// read is a job and some of its items as they are at one moment.
func (r *Redis) read(ctx context.Context, job string, index, limit int) (Job, []Item, error) {
	got, err := r.run(ctx, scripts.get, r.keysFor(job, 0), index, limit)
	if err != nil {
		return Job{}, nil, err
	}
	f := asFields(got)
	if len(f) == 0 {
		return Job{}, nil, ErrNotFound
	}
	j := jobFrom(asFields(f[0]))
	var items []Item
	for i, item := range f[1:] {
		items = append(items, itemFrom(j, index+i, asFields(item)))
	}
	return j, items, nil
}

func jobFrom(f fields) Job {
	return Job{
		ID: f.text(0), Class: Class(f.int(1)), Info: f.bytes(2), Key: f.text(3), Print: f.text(4), Then: f.bytes(5),
		State: State(f.text(6)), Created: f.time(7), Ended: f.time(8), Total: int(f.int(9)),
		Finished: Finished{Completed: int(f.int(10)), Failed: int(f.int(11)), Cancelled: int(f.int(12))},
		Running:  int(f.int(14)),
	}
}

// letters are the states that an item can have after its first claim.
var letters = map[string]State{"w": Waiting, "l": Running, "c": Completed, "f": Failed, "x": Cancelled}

// itemFrom is an item as its job makes it: those of a cancelled job that do not run, and
// have not ended, are cancelled without being written to.
func itemFrom(j Job, index int, f fields) Item {
	i := Item{Job: j.ID, Index: index, Result: f.bytes(2), State: Waiting, Due: f.time(3)}
	i.ID, i.Work = splitItem(f.text(0))
	if state := f.text(1); state != "" {
		letter, rest, _ := strings.Cut(state, ":")
		attempts, _, _ := strings.Cut(rest, ":")
		i.State, i.Attempts = letters[letter], int(fields{attempts}.int(0))
	}
	switch {
	case i.State == Waiting && j.State == Cancelled:
		i.State = Cancelled
	case i.State == Waiting && i.Due.IsZero():
		i.Due = j.Created
	}
	return i
}
