package pool

import "github.com/prometheus/client_golang/prometheus"

type metrics struct {
	restarts *prometheus.CounterVec
	queued   prometheus.Histogram
	sandbox  *prometheus.GaugeVec
}

func newMetrics(r prometheus.Registerer) metrics {
	m := metrics{
		restarts: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "lightwell_pool_restarts_total",
			Help: "Render processes replaced, by cause: crash, deadline, memory or age.",
		}, []string{"cause"}),
		queued: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "lightwell_render_queue_seconds", Help: "Waiting for a render process.",
			Buckets: []float64{.001, .005, .01, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}),
		sandbox: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "lightwell_pool_sandbox", Help: "Whether the kernel confines render processes, by feature: landlock, seccomp.",
		}, []string{"feature"}),
	}
	for _, why := range []cause{causeCrash, causeDeadline, causeMemory, causeWornOut} {
		m.restarts.WithLabelValues(string(why))
	}
	if r != nil {
		r.MustRegister(m.restarts, m.queued, m.sandbox)
	}
	return m
}

func (m metrics) confined(feature string, is bool) {
	value := 0.0
	if is {
		value = 1
	}
	m.sandbox.WithLabelValues(feature).Set(value)
}
