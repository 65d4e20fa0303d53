package queue_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/uploader/queue"
)

var everysec = []string{"--appendonly", "yes", "--appendfsync", "everysec", "--maxmemory-policy", "noeviction"}

// BenchmarkRedisAdd adds jobs of one item, from 32 goroutines.
func BenchmarkRedisAdd(b *testing.B) {
	q := startRedis(b, everysec...).open()
	var n atomic.Int64
	b.SetParallelism(16)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			id := fmt.Sprint("item", n.Add(1))
			if _, err := q.Add(b.Context(), batch(id, queue.Awaited, id)); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

// BenchmarkRedisAddLarge adds jobs of 100,000 items and cancels them.
func BenchmarkRedisAddLarge(b *testing.B) {
	s := startRedis(b, everysec...)
	q := s.open()
	var cancels time.Duration
	n := 0
	for b.Loop() {
		id := fmt.Sprint("job", n)
		addLarge(b, q, id, 100_000)
		start := time.Now()
		if err := q.Cancel(b.Context(), id); err != nil {
			b.Fatal(err)
		}
		cancels += time.Since(start)
		n++
	}
	b.ReportMetric(float64(100_000*n)/b.Elapsed().Seconds(), "items/s")
	b.ReportMetric(float64(cancels.Microseconds())/float64(n), "us/cancel")
	var used int64
	for line := range strings.Lines(s.Do("INFO", "memory").(string)) {
		fmt.Sscanf(line, "used_memory:%d", &used)
	}
	b.ReportMetric(float64(used)/float64(100_000*n), "B/item")
}

// BenchmarkRedisWork takes items of one job and finishes them, from 32 goroutines.
func BenchmarkRedisWork(b *testing.B) {
	for _, items := range []int{1000, 100_000} {
		b.Run(fmt.Sprint("items=", items), func(b *testing.B) {
			q := startRedis(b, everysec...).open()
			jobs := 0
			for added := 0; added < b.N; added += items {
				addLarge(b, q, fmt.Sprint("job", jobs), items)
				jobs++
			}
			b.ResetTimer()
			b.SetParallelism(16)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					c, err := q.Take(b.Context(), time.Minute, queue.Bulk)
					if err == nil {
						err = q.Finish(b.Context(), c, queue.Completed, nil)
					}
					if err != nil {
						b.Error(err)
						return
					}
				}
			})
		})
	}
}

// addLarge adds a job in batches of MaxBatch.
func addLarge(t testing.TB, q queue.Queue, id string, items int) {
	t.Helper()
	for n := 0; n < items; n += queue.MaxBatch {
		b := batch(id, queue.Bulk)
		for i := n; i < min(items, n+queue.MaxBatch); i++ {
			b.Items = append(b.Items, queue.Item{ID: fmt.Sprintf("%s.%d", id, i), Work: []byte("some work to be done, for example this")})
		}
		b.Last = n+queue.MaxBatch >= items
		add(t, q, b)
	}
}
