package main_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	growthFew  = 1000
	growthMany = 1_000_000
	// growthIDs are asked for in each store, spread over all of it.
	growthIDs = 1000
)

// BenchmarkGrowth compares a server over a million assets with one over a thousand, in turns, request by request. The
// stores are filled by the first run, which takes a quarter of an hour, 6 million inodes and 12 GB in the user's cache;
// LIGHTWELL_GROWTH is another number of assets than a million. With LIGHTWELL_UPDATE set it writes a section of
// docs/growth.md. An operation is a round, at servers of its own.
func BenchmarkGrowth(b *testing.B) {
	few, many := newGrowth(b, growthFew), newGrowth(b, setting(b, "LIGHTWELL_GROWTH", growthMany))
	both := []*growth{few, many}
	for round := 0; b.Loop(); round++ {
		for _, g := range turned(both, round) {
			g.start(b)
		}
		for _, g := range both {
			g.upload(b) // once both are up: no start comes beside work of the other
		}
		growthRound(b, both, round)
		for _, g := range both {
			g.end(b)
		}
	}
	section(b, "growth", fmt.Sprintf(growthHead, few.n, many.n)+growthText(few, many))
	for _, what := range []string{"hit-p99-ms", "cold-cpu-ms"} {
		b.ReportMetric(many.by(few, what), what+"-ratio")
	}
}

// growthRound takes all measurements once.
func growthRound(b *testing.B, both []*growth, round int) {
	// Originals of ids that nothing is known of yet, half of which the kernel has read before.
	timed(both, growthIDs/2, "first", func(g *growth, i int) answer { return g.p.get("/image/" + g.id(2*i, 1+round)) })
	for _, g := range both {
		for i := range growthIDs / 2 {
			g.read(b, g.id(2*i+1, 1+round))
		}
	}
	timed(both, growthIDs/2, "cached", func(g *growth, i int) answer { return g.p.get("/image/" + g.id(2*i+1, 1+round)) })
	small := func(g *growth, i int) answer { return g.p.get("/image/" + g.id(i, 0) + "?w=40&fm=webp") }
	charged(both, growthIDs, 100, "small", func(g *growth, i int) { g.want(b, small(g, i), "cache;desc=miss") })
	charged(both, 10*growthIDs, 1000, "hit", func(g *growth, i int) { small(g, i%growthIDs) })
	timed(both, 10*growthIDs, "hit", func(g *growth, i int) answer {
		a := small(g, i%growthIDs)
		g.want(b, a, "cache;desc=memory")
		return a
	})
	timed(both, 50, "list", func(g *growth, i int) answer {
		return do(b, request(b, http.MethodGet, g.p.uploads+"/images?limit=100", nil))
	})
	timed(both, 50, "tag", func(g *growth, i int) answer {
		return do(b, request(b, http.MethodGet, fmt.Sprintf("%s/images?tag=tag-%d&limit=10", g.p.uploads, i%grownTags), nil))
	})
	wishes := coldWishes(len(both[0].photos))
	charged(both, len(wishes), 12, "cold", func(g *growth, i int) {
		w := wishes[i]
		g.want(b, g.p.get(fmt.Sprintf("/image/%s?w=%d&fm=%s", g.photos[w.photo], w.width, w.format)), "cache;desc=miss")
	})
}

// coldWish is a rendition of a photograph.
type coldWish struct {
	photo, width int
	format       string
}

func coldWishes(photos int) (all []coldWish) {
	for photo := range photos {
		for _, width := range []int{400, 800} {
			for _, format := range []string{"jpg", "webp", "avif"} {
				all = append(all, coldWish{photo, width, format})
			}
		}
	}
	return all
}

// growth is a store of some size, a server over it, and what was measured, a figure for each round.
type growth struct {
	n       int
	data    string
	p       *process
	photos  []string // ids of photographs that were uploaded for this round
	figures map[string][]float64
}

func newGrowth(b *testing.B, n int) *growth {
	return &growth{n: n, data: grown(b, n), figures: map[string][]float64{}}
}

func (g *growth) note(what string, figure float64) {
	g.figures[what] = append(g.figures[what], figure)
}

// id is that of the i-th of growthIDs assets all over the store. Where there are more, others are others' neighbours.
func (g *growth) id(i, others int) string {
	step := g.n / growthIDs
	return grownID(i*step + others%step)
}

// start measures how long a server takes to be ready, and what it has resident then.
func (g *growth) start(b *testing.B) {
	began := time.Now()
	g.p = serve(b, g.data, []string{"--sync-wait=60s", "--render-deadline=1m"})
	eventually(b, time.Minute, "the server is ready", func() bool {
		a, err := try(request(b, http.MethodGet, g.p.admin+"/readyz", nil))
		return err == nil && a.status == http.StatusOK
	})
	g.note("ready-s", time.Since(began).Seconds())
	time.Sleep(2 * time.Second) // all render processes are there
	g.note("ready-MiB", float64(g.p.footprint().sum)/(1<<20))
}

func (g *growth) upload(b *testing.B) {
	g.photos = nil
	for _, photo := range photographs(b) {
		g.photos = append(g.photos, g.p.upload(photo))
	}
}

// end leaves the store as it was found, but for bytes that the sweep takes.
func (g *growth) end(b *testing.B) {
	for _, id := range g.photos {
		if a := do(b, request(b, http.MethodDelete, g.p.uploads+"/image/"+id, nil)); a.status != http.StatusNoContent {
			b.Errorf("DELETE of a photograph = %d %s", a.status, a.body)
		}
	}
	g.p.stop()
}

// read has the kernel cache what a first look at an asset reads.
func (g *growth) read(b *testing.B, id string) {
	a := g.p.assetOf(id)
	if _, err := os.ReadFile(filepath.Join(g.data, located("originals/"+a.Original))); err != nil {
		b.Fatal(err)
	}
}

// want ends the benchmark where an answer is not what is to be measured.
func (g *growth) want(b *testing.B, a answer, timing string) {
	if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Server-Timing"), timing) {
		b.Fatalf("with %d assets an answer is %d, %q, want %s: %.200s", g.n, a.status, a.header.Get("Server-Timing"), timing, a.body)
	}
}
