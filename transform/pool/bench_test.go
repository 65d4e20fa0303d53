package pool

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"lightwell/transform"
	"lightwell/transform/engine"
	"lightwell/transform/pool/pooltest"

	"golang.org/x/sys/unix"
)

var startEngine = sync.OnceValue(func() error { return engine.Start(func(_, _ string) {}) })

// BenchmarkOverhead compares a render through the pool with the same in this
// process, in turns, in CPU time of all processes together: a small one, and one
// of the largest photograph at hand (LIGHTWELL_CORPUS, else 6 megapixels).
func BenchmarkOverhead(b *testing.B) {
	if err := startEngine(); err != nil {
		b.Fatal(err)
	}
	large := "../../testdata/photo.jpg"
	if dir := os.Getenv("LIGHTWELL_CORPUS"); dir != "" {
		large = filepath.Join(dir, "photos/Kleiber_by_Lukas_Baubkus.jpg")
	}
	for _, bench := range []struct{ name, path, query string }{
		{"small", "../../testdata/photo.webp", "w=200&fm=jpg"},
		{"large", large, "w=400&fm=webp"},
	} {
		b.Run(bench.name, func(b *testing.B) { benchOverhead(b, bench.path, bench.query) })
	}
}

func benchOverhead(b *testing.B, path, query string) {
	file, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		b.Fatal(err)
	}
	plan := benchPlan(b, data, query)
	pool, err := Start(context.Background(), Config{
		Command: []string{binary, "child"}, Children: 2, Queue: 10, QueueWait: time.Minute, IntakeWait: time.Minute,
		Memory: 1 << 30, RenderDeadline: time.Minute, InspectDeadline: time.Minute,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	inProcess := func() error { _, err := engine.Render(data, engine.Layers{}, &plan); return err }
	inPool := func() error { _, err := pool.Render(context.Background(), []*os.File{file}, plan); return err }
	for range 3 { // warm
		spent(b, inProcess)
		spent(b, inPool)
	}
	var process, pooled, more []float64 // milliseconds
	for b.Loop() {
		a, z := spent(b, inProcess), spent(b, inPool)
		process, pooled, more = append(process, a), append(pooled, z), append(more, z-a)
	}
	b.ReportMetric(median(process), "process-cpu-ms")
	b.ReportMetric(median(pooled), "pool-cpu-ms")
	b.ReportMetric(median(more), "more-cpu-ms")
}

func median(of []float64) float64 {
	slices.Sort(of)
	return of[len(of)/2]
}

// spent is the CPU time in milliseconds that something takes of this process and
// its children.
func spent(b *testing.B, do func() error) float64 {
	b.Helper()
	before := cpu(b)
	if err := do(); err != nil {
		b.Fatal(err)
	}
	return float64(cpu(b)-before) / float64(time.Millisecond)
}

func cpu(b *testing.B) (used time.Duration) {
	b.Helper()
	for _, pid := range append(pooltest.Children(b, os.Getpid()), os.Getpid()) {
		clock, err := processClock(pid)
		if err != nil {
			b.Fatal(err)
		}
		used += clock
	}
	return used
}

// processClock is the CPU time of a process, in nanoseconds, by its own clock
// (clock_getcpuclockid(3)).
func processClock(pid int) (time.Duration, error) {
	var t unix.Timespec
	if err := unix.ClockGettime(int32(^uint32(pid)<<3|2), &t); err != nil {
		return 0, err
	}
	return time.Duration(t.Nano()), nil
}

func benchPlan(b *testing.B, data []byte, query string) transform.Plan {
	b.Helper()
	seen, err := engine.Inspect(data, transform.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	return planOf(b, seen.Source, query)
}
