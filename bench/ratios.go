package bench

import (
	"math"
	"slices"
)

// Ratio is one measure of Lightwell over that of a peer: below 1, Lightwell takes less.
//
// It is taken in each round, in which the two ran one after the other. Mean is the geometric mean,
// so that A over B is one over B over A.
type Ratio struct {
	Against string    `json:"against"`
	Measure string    `json:"measure"` // cpu, p50, p99, bytes or perSecond
	Mean    float64   `json:"mean"`
	Min     float64   `json:"min"`
	Max     float64   `json:"max"`
	Rounds  []float64 `json:"rounds"`
}

// measures are what ratios are of. 0 is what is not known, or too little to be measured.
var measures = []struct {
	name string
	of   func(Sample) float64
}{
	{"cpu", func(s Sample) float64 {
		if s.CPU == nil {
			return 0
		}
		return *s.CPU
	}},
	{"p50", func(s Sample) float64 { return ofLatency(s, func(l *Latency) float64 { return l.P50 }) }},
	{"p99", func(s Sample) float64 { return ofLatency(s, func(l *Latency) float64 { return l.P99 }) }},
	{"bytes", func(s Sample) float64 { return bytesEach(s) }},
	{"perSecond", func(s Sample) float64 { return s.PerSecond }},
}

func ofLatency(s Sample, of func(*Latency) float64) float64 {
	if s.Latency == nil {
		return 0
	}
	return of(s.Latency)
}

// bytesEach is the mean length of right answers.
func bytesEach(s Sample) float64 {
	if s.Latency == nil {
		return 0
	}
	return float64(s.Bytes) / float64(s.Latency.Count)
}

// ratios are those of the first target over each other.
func (p *Part) ratios() (all []Ratio) {
	for i, other := range p.Targets {
		if i == 0 {
			continue
		}
		for _, m := range measures {
			if m.name == "perSecond" && p.Loop != "closed" {
				continue // which the loop decides, and not the server
			}
			var rounds []float64
			for n := range min(len(p.Targets[0].Rounds), len(other.Rounds)) {
				a, b := m.of(p.Targets[0].Rounds[n]), m.of(other.Rounds[n])
				if a > 0 && b > 0 {
					rounds = append(rounds, a/b)
				}
			}
			if len(rounds) > 0 {
				all = append(all, Ratio{other.Target, m.name, geometricMean(rounds), slices.Min(rounds), slices.Max(rounds), rounds})
			}
		}
	}
	return all
}

func geometricMean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values)))
}
