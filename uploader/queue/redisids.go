package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// idLife is how long the record of an id lasts. A sweep removes it with its job; only
// what a crash has left is there for so long, and only a job that is kept longer loses
// its items' ids.
const idLife = 400 * 24 * time.Hour

// idsOf are the ids that a batch needs for its job and its items.
func idsOf(b Batch) []string {
	ids := []string{b.Job.ID}
	for _, i := range b.Items {
		if i.ID != b.Job.ID {
			ids = append(ids, i.ID)
		}
	}
	return ids
}

// takeIDs writes down that ids belong to a job, and returns those for which this call has
// done so, also with an error. An id is free if nobody has it, or a job that knows
// nothing of it: that of a batch that never came.
func (r *Redis) takeIDs(ctx context.Context, job string, ids []string) (made []string, err error) {
	p := r.client.Pipeline()
	cmds := make([]*redis.StatusCmd, len(ids))
	for i, id := range ids {
		cmds[i] = p.SetArgs(ctx, idPrefix+id, job, redis.SetArgs{Mode: "NX", Get: true, TTL: idLife})
	}
	p.Exec(ctx) // its error is that of one of the commands
	for i, cmd := range cmds {
		owner, failure := cmd.Result()
		switch {
		case errors.Is(failure, redis.Nil):
			made = append(made, ids[i])
		case failure != nil:
			err = redisError(ctx, failure)
		case owner != job && err == nil:
			if err = r.takeOver(ctx, ids[i], owner, job); err == nil {
				made = append(made, ids[i])
			}
		}
	}
	return made, err
}

func (r *Redis) takeOver(ctx context.Context, id, owner, job string) error {
	got, err := r.run(ctx, scripts.owns, r.keysFor(owner, 0), id)
	if err == nil && got == int64(0) {
		got, err = r.run(ctx, scripts.swap, []string{idPrefix + id}, owner, job, idLife.Milliseconds())
		if err == nil && got == int64(1) {
			return nil
		}
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("job %s has the id %s: %w", owner, id, ErrConflict)
}

// leaveIDs gives back ids as far as they are the job's. What it cannot give back does no
// harm, so an error is not told.
func (r *Redis) leaveIDs(ctx context.Context, job string, ids []string) {
	if ctx.Err() != nil {
		return
	}
	r.runEach(ctx, scripts.swap, len(ids), func(i int) ([]string, []any) {
		return []string{idPrefix + ids[i]}, []any{job, "", 0}
	})
}
