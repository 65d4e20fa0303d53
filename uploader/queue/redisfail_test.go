package queue_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

// At maxmemory nothing new comes in, nothing of it is left, and what is there is worked off.
func TestRedisFull(t *testing.T) {
	s := startRedis(t, append(redistest.Durable, "--maxmemory", "6mb")...)
	q := s.open(func(o *queue.RedisOptions) { o.MinLife = time.Millisecond })
	big := func(n int) queue.Batch {
		b := batch(fmt.Sprint("job", n), queue.Bulk, fmt.Sprint("item", n, ".0"), fmt.Sprint("item", n, ".1"))
		b.Items[1].Work = bytes.Repeat([]byte("x"), queue.MaxRecord)
		b.Job.Key = fmt.Sprint("key", n)
		return b
	}
	n := 0
	for ; n < 1000; n++ {
		if _, err := q.Add(t.Context(), big(n)); err != nil {
			if !errors.Is(err, queue.ErrFull) {
				t.Fatalf("Add = %v, want ErrFull", err)
			}
			break
		}
	}
	for _, id := range []string{fmt.Sprint("job", n), fmt.Sprint("item", n, ".0")} {
		if _, _, err := q.Get(t.Context(), id, 0, 1); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Get(%s) after ErrFull = %v, want ErrNotFound", id, err)
		}
		if got := s.Do("EXISTS", "lwq:id:"+id, fmt.Sprint("lwq:key:key", n)); got != int64(0) {
			t.Errorf("EXISTS of what was kept of %s = %v, want 0", id, got)
		}
	}
	for range 2 * n {
		finish(t, q, take(t, q, time.Minute, queue.Bulk))
	}
	if _, err := q.Add(t.Context(), big(n)); !errors.Is(err, queue.ErrFull) {
		t.Errorf("Add before a sweep = %v, want ErrFull", err)
	}
	eventually(t, "a sweep makes room", func() bool {
		if err := q.Sweep(t.Context(), 0, nil); err != nil {
			t.Fatalf("Sweep = %v", err)
		}
		_, err := q.Add(t.Context(), big(n))
		return err == nil
	})
}

// Redis is killed and started again, three times, while jobs come and go. Whatever was
// acknowledged is there, also with appendfsync everysec: a process that is killed loses
// nothing that it has written.
func TestRedisKilledAndStartedAgain(t *testing.T) {
	for name, args := range map[string][]string{"always": redistest.Durable, "everysec": everysec} {
		t.Run(name, func(t *testing.T) { killedAndStartedAgain(t, startRedis(t, args...)) })
	}
}

func killedAndStartedAgain(t *testing.T, s *redisServer) {
	q := s.open()
	const adders, takers, jobs, items = 4, 6, 100, 5
	var adding, taking sync.WaitGroup
	var acknowledged sync.Map // item: bool
	var added, finished atomic.Int64
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	for a := range adders {
		adding.Go(func() {
			for j := range jobs {
				b := batch(fmt.Sprintf("a%dj%d", a, j), queue.Bulk)
				for i := range items {
					b.Items = append(b.Items, queue.Item{ID: fmt.Sprintf("a%dj%di%d", a, j, i)})
				}
				insist(ctx, func() error { _, err := q.Add(ctx, b); return err })
				added.Add(items)
			}
		})
	}
	for range takers {
		taking.Go(func() {
			for ctx.Err() == nil {
				c, err := q.Take(ctx, 2*time.Second, queue.Bulk)
				if err != nil {
					continue
				}
				if _, twice := acknowledged.Load(c.Item.ID); twice {
					t.Errorf("item %s came after its Finish was acknowledged", c.Item.ID)
				}
				if insist(ctx, func() error { return q.Finish(ctx, c, queue.Completed, nil) }) == nil {
					acknowledged.Store(c.Item.ID, true)
					finished.Add(1)
				}
			}
		})
	}
	for n := range int64(3) {
		eventually(t, "some more are finished", func() bool { return finished.Load() >= (n+1)*450 })
		s.Kill()
		s.Start()
	}
	adding.Wait()
	if added.Load() != adders*jobs*items {
		t.Fatalf("%d items were added, want %d", added.Load(), adders*jobs*items)
	}
	eventually(t, "all jobs have ended", func() bool {
		st, err := q.Stats(t.Context())
		return err == nil && st == queue.Stats{}
	})
	stop()
	taking.Wait()
	for a := range adders {
		for n := range jobs {
			j := getJob(t, q, fmt.Sprintf("a%dj%d", a, n))
			if j.State != queue.Completed || j.Total != items || j.Finished.Completed != items || j.Running != 0 {
				t.Errorf("Get = %+v, want %d completed items", j, items)
			}
		}
	}
}

// insist repeats f as long as the queue does not answer.
func insist(ctx context.Context, f func() error) error {
	for {
		err := f()
		if !errors.Is(err, queue.ErrUnavailable) || ctx.Err() != nil {
			return err
		}
	}
}

// What a worker held that is gone goes to another when its lease has run out, and the
// first is refused.
func TestRedisWorkerGone(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	other := s.open()
	add(t, other, batch("job", queue.Bulk, "item"))
	q, err := queue.OpenRedis(t.Context(), queue.RedisOptions{URL: s.URL()})
	if err != nil {
		t.Fatal(err)
	}
	c := take(t, q, 300*time.Millisecond, queue.Bulk)
	if err := q.Close(); err != nil {
		t.Errorf("Close = %v", err)
	}
	if _, err := q.Take(t.Context(), time.Minute, queue.Bulk); !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("Take of a closed queue = %v, want ErrUnavailable", err)
	}
	again := take(t, other, time.Minute, queue.Bulk)
	if again.Item.ID != "item" || again.Item.Attempts != 2 || again.Token == c.Token {
		t.Errorf("Take = %+v, want the item again with another token than %d", again, c.Token)
	}
	if err := other.Finish(t.Context(), c, queue.Completed, nil); !errors.Is(err, queue.ErrStale) {
		t.Errorf("Finish of the first = %v, want ErrStale", err)
	}
	finish(t, other, again)
}
