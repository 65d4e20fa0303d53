package main_test

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The settings that bound memory, below their defaults, so that a bound is near what is used.
const (
	memoryCache    = 128 << 20
	memoryChildren = 3
	memoryBytes    = 50 << 20 // of a source
	// memoryHeap is what the server's heap may have beside the cache (limitHeap).
	memoryHeap = 256 << 20
)

// memoryBound is what those settings, and a ceiling for each render process, let a server have resident at most, in
// bytes, beside programs and libraries.
func memoryBound(ceiling int) int {
	return memoryCache*5/4 + memoryHeap + memoryChildren*(ceiling+memoryBytes)
}

// BenchmarkMemory is the most memory that a server and its render processes have resident while many clients ask at once
// for renditions of photographs of 24 megapixels that nobody has, with levels and without, compared with what the settings
// let them have. With LIGHTWELL_UPDATE set it writes a section of docs/growth.md. An operation is a round.
func BenchmarkMemory(b *testing.B) {
	p := serve(b, b.TempDir(), memoryFlags)
	ids := p.uploadLarge(64)
	p.stop()
	table := memoryTable{}
	for round := 0; b.Loop(); round++ {
		for _, burst := range memoryBursts {
			for i, id := range ids[:burst.clients] {
				burst.paths = append(burst.paths, "/image/"+id+"?"+burst.kind.of(i, round))
			}
			table.take(b, p.data, burst)
		}
	}
	section(b, "memory", table.text())
	b.ReportMetric(table.most(), "peak/bound")
}

var memoryFlags = []string{
	fmt.Sprintf("--cache-memory=%d", memoryCache), fmt.Sprintf("--pool-children=%d", memoryChildren), fmt.Sprintf("--max-bytes=%d", memoryBytes),
	"--sync-wait=5m", "--pool-queue-wait=10m", "--render-deadline=2m", "--intake-deadline=2m", // all are made, however slow the machine is
}

// memoryKind is a kind of renditions: that of the i-th client in a round.
type memoryKind struct {
	name string
	of   func(i, round int) string
}

var (
	reduced = memoryKind{"400 to 2000 px", func(i, round int) string {
		return fmt.Sprintf("w=%d&fm=%s", []int{400, 800, 1200, 2000}[i/3%4]-round, []string{"jpg", "webp", "avif"}[i%3])
	}}
	fullSize = memoryKind{"full size", func(i, round int) string {
		return fmt.Sprintf("w=%d&fm=%s", 6000-round, []string{"jpg", "webp", "jpg", "avif"}[i%4])
	}}
)

// memoryBurst is what clients ask for at one moment.
type memoryBurst struct {
	kind    memoryKind
	levels  string
	ceiling int // pool-memory
	clients int
	paths   []string
}

// memoryBursts are taken in turns. In full size there is no difference between levels and none.
var memoryBursts = []memoryBurst{
	{kind: reduced, levels: "on", ceiling: 1 << 30, clients: 8},
	{kind: reduced, levels: "off", ceiling: 1 << 30, clients: 8},
	{kind: reduced, levels: "on", ceiling: 1 << 30, clients: 64},
	{kind: reduced, levels: "off", ceiling: 1 << 30, clients: 64},
	{kind: fullSize, levels: "on", ceiling: 1 << 30, clients: 8},
	{kind: fullSize, levels: "on", ceiling: 1 << 30, clients: 64},
	{kind: fullSize, levels: "on", ceiling: 400 << 20, clients: 64},
}

// uploadLarge uploads so many different photographs of 24 megapixels, which the server makes of those that there are.
func (p *process) uploadLarge(n int) (ids []string) {
	b := p.t.(*testing.B)
	var large [][]byte
	for _, photo := range photographs(b) {
		a := p.get("/image/" + p.upload(photo) + "?w=6000&h=4000&fit=crop&enlarge=1&fm=jpg&q=90")
		if a.status != http.StatusOK {
			b.Fatalf("a photograph of 24 megapixels = %d %s", a.status, a.body)
		}
		large = append(large, a.body)
	}
	ids = make([]string, n)
	var hands sync.WaitGroup
	turns := make(chan struct{}, 4)
	for i := range ids {
		hands.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			ids[i] = p.upload(seed{jpeg: large[i%len(large)]}.numbered(i))
		})
	}
	hands.Wait()
	return ids
}

// memoryTable has the most that was resident, by what was asked for.
type memoryTable struct {
	order []string
	rows  map[string]memoryRow
}

