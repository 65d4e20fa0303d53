package queue

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"
)

// heads is how many jobs of a shard are named to a taker: it tries them in turn, so that
// takers who are shown the same do not all look again.
const heads = 4

// Take implements Queue. The first look asks every shard in one round trip which jobs are
// next, and a second one claims an item of the one whose turn it is; so the order of
// classes and of turns holds over all shards. An item that was claimed while ctx ended is
// returned all the same.
func (r *Redis) Take(ctx context.Context, lease time.Duration, classes ...Class) (Claim, error) {
	classes, err := validClasses(classes)
	if err != nil {
		return Claim{}, err
	}
	if lease < time.Millisecond {
		return Claim{}, fmt.Errorf("take an item: a lease of %v, want at least 1ms", lease)
	}
	t := taker{r, classes, setOf(classes), lease}
	for {
		seen := r.lot.seen()
		claim, found, err := t.look(ctx)
		switch {
		case found:
			r.lot.wakeNext(allClasses)
			return claim, nil
		case err != nil:
			return Claim{}, fmt.Errorf("take an item: %w", err)
		}
		r.lot.park(ctx, r.closed, t.set, seen)
	}
}

func validClasses(classes []Class) ([]Class, error) {
	sorted := slices.Compact(slices.Sorted(slices.Values(classes)))
	if len(sorted) == 0 || sorted[0] < Awaited || sorted[len(sorted)-1] > Callback {
		return nil, fmt.Errorf("take an item: classes %v, want some of %d to %d", classes, Awaited, Callback)
	}
	return sorted, nil
}

type taker struct {
	r       *Redis
	classes []Class // lowest first, each once
	set     classSet
	lease   time.Duration
}

// look claims an item if one is due, and else says when the lot should be woken next.
func (t taker) look(ctx context.Context) (Claim, bool, error) {
	select {
	case t.r.looks <- struct{}{}:
		defer func() { <-t.r.looks }()
	case <-ctx.Done():
	case <-t.r.closed:
	}
	for {
		if err := t.r.gone(ctx); err != nil {
			return Claim{}, false, err
		}
		turn, coming, err := t.peek(ctx)
		if err != nil {
			return Claim{}, false, err
		}
		if turn.jobs == nil {
			t.r.lot.ringIn(coming)
			return Claim{}, false, nil
		}
		claim, found, err := t.claim(ctx, turn)
		if found || err != nil {
			return claim, found, err
		}
	}
}

// gone says why a taker must stop waiting, if it must.
func (r *Redis) gone(ctx context.Context) error {
	select {
	case <-r.closed:
		return fmt.Errorf("%w: it is closed", ErrUnavailable)
	default:
		return ctx.Err()
	}
}

// A turn is some jobs of one shard and class, in the order in which they are to be served.
type turn struct {
	shard int
	class Class
	at    float64 // of the first job, microseconds
	jobs  []string
}

func (t turn) before(other turn) bool {
	return other.jobs == nil || t.class < other.class || t.class == other.class && t.at < other.at
}

// peek finds whose turn it is, and how long it is until something else is due. When a
// master of a cluster does not answer, the turn is of what the others have.
func (t taker) peek(ctx context.Context) (best turn, coming time.Duration, err error) {
	answers, err := t.r.eachShard(ctx, scripts.peek, func(shard int) []string {
		var keys []string
		for _, c := range t.classes {
			ready, later := turnKeys(shard, c)
			keys = append(keys, ready, later)
		}
		return keys
	}, heads)
	coming = math.MaxInt64
	for shard, a := range answers {
		for i, c := range t.classes {
			if i >= len(a) {
				break
			}
			head := asFields(a[i])
			if ms := head.int(0); ms >= 0 {
				coming = min(coming, time.Duration(ms+1)*time.Millisecond)
			}
			if next := headOf(shard, c, head); next.jobs != nil && next.before(best) {
				best = next
			}
		}
	}
	if best.jobs != nil {
		err = nil
	}
	return best, coming, err
}

func headOf(shard int, c Class, head fields) turn {
	t := turn{shard: shard, class: c}
	for i := 1; i+1 < len(head); i += 2 {
		t.jobs = append(t.jobs, head.text(i))
	}
	if t.jobs != nil {
		t.at, _ = strconv.ParseFloat(head.text(2), 64)
	}
	return t
}

// claimTime is how long a claim may take. It does not end with the caller's context: the
// item could be leased, and nobody know.
const claimTime = 10 * time.Second

func (t taker) claim(ctx context.Context, turn turn) (Claim, bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), claimTime)
	defer cancel()
	token := newToken()
	keys := shardKeys(turn.shard, turn.class)
	args := []any{token, t.lease.Milliseconds()}
	for _, job := range turn.jobs {
		keys = append(keys, jobKeys(turn.shard, job)...)
		args = append(args, job)
	}
	got, err := t.r.run(ctx, scripts.claim, keys, args...)
	if f := asFields(got); err == nil && len(f) > 0 {
		return claimOf(f, token), true, nil
	}
	return Claim{}, false, err
}

func claimOf(f fields, token int64) Claim {
	c := Claim{Token: token, Until: f.time(11)}
	c.Job = Job{ID: f.text(0), Class: Class(f.int(1)), Info: f.bytes(2), Key: f.text(3), Print: f.text(4),
		Then: f.bytes(5), Created: f.time(6), State: State(f.text(7))}
	c.Item = Item{Job: c.Job.ID, Index: int(f.int(8)), State: Running, Attempts: int(f.int(10)), Due: c.Until}
	c.Item.ID, c.Item.Work = splitItem(f.text(9))
	return c
}
