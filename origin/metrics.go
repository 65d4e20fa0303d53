package origin

import (
	"strconv"
	"sync/atomic"
	"time"

	"lightwell/cache"
	"lightwell/transform"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the pull side's, under the names that API.md promises.
type Metrics struct {
	requests *prometheus.CounterVec
	seconds  prometheus.Histogram
	renders  *prometheus.CounterVec
	render   prometheus.Histogram
	failures *prometheus.CounterVec
	hits     *prometheus.CounterVec
	misses   prometheus.Counter
	// What is counted for every hit is found without a search among labels.
	statuses [600]atomic.Pointer[prometheus.Counter]
	memory   prometheus.Counter // hits of the nearest tier
	interims prometheus.Counter
}

var latencyBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10}

// NewMetrics makes the metrics and registers them; nil registers nowhere.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lightwell_requests_total", Help: "Answers of the image side, by status.",
		}, []string{"status"}),
		seconds: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lightwell_request_seconds", Help: "Time to an answer of the image side.", Buckets: latencyBuckets,
		}),
		renders: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lightwell_renders_total", Help: "Renditions made, by format and by what they were made from.",
		}, []string{"format", "source"}),
		render: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lightwell_render_seconds", Help: "Making a rendition, waiting included.", Buckets: latencyBuckets,
		}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lightwell_render_failures_total", Help: "Renditions that could not be made, by reason.",
		}, []string{"reason"}),
		hits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lightwell_cache_hits_total", Help: "Renditions found in the cache, by tier.",
		}, []string{"tier"}),
		misses: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "lightwell_cache_misses_total", Help: "Renditions found in no tier.",
		}),
	}
	m.interims = prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lightwell_interim_total", Help: "Answers with another rendition while AVIF is being made.",
	})
	for _, reason := range transform.Failures() { // there from the start, for rates
		m.failures.WithLabelValues(reason)
	}
	m.memory = m.hits.WithLabelValues(cache.MemoryName)
	if r != nil {
		r.MustRegister(m.requests, m.seconds, m.renders, m.render, m.failures, m.hits, m.misses, m.interims)
	}
	return m
}

func (m *Metrics) rendered(f transform.Format, source string, took time.Duration) {
	m.renders.WithLabelValues(f.String(), source).Inc()
	m.render.Observe(took.Seconds())
}

// hit counts a rendition that a tier had.
func (m *Metrics) hit(tier string) {
	if tier == cache.MemoryName {
		m.memory.Inc()
		return
	}
	m.hits.WithLabelValues(tier).Inc()
}

func (m *Metrics) answered(status int, took time.Duration) {
	if status < 0 || status >= len(m.statuses) { // which HTTP has none of
		status = 0
	}
	counter := m.statuses[status].Load()
	if counter == nil {
		found := m.requests.WithLabelValues(strconv.Itoa(status))
		counter = &found
		m.statuses[status].Store(counter)
	}
	(*counter).Inc()
	m.seconds.Observe(took.Seconds())
}