type memoryRow struct {
	bound      int
	idle, peak footprint
	bytes      int // of all answers
	statuses   map[int]int
}

// take measures one burst at a server of its own, so that nothing is left of others.
func (t *memoryTable) take(b *testing.B, data string, burst memoryBurst) {
	b.Helper()
	flags := append(slices.Clone(memoryFlags), fmt.Sprintf("--pool-memory=%d", burst.ceiling))
	if burst.levels == "off" {
		flags = append(flags, "--levels=")
	}
	p := serve(b, data, flags)
	idle := p.footprint()
	stop := p.watchFootprint()
	statuses, bytes := map[int]int{}, 0
	var mu sync.Mutex // guards statuses and bytes
	var clients sync.WaitGroup
	for _, path := range burst.paths {
		clients.Go(func() {
			a, err := try(request(b, http.MethodGet, p.images+path, nil))
			mu.Lock()
			defer mu.Unlock()
			statuses[a.status]++
			bytes += len(a.body)
			if err != nil || a.status != http.StatusOK {
				err = errors.Join(err, errors.New(string(a.body)))
				b.Logf("GET %s = %d, %v", path, a.status, err)
			}
		})
	}
	clients.Wait()
	peak := stop()
	p.stop()
	name := fmt.Sprintf("%s | %s | %d | %d", burst.kind.name, burst.levels, burst.ceiling>>20, burst.clients)
	if t.rows == nil {
		t.rows = map[string]memoryRow{}
	}
	row, known := t.rows[name]
	if !known {
		t.order = append(t.order, name)
	}
	if row.peak.sum < peak.sum {
		row = memoryRow{memoryBound(burst.ceiling), idle, peak, bytes, statuses}
	}
	t.rows[name] = row
}

// most is the largest peak by the bound, with the programs and libraries that lie in memory from the start on.
func (t *memoryTable) most() (share float64) {
	for _, r := range t.rows {
		share = max(share, r.share())
	}
	return share
}

func (r memoryRow) share() float64 { return float64(r.peak.sum) / float64(r.bound+r.idle.sum) }

func (t *memoryTable) text() string {
	var s strings.Builder
	idle := 0
	for _, r := range t.rows {
		idle = max(idle, r.idle.sum)
	}
	fmt.Fprintf(&s, memoryHead, memoryCache>>20, memoryChildren, memoryBytes>>20, memoryBound(1<<30)>>20, idle>>20)
	for _, name := range t.order {
		r := t.rows[name]
		var answers []string
		for _, status := range slices.Sorted(maps.Keys(r.statuses)) {
			answers = append(answers, fmt.Sprintf("%d × %d", r.statuses[status], status))
		}
		fmt.Fprintf(&s, "| %s | %s | %d | %d | %d | %d | %d | %.2f |\n", name, strings.Join(answers, ", "), r.bytes>>20, r.peak.child>>20, r.peak.server>>20, r.peak.sum>>20, (r.bound+r.idle.sum)>>20, r.share())
	}
	return strings.TrimSuffix(s.String(), "\n")
}

const memoryHead = `The most memory that is resident, in MiB, while clients ask at one moment for renditions that nobody has, each of a photograph of its own of 24 megapixels (6000 x 4000), as JPEG, WebP
and AVIF. All is the server and its render processes, with what they share counted once (PSS), looked at every 50 ms; a render process is without files that it has mapped. Written by:

    LIGHTWELL_UPDATE=1 LIGHTWELL_CORPUS=... go test -run='^$' -bench='^BenchmarkMemory$' -benchtime=1x -timeout=60m .

The settings bound it: 1.25 x ` + "`cache-memory`" + ` (%d MiB here) + 256 MiB for the server's heap, and ` + "`pool-children`" + ` (%d) x (` + "`pool-memory`" + ` + ` + "`max-bytes`" + ` (%d MiB) of a file that is mapped),
which is %d MiB with the usual ` + "`pool-memory`" + ` of 1024 MiB; and the %d MiB that program and libraries take from the start on. A render process that takes more than ` + "`pool-memory`" + ` is ended, and its request answered with an error. The heap's part is what the collector
aims at, and no ceiling: answers that are being sent and have left the cache add to it, each once however many take it. However many clients ask, as many renditions are made at once as there are render processes.

| renditions | levels | ` + "`pool-memory`" + ` | clients | answers | MiB sent | largest render process | server | all | bound | all by bound |
| --- | --- | ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |
`
