package main_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"
)

// BenchmarkSweep is one pass of the sweep over the stores of BenchmarkGrowth, by CPU time for each asset. With
// LIGHTWELL_UPDATE set it writes a section of docs/growth.md.
func BenchmarkSweep(b *testing.B) {
	few, many := newGrowth(b, growthFew), newGrowth(b, setting(b, "LIGHTWELL_GROWTH", growthMany))
	for b.Loop() {
		few.sweep(b)
		many.sweep(b)
	}
	text := fmt.Sprintf(sweepHead, few.n, many.n)
	for _, g := range []*growth{few, many} {
		text += fmt.Sprintf("| %d | %.3g | %.3g | %.0f |\n", g.n, g.median("sweep-s"), g.median("sweep-cpu-s"), 1e6*g.median("sweep-cpu-s")/float64(g.n))
	}
	section(b, "sweep", text[:len(text)-1])
	b.ReportMetric(many.by(few, "sweep-cpu-s")*float64(few.n)/float64(many.n), "cpu/asset-ratio")
}

const sweepHead = `One pass of the sweep, which goes over the whole store every ` + "`sweep-every`" + ` (1 h), of the stores of %d and %d assets, in one process. Written by:

    LIGHTWELL_UPDATE=1 LIGHTWELL_GROWTH=... go test -run='^$' -bench='^BenchmarkSweep$' -benchtime=1x -timeout=1h .

| assets | s | CPU, s | CPU an asset, us |
| ---: | ---: | ---: | ---: |
`

// sweep measures one pass over the whole store, in this process.
func (g *growth) sweep(b *testing.B) {
	disk, err := store.OpenDisk(g.data)
	if err != nil {
		b.Fatal(err)
	}
	defer disk.Close()
	l, err := library.New(disk, library.Config{Grace: time.Second, IncomingLife: time.Hour})
	if err != nil {
		b.Fatal(err)
	}
	began, cpu := time.Now(), usedHere()
	if _, err := l.Sweep(context.Background()); err != nil {
		b.Fatal(err)
	}
	g.note("sweep-s", time.Since(began).Seconds())
	g.note("sweep-cpu-s", (usedHere() - cpu).Seconds())
}

// usedHere is the CPU time of this process.
func usedHere() time.Duration {
	var used syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &used)
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}
