package main_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// BenchmarkTraces is the CPU time of requests that are all traced, by that of the same where traces are off: of a
// server and its render processes, for renditions that are made and for such that are remembered. The two take turns.
func BenchmarkTraces(b *testing.B) {
	collector := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer collector.Close()
	off := serve(b, b.TempDir(), nil)
	on := serve(b, b.TempDir(), []string{"--traces=" + collector.URL, "--traces-sample=1", "--traces-most=0"})
	photo := testdata(b, "photo.jpg")
	at := map[*process]string{off: "/image/" + off.upload(photo), on: "/image/" + on.upload(photo)}
	for _, bb := range []struct {
		name string
		each int // requests of a turn
		ask  func(turn, i int) string
	}{
		{"cold", 100, func(turn, i int) string { return fmt.Sprintf("?w=%d&q=%d", 300+i, 50+turn%40) }},
		{"warm", 4000, func(int, int) string { return "?w=300&q=99" }},
	} {
		b.Run(bb.name, func(b *testing.B) {
			turn := 0
			spent := map[*process]float64{}
			for b.Loop() {
				turn++
				for _, p := range [][]*process{{off, on}, {on, off}}[turn%2] {
					before := p.spent()
					for i := range bb.each {
						if a := p.get(at[p] + bb.ask(turn, i)); a.status != 200 {
							b.Fatalf("GET = %d %s, want 200", a.status, a.body)
						}
					}
					spent[p] += (p.spent() - before).Seconds()
				}
			}
			b.ReportMetric(spent[on]/spent[off], "cpu/off")
			b.ReportMetric(spent[off], "s-off")
		})
	}
	if dropped := on.metric("lightwell_trace_spans_total", "dropped"); dropped > 0 {
		b.Logf("%v spans were dropped, and %v exported", dropped, on.metric("lightwell_trace_spans_total", "exported"))
	}
}
