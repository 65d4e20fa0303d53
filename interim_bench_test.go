package main_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The clients that are compared, by what they accept.
const (
	acceptsAVIF = "image/avif,image/webp,*/*"
	acceptsWebP = "image/webp,*/*"
)

var interimWidths = []int{200, 400, 800, 1600}

// BenchmarkInterim asks for renditions that nobody has, with auto=format, one after the other: as a client that takes
// AVIF, and as one that takes WebP, in turns. It measures how long each waits, when the AVIF is served after the last
// request of a burst, and what making it costs. A burst is a page of one photograph in all widths, or a gallery of all
// of them. With LIGHTWELL_UPDATE set it writes a section of docs/growth.md. An operation is a round.
func BenchmarkInterim(b *testing.B) {
	// Linux shares processors out by sessions (sched_autogroup): in one of its own the server is as on a machine of its
	// own, and its render processes do not give way to others than the server.
	p := serve(b, b.TempDir(), []string{"--sync-wait=60s"}, "setsid")
	var ids []string
	for _, photo := range photographs(b) {
		ids = append(ids, p.upload(photo))
	}
	pages, galleries := newInterims(p, "page"), newInterims(p, "gallery")
	for round := 0; b.Loop(); round++ {
		for i := range ids {
			pages.turns(round+i, ids[i:i+1])
		}
		galleries.turns(round, ids)
	}
	section(b, "interim", interimHead+pages.row()+"\n"+galleries.row()+"\n\n"+interimByWidth+pages.byWidth())
	b.ReportMetric(ratio(pages.of(acceptsAVIF, interimWidths...), pages.of(acceptsWebP, interimWidths...), 95), "p95-avif/webp")
	b.ReportMetric(ms(percentile(pages.until, 100))/1000, "s-until-avif")
}

// interims is what was measured of bursts of one kind.
type interims struct {
	p     *process
	name  string
	waits []wait
	until []time.Duration // from the end of a burst to the answer that is AVIF
	cpu   map[string]time.Duration
	sent  int // with AVIF, of so many answers that are final
	final int
}

func newInterims(p *process, name string) *interims {
	return &interims{p: p, name: name, cpu: map[string]time.Duration{}}
}

// wait is how long a client waited for an answer.
type wait struct {
	accept string
	width  int
	took   time.Duration
}

// turns has each client burst, in an order that changes from turn to turn. A purge before it has all renditions made
// anew.
func (m *interims) turns(n int, ids []string) {
	clients := []string{acceptsAVIF, acceptsWebP}
	if n%2 == 1 {
		slices.Reverse(clients)
	}
	for _, accept := range clients {
		if a := m.p.api(http.MethodPost, "/purge", fmt.Sprintf(`{"ids":["%s"]}`, strings.Join(ids, `","`))); a.status != http.StatusOK {
			m.p.t.Fatalf("POST /purge = %d %s", a.status, a.body)
		}
		before := m.p.spent()
		m.burst(accept, ids)
		m.cpu[accept] += m.p.spent() - before
	}
}

func (m *interims) burst(accept string, ids []string) {
	var paths []string
	for _, id := range ids {
		for _, width := range interimWidths {
			path := fmt.Sprintf("/image/%s?auto=format&w=%d", id, width)
			start := time.Now()
			a := m.p.get(path, "Accept", accept)
			m.waits = append(m.waits, wait{accept, width, time.Since(start)})
			if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Server-Timing"), "cache;desc=miss") {
				m.p.t.Fatalf("GET %s = %d, %q, want one that was not there", path, a.status, a.header.Get("Server-Timing"))
			}
			paths = append(paths, path)
		}
	}
	if accept == acceptsAVIF {
		m.await(paths)
	}
}

// await looks until each is answered for good.
func (m *interims) await(paths []string) {
	ended := time.Now()
	paths = slices.Clone(paths)
	for len(paths) > 0 {
		paths = slices.DeleteFunc(paths, func(path string) bool {
			a := do(m.p.t, request(m.p.t, http.MethodHead, m.p.images+path, nil, "Accept", acceptsAVIF))
			if a.header.Get("X-Lightwell") == "interim" {
				return false
			}
			m.until = append(m.until, time.Since(ended))
			m.final++
			if a.header.Get("Content-Type") == "image/avif" {
				m.sent++
			}
			return true
		})
		time.Sleep(10 * time.Millisecond)
		if time.Since(ended) > 2*time.Minute {
			m.p.t.Fatalf("%d renditions are interim after two minutes: %v", len(paths), paths[0])
		}
	}
}

// of is how long a client waited, at some widths.
func (m *interims) of(accept string, widths ...int) (all []time.Duration) {
	for _, w := range m.waits {
		if w.accept == accept && slices.Contains(widths, w.width) {
			all = append(all, w.took)
		}
	}
	return all
}

func ratio(a, b []time.Duration, percent int) float64 {
	return float64(percentile(a, percent)) / float64(percentile(b, percent))
}

func (m *interims) row() string {
	avif, webp := m.of(acceptsAVIF, interimWidths...), m.of(acceptsWebP, interimWidths...)
	return fmt.Sprintf("| %s | %d | %.2f | %.2f | %.2f | %.2f | %.2f | %d of %d | %.1f |", m.name, len(avif), ratio(avif, webp, 50), ratio(avif, webp, 95),
		percentile(m.until, 50).Seconds(), percentile(m.until, 90).Seconds(), percentile(m.until, 100).Seconds(), m.sent, m.final, float64(m.cpu[acceptsAVIF])/float64(m.cpu[acceptsWebP]))
}

func (m *interims) byWidth() string {
	var s strings.Builder
	for _, width := range interimWidths {
		avif, webp := m.of(acceptsAVIF, width), m.of(acceptsWebP, width)
		fmt.Fprintf(&s, "| %d px | %.2f | %.2f |\n", width, ratio(avif, webp, 50), ratio(avif, webp, 95))
	}
	return strings.TrimSuffix(s.String(), "\n")
}

const interimHead = `What a client that takes AVIF waits for a first answer of ` + "`auto=format`" + `, by what one waits that takes WebP: renditions that nobody has, one after the other, in turns.
Then the seconds from the last request of a burst until the same URL is answered with AVIF, and the CPU time of both renditions by that of the WebP alone.
A page is one photograph at 200, 400, 800 and 1600 pixels, a gallery all photographs so. Written by:

    LIGHTWELL_UPDATE=1 LIGHTWELL_CORPUS=... go test -run='^$' -bench='^BenchmarkInterim$' -benchtime=5x .

| burst | requests | p50 | p95 | s until AVIF: p50 | p90 | most | AVIF | CPU |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
`

const interimByWidth = `Of the pages:

| width | p50 | p95 |
| --- | ---: | ---: |
`
