package queue_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

// batch is a last batch of items with such ids.
func batch(job string, class queue.Class, ids ...string) queue.Batch {
	b := queue.Batch{Job: queue.Job{ID: job, Class: class, Info: []byte("info of " + job)}, Last: true}
	for _, id := range ids {
		b.Items = append(b.Items, queue.Item{ID: id, Work: []byte("work of " + id)})
	}
	return b
}

func add(t testing.TB, q queue.Queue, b queue.Batch) {
	t.Helper()
	if job, err := q.Add(t.Context(), b); err != nil || job != b.Job.ID {
		t.Fatalf("Add(%s) = %q, %v, want its id", b.Job.ID, job, err)
	}
}

func take(t *testing.T, q queue.Queue, lease time.Duration, classes ...queue.Class) queue.Claim {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	c, err := q.Take(ctx, lease, classes...)
	if err != nil {
		t.Fatalf("Take = %v", err)
	}
	return c
}

func finish(t *testing.T, q queue.Queue, c queue.Claim) {
	t.Helper()
	if err := q.Finish(t.Context(), c, queue.Completed, []byte("result of "+c.Item.ID)); err != nil {
		t.Fatalf("Finish(%s) = %v", c.Item.ID, err)
	}
}

func getJob(t *testing.T, q queue.Queue, id string) queue.Job {
	t.Helper()
	j, _, err := q.Get(t.Context(), id, 0, 0)
	if err != nil {
		t.Fatalf("Get(%s) = %v", id, err)
	}
	return j
}

func TestRedisLifeOfAJob(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	lifeOfAJob(t, s.open())
}

// lifeOfAJob goes the main path: batches, takes, a repeat of each, the end and what follows.
func lifeOfAJob(t *testing.T, q *queue.Redis) {
	first := batch("job", queue.Bulk, "a", "b")
	first.Job.Then, first.Last = []byte("call back"), false
	last := batch("job", queue.Bulk, "c")
	last.Job.Then = first.Job.Then
	add(t, q, first)
	add(t, q, first)
	add(t, q, last)
	add(t, q, last)
	for _, want := range []string{"a", "b", "c"} {
		c := take(t, q, time.Minute, queue.Bulk)
		if c.Item.ID != want || string(c.Item.Work) != "work of "+want || c.Item.Attempts != 1 || string(c.Job.Info) != "info of job" {
			t.Fatalf("Take = %+v, want item %s", c, want)
		}
		finish(t, q, c)
		finish(t, q, c)
	}
	j, items, err := q.Get(t.Context(), "b", 1, 10)
	if err != nil || j.ID != "job" || j.State != queue.Completed || j.Finished.Completed != 3 || j.Ended.IsZero() {
		t.Fatalf("Get(b) = %+v, %v, want the completed job", j, err)
	}
	if len(items) != 2 || items[1].ID != "c" || string(items[1].Result) != "result of c" || items[1].State != queue.Completed {
		t.Fatalf("Get(b, 1, 10) = %+v, want items b and c", items)
	}
	c := take(t, q, time.Minute, queue.Awaited, queue.Callback)
	if c.Item.ID != "job.then" || string(c.Item.Work) != "call back" {
		t.Fatalf("Take = %+v, want what follows", c)
	}
	finish(t, q, c)
	if s, err := q.Stats(t.Context()); err != nil || s != (queue.Stats{}) {
		t.Errorf("Stats = %+v, %v, want none", s, err)
	}
}

// Jobs of a class take turns over all shards, and a lower class goes first.
func TestRedisTurns(t *testing.T) {
	q := startRedis(t, redistest.Durable...).open()
	var got []string
	for j := range 4 {
		id := fmt.Sprint("job", j)
		add(t, q, batch(id, queue.Bulk, id+".0", id+".1"))
	}
	add(t, q, batch("urgent", queue.Awaited, "urgent"))
	for range 9 {
		got = append(got, take(t, q, time.Minute, queue.Bulk, queue.Awaited).Item.ID)
	}
	want := strings.Fields("urgent job0.0 job1.0 job2.0 job3.0 job0.1 job1.1 job2.1 job3.1")
	if !slices.Equal(got, want) {
		t.Errorf("items came as %q, want %q", got, want)
	}
}

