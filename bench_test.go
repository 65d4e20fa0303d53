package main_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkBesideSlowUploads is the latency of cold renditions of a good photograph,
// alone and while two clients send what keeps the decoder busy until its
// deadline, over and over. Compare p50-ms and p99-ms of one run.
func BenchmarkBesideSlowUploads(b *testing.B) {
	for _, bench := range []struct {
		name    string
		clients int
	}{{"alone", 0}, {"beside", 2}} {
		b.Run(bench.name, func(b *testing.B) {
			p := serve(b, b.TempDir(), []string{"--intake-deadline=2s"})
			id := p.upload(testdata(b, "photo.jpg"))
			slow := testdata(b, "hostile/slow.svg")
			stop := make(chan struct{})
			var clients sync.WaitGroup
			for client := range bench.clients {
				clients.Go(func() {
					for n := 0; ; n++ {
						select {
						case <-stop:
							return
						default: // other bytes each time, or they would be remembered
							p.post(fmt.Appendf(slices.Clone(slow), "<!-- %d %d -->", client, n))
						}
					}
				})
			}
			if bench.clients > 0 {
				p.busyChild()
			}
			var took []time.Duration
			for b.Loop() {
				start := time.Now()
				n := len(took)
				a := p.get(fmt.Sprintf("/image/%s?w=%d&h=%d&fit=crop&fm=jpg", id, 100+n%400, 100+n/400))
				if a.status != http.StatusOK {
					b.Errorf("a rendition = %d %s", a.status, a.body)
				}
				took = append(took, time.Since(start))
			}
			close(stop)
			clients.Wait()
			slices.Sort(took)
			ms := func(part int) float64 { return float64(took[len(took)*part/100].Microseconds()) / 1000 }
			b.ReportMetric(ms(50), "p50-ms")
			b.ReportMetric(ms(99), "p99-ms")
		})
	}
}

// BenchmarkSoak makes mixed renditions and reports the resident memory of the
// whole process tree after a tenth of them and at the end: run it with
// -benchtime=20000x. Its last metric is the second over the first. The memory of a
// child grows until another takes its place, so each is the mean over as many
// renditions as it takes to replace all children; and the cache is so small that it is
// full by then.
func BenchmarkSoak(b *testing.B) {
	const life = 1000 // renditions of a child
	p := serve(b, b.TempDir(), []string{"--cache-memory=2MiB", fmt.Sprintf("--pool-renders=%d", life)})
	generation := life * len(p.children())
	var ids []string
	for _, name := range []string{"photo.jpg", "photo.webp", "photo.avif", "photo.heic", "iss634.gif", "alpha-irot.avif", "logo.svg", "cmyk.jpg", "basn6a08.png"} {
		ids = append(ids, p.upload(testdata(b, name)))
	}
	formats := []string{"jpg", "webp", "png", "avif", "gif"}
	extras := []string{"", "&fit=crop&crop=edges", "&rot=7", "&blur=30", "&fit=fill&bg=abc", "&flip=h&sharp=10"}
	var n atomic.Int64
	var early, late memory
	b.SetParallelism(2)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := int(n.Add(1))
			a := p.get(fmt.Sprintf("/image/%s?w=%d&h=%d&fm=%s%s", ids[i%len(ids)], 20+i%211, 20+i%197, formats[i/7%len(formats)], extras[i/3%len(extras)]))
			if a.status != http.StatusOK {
				b.Errorf("rendition %d = %d %s", i, a.status, a.body)
			}
			if i%50 != 0 {
				continue
			}
			if i > b.N/10 && i <= b.N/10+generation {
				early.add(p)
			}
			if i > b.N-generation {
				late.add(p)
			}
		}
	})
	early.report(b, "early")
	late.report(b, "late")
	b.ReportMetric(late.tree()/early.tree(), "late/early")
}

// memory is the mean of what was resident, in bytes; any goroutine may add.
type memory struct{ server, children, n atomic.Int64 }

func (m *memory) add(p *process) {
	server := resident(p.cmd.Process.Pid)
	m.server.Add(int64(server))
	m.children.Add(int64(p.resident() - server))
	m.n.Add(1)
}

func (m *memory) mean(sum *atomic.Int64) float64 {
	return float64(sum.Load()) / float64(max(m.n.Load(), 1))
}

func (m *memory) tree() float64 { return m.mean(&m.server) + m.mean(&m.children) }

func (m *memory) report(b *testing.B, when string) {
	b.ReportMetric(m.mean(&m.server)/(1<<20), when+"-server-MiB")
	b.ReportMetric(m.mean(&m.children)/(1<<20), when+"-children-MiB")
}

// resident is the memory of the server and its children, in bytes, with what they
// share counted once for each.
func (p *process) resident() (bytes int) {
	for _, pid := range append(p.children(), p.cmd.Process.Pid) {
		bytes += resident(pid)
	}
	return bytes
}
