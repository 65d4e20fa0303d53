package queue

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// oldestLooked is how many of the oldest jobs of a shard are looked at for one that is no callback. Where all of them
// are, the last one's age stands for what comes after it.
const oldestLooked = 20

// Stats implements Keeper. Its cost grows with the jobs that have items given back.
func (r *Redis) Stats(ctx context.Context) (Stats, error) {
	answers, err := r.eachShard(ctx, scripts.stats, func(shard int) []string { return shardKeys(shard, 0) }, oldestLooked)
	if err != nil {
		return Stats{}, fmt.Errorf("count items: %w", err)
	}
	var s Stats
	p := r.client.Pipeline()
	var delayed []*redis.IntCmd
	classes := make([][]*redis.SliceCmd, len(answers)) // of the oldest jobs
	for shard, f := range answers {
		s.Waiting += int(f.int(0) + f.int(1))
		s.Running += int(f.int(2))
		s.Failed += int(f.int(3))
		oldest := asFields(f[4])
		for i := 0; i < len(oldest); i += 2 {
			classes[shard] = append(classes[shard], p.HMGet(ctx, jobKeys(shard, oldest.text(i))[jobHash], "class"))
		}
		jobs := asFields(f[5])
		for i := range jobs {
			waiting := jobKeys(shard, jobs.text(i))[waitingSet]
			delayed = append(delayed, p.ZCount(ctx, waiting, "("+strconv.FormatInt(f.int(6), 10), "+inf"))
		}
	}
	if _, err := p.Exec(ctx); err != nil {
		return Stats{}, fmt.Errorf("count items: %w", redisError(ctx, err))
	}
	for _, n := range delayed {
		s.Delayed += int(n.Val())
	}
	s.Waiting = max(0, s.Waiting-s.Delayed)
	for shard, f := range answers {
		s.Oldest = max(s.Oldest, oldestOf(asFields(f[4]), classes[shard], f.int(6)))
	}
	return s, nil
}

// oldestOf is the age of the oldest of some jobs that is no callback: of their ids and the times (ms) since which they
// are complete, the oldest first.
func oldestOf(jobs fields, classes []*redis.SliceCmd, now int64) time.Duration {
	for i, class := range classes {
		last := i == oldestLooked-1
		if values := class.Val(); !last && (len(values) == 0 || values[0] == strconv.Itoa(int(Callback))) {
			continue
		}
		return time.Duration(now-jobs.int(2*i+1)) * time.Millisecond
	}
	return 0
}

// sweepPage is how many jobs are looked at in one go.
const sweepPage = 1000

// Sweep implements Keeper. A job that ended is first made invisible, then what is kept of
// it is removed, so whatever stops a sweep, the next goes on.
func (r *Redis) Sweep(ctx context.Context, life time.Duration, drop func(context.Context, Item) error) error {
	life = max(life, r.opt.MinLife)
	if err := r.meet(ctx); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	var errs []error
	for shard := range r.opt.Shards {
		keys := shardKeys(shard, 0)
		errs = append(errs,
			r.sweepAll(ctx, keys[endedSet], life, func(job string) error {
				return r.forget(ctx, job, "ended", life.Milliseconds())
			}),
			r.sweepAll(ctx, keys[openSet], r.opt.OpenLife, func(job string) error {
				return r.dropOpen(ctx, job, drop)
			}),
			r.sweepAll(ctx, keys[goneSet], 0, func(job string) error { return r.clear(ctx, job) }))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("sweep: %w", err)
	}
	return nil
}

// sweepAll calls f for each job of a sorted set whose time is so long ago, and goes on
// after errors.
func (r *Redis) sweepAll(ctx context.Context, set string, age time.Duration, f func(job string) error) error {
	now, err := r.client.Time(ctx).Result()
	if err != nil {
		return redisError(ctx, err)
	}
	before := strconv.FormatInt(now.Add(-age).UnixMilli(), 10)
	var errs []error
	for {
		// Jobs for which f had an error are still there.
		jobs, err := r.client.ZRangeByScore(ctx, set, &redis.ZRangeBy{Min: "-inf", Max: before, Offset: int64(len(errs)), Count: sweepPage}).Result()
		if err != nil {
			return errors.Join(append(errs, redisError(ctx, err))...)
		}
		for _, job := range jobs {
			if err := f(job); err != nil {
				errs = append(errs, fmt.Errorf("job %s: %w", job, err))
			}
		}
		if len(jobs) < sweepPage || ctx.Err() != nil {
			return errors.Join(errs...)
		}
	}
}

// dropOpen lets no more batches into a job, has all its items dropped, and forgets it.
func (r *Redis) dropOpen(ctx context.Context, job string, drop func(context.Context, Item) error) error {
	got, err := r.run(ctx, scripts.abandon, r.keysFor(job, 0), job, r.opt.OpenLife.Milliseconds())
	if err != nil || got != int64(1) {
		return err
	}
	for index := 0; ; index += MaxBatch {
		_, items, err := r.read(ctx, job, index, MaxBatch)
		if err != nil {
			return err
		}
		for _, i := range items {
			if err := drop(ctx, i); err != nil {
				return fmt.Errorf("drop item %s: %w", i.ID, err)
			}
		}
		if len(items) < MaxBatch {
			return r.forget(ctx, job, "abandoned", 0)
		}
	}
}

// forget makes a job invisible and clears it away, if the reason still holds.
func (r *Redis) forget(ctx context.Context, job, why string, age int64) error {
	got, err := r.run(ctx, scripts.forget, r.keysFor(job, 0), job, why, age)
	if err != nil || got != int64(1) {
		return err
	}
	return r.clear(ctx, job)
}

// clear removes a job that is invisible, and the records of its ids.
func (r *Redis) clear(ctx context.Context, job string) error {
	k := jobKeys(r.shardOf(job), job)
	total, err := r.client.HGet(ctx, k[jobHash], "total").Int()
	if err != nil && !errors.Is(err, redis.Nil) {
		return redisError(ctx, err)
	}
	r.leaveIDs(ctx, job, []string{job})
	for index := 0; index < total; index += MaxBatch {
		var page []string
		for i := index; i < min(total, index+MaxBatch); i++ {
			page = append(page, strconv.Itoa(i))
		}
		kept, err := r.client.HMGet(ctx, k[itemsHash], page...).Result()
		if err != nil {
			return redisError(ctx, err)
		}
		var ids []string
		for i := range kept {
			id, _ := splitItem(fields(kept).text(i))
			ids = append(ids, id)
		}
		r.leaveIDs(ctx, job, ids)
	}
	_, err = r.run(ctx, scripts.erase, r.keysFor(job, 0), job)
	return err
}