// Of many jobs with one key, added at once by several processes, one is completed, and
// all are told which.
func TestRedisOneJobOfAKey(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	queues := []*queue.Redis{s.open(), s.open()}
	for round := range 5 {
		var wg sync.WaitGroup
		told := make([]string, 40)
		for n := range told {
			wg.Go(func() {
				b := batch(fmt.Sprintf("r%dj%d", round, n), queue.Bulk, fmt.Sprintf("r%di%d", round, n))
				b.Job.Key, b.Job.Print = fmt.Sprint("key ", round), "same"
				var err error
				if told[n], err = queues[n%2].Add(t.Context(), b); err != nil {
					t.Errorf("Add = %v", err)
				}
			})
		}
		wg.Wait()
		if got := slices.Compact(slices.Sorted(slices.Values(told))); len(got) != 1 {
			t.Errorf("Add of one key = %q, want one job", got)
		}
	}
	if s, err := queues[0].Stats(t.Context()); err != nil || s.Waiting != 5 {
		t.Errorf("Stats = %+v, %v, want 5 waiting", s, err)
	}
}

// Whoever reserved a key and was stopped does not keep it: the next takes it over, and
// the first, when it goes on, is told of that job.
func TestRedisAbandonedReservation(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q := s.open()
	s.Do("HSET", "lwq:key:k", "job", "dead", "print", "p", "token", 5, "at", 1)
	b := batch("alive", queue.Bulk, "alive")
	b.Job.Key, b.Job.Print = "k", "p"
	add(t, q, b)
	dead := batch("dead", queue.Bulk, "dead")
	dead.Job.Key, dead.Job.Print = "k", "p"
	if job, err := q.Add(t.Context(), dead); job != "alive" || err != nil {
		t.Errorf("Add of the one that was stopped = %q, %v, want alive", job, err)
	}
	dead.Job.Print = "other"
	if _, err := q.Add(t.Context(), dead); !errors.Is(err, queue.ErrConflict) {
		t.Errorf("Add with another print = %v, want ErrConflict", err)
	}
	add(t, q, b)
}

// A reservation that was revoked in the job's slot completes no job, also where whoever
// did so got no further.
func TestRedisRevokedReservation(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q := s.open(func(o *queue.RedisOptions) { o.Shards = 1 })
	s.Do("HSET", "lwq:key:k", "job", "slow", "print", "p", "token", 5, "at", time.Now().UnixMilli())
	s.Do("SET", "{lwq:0}:revoked:slow", 5)
	b := batch("slow", queue.Bulk, "slow")
	b.Job.Key, b.Job.Print = "k", "p"
	add(t, q, b)
	if got := s.Do("HGET", "lwq:key:k", "token"); got == "5" {
		t.Errorf("the job was completed under the reservation %v, want another", got)
	}
}

func TestRedisRefusesToStart(t *testing.T) {
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"--appendonly", "yes", "--maxmemory-policy", "allkeys-lru"}, "maxmemory-policy to noeviction"},
		{[]string{"--appendonly", "no", "--maxmemory-policy", "noeviction"}, "appendonly to yes"},
	} {
		s := startRedis(t, tt.args...)
		_, err := queue.OpenRedis(t.Context(), queue.RedisOptions{URL: s.URL()})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("OpenRedis(%q) = %v, want %q", tt.args, err, tt.want)
		}
		s.open(func(o *queue.RedisOptions) { o.AllowLossy = true })
	}
	s := startRedis(t, redistest.Durable...)
	s.open()
	_, err := queue.OpenRedis(t.Context(), queue.RedisOptions{URL: s.URL(), Shards: 3})
	if want := "made with 8 shards and not 3"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("OpenRedis of 3 shards = %v, want %q", err, want)
	}
	s.Kill()
	if _, err := queue.OpenRedis(t.Context(), queue.RedisOptions{URL: s.URL()}); !errors.Is(err, queue.ErrUnavailable) {
		t.Errorf("OpenRedis of nobody = %v, want ErrUnavailable", err)
	}
}
