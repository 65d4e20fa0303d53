package main_test

import (
	"fmt"
	"net/http"
	"slices"
	"sync"
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
