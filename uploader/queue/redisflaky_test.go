package queue_test

import (
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

// A flakyProxy passes commands on to Redis, and cuts the connection instead of every nth
// answer: what was asked for has then happened, and nobody knows.
type flakyProxy struct {
	addr, server string
	nth          int64
	answers      atomic.Int64
	cuts         atomic.Int64
}

func startFlaky(t *testing.T, server string, nth int64) *flakyProxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &flakyProxy{addr: l.Addr().String(), server: server, nth: nth}
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			wg.Go(func() { p.pass(client) })
		}
	})
	t.Cleanup(func() {
		l.Close()
		wg.Wait()
	})
	return p
}

func (p *flakyProxy) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		return
	}
	var wg sync.WaitGroup
	wg.Go(func() {
		io.Copy(server, client)
		server.Close()
	})
	defer wg.Wait()
	defer client.Close()
	buf := make([]byte, 64<<10)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		if p.answers.Add(1)%p.nth == 0 {
			p.cuts.Add(1)
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

// However many answers are lost, every item is claimed once and counted once, and of
// jobs with one key one is there.
func TestRedisLostAnswers(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	p := startFlaky(t, s.Addr, 17)
	q := s.open(func(o *queue.RedisOptions) { o.URL = "redis://" + p.addr })
	ctx := t.Context()
	const adders, takers, jobs, items = 4, 4, 25, 4
	var adding, taking sync.WaitGroup
	for a := range adders {
		adding.Go(func() {
			for j := range jobs {
				b := batch(fmt.Sprintf("a%dj%d", a, j), queue.Bulk)
				b.Job.Key, b.Job.Print = fmt.Sprint("key", j), "print" // the same for all adders
				for i := range items {
					b.Items = append(b.Items, queue.Item{ID: fmt.Sprintf("a%dj%di%d", a, j, i)})
				}
				if err := insist(ctx, func() error { _, err := q.Add(ctx, b); return err }); err != nil {
					t.Errorf("Add = %v", err)
				}
			}
		})
	}
	var taken atomic.Int64
	for range takers {
		taking.Go(func() {
			for taken.Add(1) <= jobs*items {
				var c queue.Claim
				insist(ctx, func() (err error) { c, err = q.Take(ctx, time.Minute, queue.Bulk); return err })
				if c.Item.Attempts != 1 {
					t.Errorf("Take = %+v, want its first attempt", c.Item)
				}
				if err := insist(ctx, func() error { return q.Finish(ctx, c, queue.Completed, nil) }); err != nil {
					t.Errorf("Finish(%s) = %v", c.Item.ID, err)
				}
			}
		})
	}
	adding.Wait()
	taking.Wait()
	var total, completed int
	direct := s.open()
	for a := range adders {
		for n := range jobs {
			j, _, err := direct.Get(ctx, fmt.Sprintf("a%dj%d", a, n), 0, 0)
			if err == nil {
				total, completed = total+j.Total, completed+j.Finished.Completed
			}
		}
	}
	if total != jobs*items || completed != total {
		t.Errorf("%d items are there and %d completed, want %d", total, completed, jobs*items)
	}
	if st, err := direct.Stats(ctx); err != nil || st != (queue.Stats{}) {
		t.Errorf("Stats = %+v, %v, want none", st, err)
	}
	if p.cuts.Load() < 50 {
		t.Errorf("%d answers were lost, want some dozens", p.cuts.Load())
	}
}

// A Cancel and a Retry whose answers are lost are repeated on the way, and say what they did.
func TestRedisLostAnswersOfEnds(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q := s.open(func(o *queue.RedisOptions) { o.URL = "redis://" + startFlaky(t, s.Addr, 5).addr })
	for n := range 15 {
		b := batch(fmt.Sprint("job", n), queue.Bulk, fmt.Sprint("item", n))
		add(t, q, b)
		wantErr(t, "Retry", q.Retry(t.Context(), take(t, q, time.Minute, queue.Bulk), 0), nil)
		wantErr(t, "Cancel", q.Cancel(t.Context(), b.Job.ID), nil)
		open := batch(fmt.Sprint("open", n), queue.Bulk, fmt.Sprint("more", n))
		open.Last = false
		add(t, q, open)
		wantErr(t, "Cancel of an open job", q.Cancel(t.Context(), open.Job.ID), nil)
	}
}
