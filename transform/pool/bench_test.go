package pool

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lightwell/transform"
	"lightwell/transform/engine"
	"lightwell/transform/pool/pooltest"

	"golang.org/x/sys/unix"
)

var startEngine = sync.OnceValue(func() error { return engine.Start(func(_, _ string) {}) })

// BenchmarkOverhead compares a render through the pool with the same in one
// process, in CPU time of all processes together (cpu-ms/op): a small one, and
// one of the largest photograph at hand (LIGHTWELL_CORPUS, else 6 megapixels).
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
		file, err := os.Open(bench.path)
		if err != nil {
			b.Fatal(err)
		}
		defer file.Close()
		data, err := io.ReadAll(file)
		if err != nil {
			b.Fatal(err)
		}
		p := benchPlan(b, data, bench.query)
		b.Run(bench.name+"/process", func(b *testing.B) {
			measure(b, func() error { _, err := engine.Render(data, &p); return err })
		})
		b.Run(bench.name+"/pool", func(b *testing.B) {
			started, err := Start(context.Background(), Config{
				Command: []string{binary, "child"}, Children: 2, Queue: 10, QueueWait: time.Minute,
				Memory: 1 << 30, RenderDeadline: time.Minute, InspectDeadline: time.Minute,
			})
			if err != nil {
				b.Fatal(err)
			}
			defer started.Close()
			measure(b, func() error { _, err := started.Render(context.Background(), file, p); return err })
		})
	}
}

// measure reports the CPU time of this process and of its children that live.
func measure(b *testing.B, do func() error) {
	b.Helper()
	for range 3 { // warm
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	before := cpu(b)
	for b.Loop() {
		if err := do(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(cpu(b)-before)/float64(time.Millisecond)/float64(b.N), "cpu-ms/op")
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
	s, err := engine.Inspect(data, transform.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		b.Fatal(err)
	}
	recipe, _ := req.Recipe.Resolve(s, "")
	p, err := recipe.Plan(s, transform.DefaultLimits)
	if err != nil {
		b.Fatal(err)
	}
	return p
}
