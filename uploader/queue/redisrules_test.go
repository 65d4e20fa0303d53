package queue_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

func wantErr(t *testing.T, what string, got, want error) {
	t.Helper()
	if !errors.Is(got, want) || want == nil && got != nil {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestRedisAddRefuses(t *testing.T) {
	q := startRedis(t, redistest.Durable...).open()
	ctx := t.Context()
	open := batch("open", queue.Bulk, "o1", "o2")
	open.Last = false
	add(t, q, open)
	add(t, q, batch("done", queue.Bulk))
	if j := getJob(t, q, "done"); j.State != queue.Completed || j.Ended.IsZero() {
		t.Errorf("Get of a job without items = %+v, want it completed", j)
	}
	add(t, q, batch("same", queue.Bulk, "same"))
	for _, tt := range []struct {
		b    queue.Batch
		want error
	}{
		{batch("new", queue.Bulk, "n1", "o1"), queue.ErrConflict},
		{batch("new", queue.Bulk, "n1", "n1"), queue.ErrConflict},
		{batch("new", queue.Bulk, "same"), queue.ErrConflict},
		{batch("new", queue.Bulk, "done"), queue.ErrConflict},
		{batch("o1", queue.Bulk, "n1"), queue.ErrConflict},
		{batch("open", queue.Bulk, "n1", "o1"), queue.ErrConflict},
		{batch("open", queue.Awaited, "n1"), queue.ErrConflict},
		{batch("done", queue.Bulk, "n1"), queue.ErrEnded},
		{batch("same", queue.Bulk, "n1"), queue.ErrEnded},
	} {
		_, err := q.Add(ctx, tt.b)
		wantErr(t, fmt.Sprintf("Add(%s of %d items)", tt.b.Job.ID, len(tt.b.Items)), err, tt.want)
	}
	_, _, err := q.Get(ctx, "n1", 0, 0)
	wantErr(t, "Get of what was refused", err, queue.ErrNotFound)
	add(t, q, batch("new", queue.Bulk, "n1"))
	for _, b := range []queue.Batch{batch("", 0), batch("Upper", 0), batch("a.then", 0), batch("a", 3), batch("a", 0, "b c")} {
		if _, err := q.Add(ctx, b); err == nil || errors.Is(err, queue.ErrUnavailable) {
			t.Errorf("Add(%+v) = %v, want what is wrong", b, err)
		}
	}
}

func TestRedisRetryAndAttempts(t *testing.T) {
	q := startRedis(t, redistest.Durable...).open()
	ctx := t.Context()
	add(t, q, batch("job", queue.Bulk, "a", "b"))
	a := take(t, q, time.Minute, queue.Bulk)
	wantErr(t, "Retry", q.Retry(ctx, a, 400*time.Millisecond), nil)
	wantErr(t, "Finish after Retry", q.Finish(ctx, a, queue.Completed, nil), queue.ErrStale)
	_, err := q.Extend(ctx, a, time.Minute)
	wantErr(t, "Extend after Retry", err, queue.ErrStale)
	if s, err := q.Stats(ctx); err != nil || s.Waiting != 1 || s.Delayed != 1 || s.Oldest <= 0 {
		t.Errorf("Stats = %+v, %v, want one waiting and one delayed", s, err)
	}
	b := take(t, q, time.Minute, queue.Bulk)
	if b.Item.ID != "b" {
		t.Errorf("Take = %s, want b, for a is not due", b.Item.ID)
	}
	until, err := q.Extend(ctx, b, time.Millisecond)
	if err != nil || !until.Before(b.Until) {
		t.Errorf("Extend = %v, %v, want sooner than %v", until, err, b.Until)
	}
	again := take(t, q, time.Minute, queue.Bulk)
	if again.Item.ID != "b" || again.Item.Attempts != 2 {
		t.Errorf("Take = %+v, want b, whose lease has run out", again.Item)
	}
	finish(t, q, again)
	if again = take(t, q, time.Millisecond, queue.Bulk); again.Item.ID != "a" || again.Item.Attempts != 2 {
		t.Errorf("Take = %+v, want a, which is due", again.Item)
	}
	lapsed := again
	if again = take(t, q, time.Minute, queue.Bulk); again.Item.ID != "a" || again.Item.Attempts != 3 {
		t.Errorf("Take = %+v, want a, whose lease has run out", again.Item)
	}
	wantErr(t, "Finish", q.Finish(ctx, again, queue.Failed, nil), nil)
	j, items, err := q.Get(ctx, "job", 0, 2)
	if err != nil || j.State != queue.Completed || j.Finished != (queue.Finished{Completed: 1, Failed: 1}) || j.Running != 0 {
		t.Errorf("Get = %+v, %v, want it completed", j, err)
	}
	if items[0].State != queue.Failed || items[0].Attempts != 3 || items[0].Result != nil {
		t.Errorf("Get = %+v, want it failed", items[0])
	}
	wantErr(t, "Finish of an item that has failed", q.Finish(ctx, lapsed, queue.Completed, nil), queue.ErrStale)
}

func TestRedisCancel(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q := s.open()
	ctx := t.Context()
	b := batch("job", queue.Bulk, "a", "b", "c", "d")
	b.Job.Then = []byte("then")
	add(t, q, b)
	a, c, d := take(t, q, time.Minute, queue.Bulk), take(t, q, time.Minute, queue.Bulk), take(t, q, time.Minute, queue.Bulk)
	wantErr(t, "Retry", q.Retry(ctx, c, 0), nil)
	wantErr(t, "Cancel", q.Cancel(ctx, "job"), nil)
	wantErr(t, "Cancel again", q.Cancel(ctx, "job"), queue.ErrEnded)
	wantErr(t, "Cancel of nothing", q.Cancel(ctx, "nothing"), queue.ErrNotFound)
	j, items, err := q.Get(ctx, "job", 0, 9)
	if err != nil || j.State != queue.Cancelled || !j.Ended.IsZero() || j.Finished.Cancelled != 2 || j.Running != 2 {
		t.Errorf("Get = %+v, %v, want it cancelled with two running", j, err)
	}
	for i, want := range []queue.State{queue.Running, queue.Cancelled, queue.Running, queue.Cancelled} {
		if items[i].State != want {
			t.Errorf("Get: item %d is %s, want %s", i, items[i].State, want)
		}
	}
	finish(t, q, a)
	wantErr(t, "Retry in a cancelled job", q.Retry(ctx, d, 0), nil)
	j = getJob(t, q, "job")
	if j.State != queue.Cancelled || j.Ended.IsZero() || j.Finished != (queue.Finished{Completed: 1, Cancelled: 3}) {
		t.Errorf("Get = %+v, want it ended", j)
	}
	if then := take(t, q, time.Minute, queue.Callback); string(then.Item.Work) != "then" {
		t.Errorf("Take = %+v, want what follows", then)
	}

	open := batch("open", queue.Bulk, "x")
	open.Last = false
	add(t, q, open)
	wantErr(t, "Cancel of an open job", q.Cancel(ctx, "open"), nil)
	for _, id := range []string{"open", "x"} {
		_, _, err := q.Get(ctx, id, 0, 0)
		wantErr(t, "Get of a dropped job", err, queue.ErrNotFound)
	}
	if got := s.Do("KEYS", "*open"); fmt.Sprint(got) != fmt.Sprint(s.Do("KEYS", "{lwq:?}:open")) {
		t.Errorf("KEYS = %q, want nothing left of the job", got)
	}
}

func TestRedisSweep(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q := s.open(func(o *queue.RedisOptions) { o.MinLife, o.OpenLife = 50*time.Millisecond, 50*time.Millisecond })
	ctx := t.Context()
	add(t, q, batch("done", queue.Bulk, "d"))
	c := take(t, q, time.Minute, queue.Bulk)
	wantErr(t, "Finish", q.Finish(ctx, c, queue.Failed, nil), nil)
	add(t, q, batch("running", queue.Bulk, "r"))
	open := batch("open", queue.Bulk, "o1", "o2")
	open.Last = false
	add(t, q, open)
	var dropped []string
	broken := errors.New("broken")
	eventually(t, "the open job is old enough", func() bool {
		err := q.Sweep(ctx, 0, func(_ context.Context, i queue.Item) error {
			dropped = append(dropped, i.ID)
			return broken
		})
		return errors.Is(err, broken)
	})
	if j := getJob(t, q, "open"); j.State != queue.Open || j.Total != 2 {
		t.Errorf("Get = %+v, want the open job, for an item could not be dropped", j)
	}
	_, err := q.Add(ctx, batch("open", queue.Bulk, "o3"))
	wantErr(t, "Add to a job that is being dropped", err, queue.ErrEnded)
	wantErr(t, "Sweep", q.Sweep(ctx, 0, func(_ context.Context, i queue.Item) error {
		dropped = append(dropped, i.ID)
		return nil
	}), nil)
	if got := fmt.Sprint(dropped); got != "[o1 o1 o2]" {
		t.Errorf("dropped %s, want [o1 o1 o2]", got)
	}
	for _, id := range []string{"open", "o1", "o2", "done", "d"} {
		_, _, err := q.Get(ctx, id, 0, 0)
		wantErr(t, "Get after the sweep of "+id, err, queue.ErrNotFound)
	}
	if st, err := q.Stats(ctx); err != nil || st.Waiting != 1 || st.Failed != 0 {
		t.Errorf("Stats = %+v, %v, want one waiting", st, err)
	}
	finish(t, q, take(t, q, time.Minute, queue.Bulk))
	eventually(t, "nothing is left but what the queue knows of itself", func() bool {
		wantErr(t, "Sweep", q.Sweep(ctx, 0, nil), nil)
		return len(s.Do("KEYS", "*").([]any)) <= 1+8
	})
}
