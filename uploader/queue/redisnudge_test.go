package queue_test

import (
	"bytes"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/uploader/queue"
)

// The connection for messages is opened again, and watchers hear of it.
func TestRedisSubscriberCutOff(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q := s.open()
	add(t, q, batch("job", queue.Bulk, "item"))
	nudges := make(chan struct{}, 100)
	stop := q.Watch("job", func() { nudges <- struct{}{} })
	defer stop()
	heard := func(what string) {
		t.Helper()
		select {
		case <-nudges:
		case <-time.After(10 * time.Second):
			t.Fatalf("no nudge: %s", what)
		}
	}
	heard("subscribed")
	for range 3 {
		if got := s.Do("CLIENT", "KILL", "TYPE", "pubsub"); got != int64(1) {
			t.Fatalf("CLIENT KILL = %v, want one connection a process", got)
		}
		heard("connected again")
	}
	eventually(t, "it is quiet", func() bool { return len(nudges) == 0 })
	c := take(t, q, time.Minute, queue.Bulk)
	heard("taken")
	finish(t, q, c)
	heard("finished")
	stop()
	eventually(t, "nobody listens", func() bool {
		return fmt.Sprint(s.Do("PUBSUB", "NUMSUB", "lwq:job:job")) == "[lwq:job:job 0]"
	})
}

// One item wakes few of a thousand takers, and those of all processes get theirs in time.
func TestRedisNoStampede(t *testing.T) {
	s := startRedis(t, redistest.Durable...)
	q, adder := s.open(), s.open()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	var taken atomic.Int64
	for range 1000 {
		wg.Go(func() {
			if _, err := q.Take(ctx, time.Minute, queue.Bulk); err == nil {
				taken.Add(1)
			}
		})
	}
	scripts := func() int64 {
		var n int64
		text := s.Do("INFO", "commandstats").(string)
		for line := range bytes.Lines([]byte(text)) {
			fmt.Sscanf(string(line), "cmdstat_evalsha:calls=%d,", &n)
		}
		return n
	}
	before := int64(-1)
	eventually(t, "all are parked", func() bool {
		last := before
		before = scripts()
		return before > 0 && before == last
	})
	start := time.Now()
	add(t, adder, batch("one", queue.Bulk, "one"))
	eventually(t, "it is taken", func() bool { return taken.Load() == 1 })
	seconds := int64(time.Since(start)/time.Second) + 2
	if got := scripts() - before; got > 40+10*seconds { // each second one looks, nudge or none: 8 scripts
		t.Errorf("one item cost %d scripts, want some dozens", got)
	}
	b := batch("many", queue.Bulk)
	for i := range 999 {
		b.Items = append(b.Items, queue.Item{ID: fmt.Sprint("many", i)})
	}
	add(t, adder, b)
	eventually(t, "all are taken", func() bool { return taken.Load() == 1000 })
	cancel()
	wg.Wait()
}
