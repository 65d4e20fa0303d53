package uploader

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the push side's.
type Metrics struct{ uploads *prometheus.CounterVec }

// NewMetrics makes the metrics and registers them; nil registers nowhere.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{uploads: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lightwell_uploads_total", Help: "Uploads, by result: stored (or accepted, where nobody waited), refused (the client's fault) or failed (ours).",
	}, []string{"result"})}
	for _, result := range []string{"stored", "refused", "failed"} {
		m.uploads.WithLabelValues(result)
	}
	if r != nil {
		r.MustRegister(m.uploads)
	}
	return m
}

func (m *Metrics) uploaded(err error) {
	result := "stored"
	if err != nil {
		result = "refused"
		if problemOf(err).Status >= http.StatusInternalServerError {
			result = "failed"
		}
	}
	m.uploads.WithLabelValues(result).Inc()
}

// WorkerMetrics are those of what the workers do.
type WorkerMetrics struct{ items *prometheus.CounterVec }

// NewWorkerMetrics makes the metrics and registers them; nil registers nowhere.
func NewWorkerMetrics(r prometheus.Registerer) *WorkerMetrics {
	m := &WorkerMetrics{items: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lightwell_items_total", Help: "Items that workers of this process have done, by result: completed, failed, or retried, to be tried again.",
	}, []string{"result"})}
	for _, result := range []string{"completed", "failed", "retried"} {
		m.items.WithLabelValues(result)
	}
	if r != nil {
		r.MustRegister(m.items)
	}
	return m
}

func (m *WorkerMetrics) ended(result string) { m.items.WithLabelValues(result).Inc() }
