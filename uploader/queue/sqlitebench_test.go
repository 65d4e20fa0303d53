package queue_test

import (
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/uploader/queue"
)

// BenchmarkSQLiteAdd adds jobs of one item of 300 bytes, each durable when it returns.
func BenchmarkSQLiteAdd(b *testing.B) {
	for _, n := range []int{1, 32} {
		b.Run(fmt.Sprintf("goroutines=%d", n), func(b *testing.B) {
			q := openSQLite(b, filepath.Join(b.TempDir(), "queue.db"), queue.SQLiteOptions{})
			var next atomic.Int64
			b.SetParallelism(max(1, n/2)) // goroutines per processor
			if n == 1 {
				for b.Loop() {
					mustAdd(b, q, batchOf(fmt.Sprintf("j%d", next.Add(1)), 0, 1, 300, true))
				}
			} else {
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						if _, err := q.Add(b.Context(), batchOf(fmt.Sprintf("j%d", next.Add(1)), 0, 1, 300, true)); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "adds/s")
		})
	}
}

// BenchmarkSQLiteBulk adds a job in batches of 1,000 items of 300 bytes.
func BenchmarkSQLiteBulk(b *testing.B) {
	for _, size := range []int{1_000, 10_000, 100_000} {
		b.Run(fmt.Sprintf("items=%d", size), func(b *testing.B) {
			q := openSQLite(b, filepath.Join(b.TempDir(), "queue.db"), queue.SQLiteOptions{})
			var last time.Duration
			for i := range b.N {
				last = addBulk(b, q, fmt.Sprintf("j%d", i), size)
			}
			b.ReportMetric(float64(b.N*size)/b.Elapsed().Seconds(), "items/s")
			b.ReportMetric(float64(last.Microseconds())/1000, "last-batch-ms")
		})
	}
}

// addBulk adds a job of so many items, and says how long its last batch took.
func addBulk(b *testing.B, q queue.Queue, job string, size int) (last time.Duration) {
	for first := 0; first < size; first += queue.MaxBatch {
		start := time.Now()
		mustAdd(b, q, batchOf(job, first, queue.MaxBatch, 300, first+queue.MaxBatch == size))
		last = time.Since(start)
	}
	return last
}

// BenchmarkSQLiteTake takes and finishes items of a job of so many, one after another and
// sixteen at once, in a queue that may have 10,000 ended jobs.
func BenchmarkSQLiteTake(b *testing.B) {
	for _, c := range []struct{ items, workers, ended int }{
		{1_000, 1, 0}, {100_000, 1, 0}, {100_000, 1, 10_000}, {1_000, 16, 0}, {100_000, 16, 0},
	} {
		b.Run(fmt.Sprintf("items=%d/workers=%d/ended=%d", c.items, c.workers, c.ended), func(b *testing.B) {
			q := openSQLite(b, filepath.Join(b.TempDir(), "queue.db"), queue.SQLiteOptions{})
			addEnded(b, q, c.ended)
			addBulk(b, q, "a", c.items)
			b.ResetTimer()
			if c.workers == 1 {
				for range b.N {
					takeAndFinish(b, q)
				}
			} else {
				b.SetParallelism(c.workers / 2)
				b.RunParallel(func(pb *testing.PB) {
					for pb.Next() {
						takeAndFinish(b, q)
					}
				})
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pairs/s")
		})
	}
}

func addEnded(b *testing.B, q queue.Queue, n int) {
	var next atomic.Int64
	done := make(chan struct{})
	for range 64 {
		go func() {
			for i := next.Add(1); i <= int64(n); i = next.Add(1) {
				if _, err := q.Add(b.Context(), batchOf(fmt.Sprintf("e%d", i), 0, 0, 0, true)); err != nil {
					b.Error(err)
				}
			}
			done <- struct{}{}
		}()
	}
	for range 64 {
		<-done
	}
}

func takeAndFinish(b *testing.B, q queue.Queue) {
	c, err := q.Take(b.Context(), time.Minute, queue.Bulk)
	if err == nil {
		err = q.Finish(b.Context(), c, queue.Completed, []byte(`{"imageId":"0123456789abcdefghjkmnpqrs"}`))
	}
	if err != nil {
		b.Error(err)
	}
}
