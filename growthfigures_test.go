package main_test

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// turned is a list from the other end in every second round.
func turned(both []*growth, round int) []*growth {
	list := slices.Clone(both)
	if round%2 == 1 {
		slices.Reverse(list)
	}
	return list
}

// timedBlock is how many requests have a figure: so what else the machine does falls on few figures.
const timedBlock = 1000

// timed asks n times, each server in its turn, and notes what the half and 99 of 100 of each block take at most, in ms.
func timed(both []*growth, n int, what string, ask func(g *growth, i int) answer) {
	for from := 0; from < n; from += timedBlock {
		took := map[*growth][]time.Duration{}
		for i := from; i < min(from+timedBlock, n); i++ {
			for _, g := range turned(both, i) {
				start := time.Now()
				ask(g, i)
				took[g] = append(took[g], time.Since(start))
			}
		}
		for _, g := range both {
			g.note(what+"-p50-ms", ms(percentile(took[g], 50)))
			g.note(what+"-p99-ms", ms(percentile(took[g], 99)))
		}
	}
}

// charged asks n times, in turns of so many, since the clock of CPU time is coarse, and notes the CPU time of one.
func charged(both []*growth, n, together int, what string, ask func(g *growth, i int)) {
	used := map[*growth]time.Duration{}
	for from := 0; from < n; from += together {
		for _, g := range turned(both, from/together) {
			before := g.p.spent()
			for i := from; i < min(from+together, n); i++ {
				ask(g, i)
			}
			used[g] += g.p.spent() - before
		}
	}
	for _, g := range both {
		g.note(what+"-cpu-ms", ms(used[g])/float64(n))
	}
}

// median is that of all rounds, or blocks.
func (g *growth) median(what string) float64 { return percentile(g.figures[what], 50) }

// by is the median of the ratios of rounds, or blocks.
func (g *growth) by(few *growth, what string) float64 {
	var ratios []float64
	for i, figure := range g.figures[what] {
		ratios = append(ratios, figure/few.figures[what][i])
	}
	return percentile(ratios, 50)
}

// growthRows are what is told, and by which name it was noted.
var growthRows = []struct{ what, name string }{
	{"hit, p50, ms", "hit-p50-ms"},
	{"hit, p99, ms", "hit-p99-ms"},
	{"hit, CPU, ms", "hit-cpu-ms"},
	{"first look, p50, ms", "first-p50-ms"},
	{"first look, p99, ms", "first-p99-ms"},
	{"the same, read before by the kernel, p50, ms", "cached-p50-ms"},
	{"the same, read before by the kernel, p99, ms", "cached-p99-ms"},
	{"cold, a photograph, CPU, ms", "cold-cpu-ms"},
	{"cold, a small image, CPU, ms", "small-cpu-ms"},
	{"until ready, s", "ready-s"},
	{"resident once ready, MiB", "ready-MiB"},
	{"a page of 100 of the list, p50, ms", "list-p50-ms"},
	{"a page of 10 of a tag, p50, ms", "tag-p50-ms"},
}

func growthText(few, many *growth) string {
	var s strings.Builder
	for _, row := range growthRows {
		fmt.Fprintf(&s, "| %s | %.3g | %.3g | %.2f |\n", row.what, few.median(row.name), many.median(row.name), many.by(few, row.name))
	}
	return strings.TrimSuffix(s.String(), "\n")
}

const growthHead = `Servers over disk stores of small JPEGs, each of other bytes than all others, with a reference, a tag and markers, as uploads leave them: 100,000 a day, one of 100 tags each.
A hit is one of 1,000 renditions in memory, of images all over the store. A first look is the original of an image that the server knows nothing of yet. Cold are renditions that nobody has, as JPEG, WebP and AVIF of
400 and 800 pixels of photographs, and as WebP of small images; CPU is of the server and its render processes, a request. Medians of the rounds, and of their ratios (of hits, of 1,000 in a row); what the kernel has
cached is left to it: of a million images it holds a part, and a first look at others waits for the disk. Written by:

    LIGHTWELL_UPDATE=1 LIGHTWELL_CORPUS=... go test -run='^$' -bench='^BenchmarkGrowth$' -benchtime=5x -timeout=2h .

| | %d assets | %d assets | ratio |
| --- | ---: | ---: | ---: |
`
