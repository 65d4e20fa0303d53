package pool

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lightwell/transform"
)

// BenchmarkSrcset has all renditions of a photograph, 8 widths in 3 formats, made at once by one pool, in three ways in
// turn: each by itself from the original; all from the original, which is decoded once for many; and from its levels, as
// is done. The photographs are those of about 20 megapixels of LIGHTWELL_CORPUS, else one of six. Times are by the clock,
// each the least of its rounds, and given as geometric means of ratios; and what part of the first way are the encoders,
// which no way can do without.
func BenchmarkSrcset(b *testing.B) {
	pool, err := Start(context.Background(), Config{
		Command: []string{binary, "child"}, Children: 2, Queue: 100, QueueWait: time.Minute, IntakeWait: time.Minute,
		Memory: 1 << 30, RenderDeadline: time.Minute, InspectDeadline: time.Minute, Levels: transform.DefaultLevels,
	})
	if err != nil {
		b.Fatal(err)
	}
	defer pool.Close()
	sets := srcsets(b, pool)
	for b.Loop() {
		for _, s := range sets {
			s.round(b, pool)
		}
	}
	for _, way := range []string{"shared", "levels"} {
		sum := 0.0
		for _, s := range sets {
			sum += math.Log(float64(s.least[way]) / float64(s.least["each"]))
		}
		b.ReportMetric(math.Exp(sum/float64(len(sets))), way+"/each")
	}
	b.ReportMetric(encoders(sets), "encoders/each")
	b.ReportMetric(0, "ns/op") // which is of all ways together
}

// srcset is a photograph with what is made of it, in each way.
type srcset struct {
	ways  map[string][]srcsetTask
	least map[string]time.Duration

	mu            sync.Mutex
	encoders, all time.Duration // of the way "each", guarded by mu
}

// encoders is their part of the time of all renditions that were made each by itself.
func encoders(sets []*srcset) float64 {
	var encoders, all time.Duration
	for _, s := range sets {
		encoders, all = encoders+s.encoders, all+s.all
	}
	return float64(encoders) / float64(all)
}

type srcsetTask struct {
	file *os.File
	plan transform.Plan
}

func srcsets(b *testing.B, pool *Pool) (sets []*srcset) {
	b.Helper()
	paths, least := []string{"../../testdata/photo.jpg"}, 0
	if dir := os.Getenv("LIGHTWELL_CORPUS"); dir != "" {
		paths, _ = filepath.Glob(filepath.Join(dir, "photos/*.jpg"))
		least = 19_000_000
	}
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { file.Close() })
		seen, err := pool.Inspect(context.Background(), file, transform.DefaultLimits)
		if err != nil {
			b.Fatal(err)
		}
		if seen.Source.Width*seen.Source.Height >= least {
			sets = append(sets, newSrcset(b, file, seen))
		}
	}
	if len(sets) == 0 {
		b.Fatal("no photograph is large enough")
	}
	return sets
}

func newSrcset(b *testing.B, original *os.File, seen transform.Inspection) *srcset {
	b.Helper()
	levels := map[transform.Level]*os.File{}
	for _, l := range seen.LevelFiles {
		path := filepath.Join(b.TempDir(), l.String())
		if err := os.WriteFile(path, l.Body, 0o600); err != nil {
			b.Fatal(err)
		}
		file, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { file.Close() })
		levels[l.Level] = file
	}
	s := &srcset{ways: map[string][]srcsetTask{}, least: map[string]time.Duration{}}
	for _, width := range []int{320, 480, 640, 800, 1024, 1280, 1600, 2048} {
		for _, format := range []string{"jpg", "webp", "avif"} {
			plan := planOf(b, seen.Source, fmt.Sprintf("w=%d&fm=%s", width, format))
			s.ways["each"] = append(s.ways["each"], srcsetTask{original, plan})
			plan.File = original.Name()
			s.ways["shared"] = append(s.ways["shared"], srcsetTask{original, plan})
			task := srcsetTask{original, plan}
			if level, ok := plan.Level(seen.Levels); ok {
				task = srcsetTask{levels[level], plan.From(level)}
				task.plan.File += level.String()
			}
			s.ways["levels"] = append(s.ways["levels"], task)
		}
	}
	return s
}

// round has all made in each way once.
func (s *srcset) round(b *testing.B, pool *Pool) {
	b.Helper()
	for way, tasks := range s.ways {
		var burst sync.WaitGroup
		start := time.Now()
		for _, task := range tasks {
			burst.Go(func() {
				made, err := pool.Render(context.Background(), []*os.File{task.file}, task.plan)
				if err != nil || made.Size != task.plan.Out || len(made.Body) == 0 {
					b.Errorf("%s: Render = %v of %d bytes, %v, want %v", way, made.Size, len(made.Body), err, task.plan.Out)
				}
				if way == "each" {
					s.mu.Lock()
					s.encoders, s.all = s.encoders+made.Encode, s.all+made.Encode+made.Decode
					s.mu.Unlock()
				}
			})
		}
		burst.Wait()
		if took := time.Since(start); s.least[way] == 0 || took < s.least[way] {
			s.least[way] = took
		}
	}
}
