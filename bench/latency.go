package bench

import "github.com/HdrHistogram/hdrhistogram-go"

// Latency is a distribution of times, in milliseconds.
type Latency struct {
	Count int64   `json:"count"`
	Mean  float64 `json:"mean"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	P999  float64 `json:"p999"`
	Max   float64 `json:"max"`
	// Curve is the distribution for plots, as far as the count says something of it.
	Curve []Quantile `json:"curve"`
}

// Quantile is a time in milliseconds that so many percent took at most.
type Quantile struct {
	Percent float64 `json:"percent"`
	MS      float64 `json:"ms"`
}

// percents are those of a curve.
var percents = []float64{0, 10, 25, 50, 75, 90, 95, 97.5, 99, 99.5, 99.75, 99.9, 99.95, 99.975, 99.99, 99.995, 99.999, 99.9999}

// latencyOf is nil where nothing was recorded.
func latencyOf(h *hdrhistogram.Histogram) *Latency {
	n := h.TotalCount()
	if n == 0 {
		return nil
	}
	at := func(percent float64) float64 {
		if percent == 0 { // of which the histogram says 0
			return float64(h.Min()) / 1000
		}
		return float64(h.ValueAtQuantile(percent)) / 1000
	}
	l := &Latency{Count: n, Mean: h.Mean() / 1000, P50: at(50), P90: at(90), P99: at(99), P999: at(99.9), Max: float64(h.Max()) / 1000}
	for _, p := range percents {
		if beyond := float64(n) * (1 - p/100); beyond >= 1 {
			l.Curve = append(l.Curve, Quantile{p, at(p)})
		}
	}
	return l
}
