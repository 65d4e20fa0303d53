package main_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// favour gives all threads of this process a nice value.
func favour(nice int) error {
	threads, err := os.ReadDir("/proc/self/task")
	for _, t := range threads {
		id, _ := strconv.Atoi(t.Name())
		err = errors.Join(err, syscall.Setpriority(syscall.PRIO_PROCESS, id, nice))
	}
	return err
}

// BenchmarkHitsWhileSaturated is the latency of warm hits, alone and while so many clients ask for renditions
// that all render processes are busy and the queue before them is never empty. Hits come at a steady pace, and
// not as fast as they can: it is the server's latency that is measured. Compare p50-ms and p99-ms of one run,
// with -benchtime=5000x.
func BenchmarkHitsWhileSaturated(b *testing.B) {
	// Clients are other machines as a rule, which do not wait for a processor of this one.
	if err := favour(-20); err != nil {
		b.Logf("clients wait for processors, too: %v", err)
	}
	defer favour(0)
	p := serve(b, b.TempDir(), nil, "nice", "-n", "20")
	id := p.upload(testdata(b, "photo.jpg"))
	hit := p.images + "/image/" + id + "?w=400&fm=webp"
	if a := do(b, request(b, http.MethodGet, hit, nil)); a.status != http.StatusOK {
		b.Fatalf("a hit = %d %s", a.status, a.body)
	}
	for _, bench := range []struct {
		name    string
		clients int
	}{{"idle", 0}, {"saturated", 8}, {"idle again", 0}} {
		b.Run(bench.name, func(b *testing.B) {
			var stop atomic.Bool
			var made atomic.Int64
			var clients sync.WaitGroup
			for client := range bench.clients {
				clients.Go(func() {
					for n := 0; !stop.Load(); n++ {
						a := p.get(fmt.Sprintf("/image/%s?w=%d&h=%d&fit=crop&fm=webp&q=%d", id, 300+n%500, 200+n/500, 20+client))
						if a.status == http.StatusOK && a.header.Get("Server-Timing")[:15] == "cache;desc=miss" {
							made.Add(1)
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
				a, err := try(request(b, http.MethodGet, hit, nil))
				took = append(took, time.Since(start))
				if err != nil || a.status != http.StatusOK {
					b.Errorf("a hit = %d, %v", a.status, err)
				}
				time.Sleep(2 * time.Millisecond)
			}
			stop.Store(true)
			clients.Wait()
			slices.Sort(took)
			ms := func(part int) float64 { return float64(took[(len(took)-1)*part/100].Microseconds()) / 1000 }
			b.ReportMetric(ms(50), "p50-ms")
			b.ReportMetric(ms(99), "p99-ms")
			b.ReportMetric(float64(made.Load()), "misses")
		})
	}
}
