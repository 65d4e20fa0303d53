package uploader

import (
	"net/http"

	"lightwell/origin/problem"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the push side's.
type Metrics struct{ uploads *prometheus.CounterVec }

// NewMetrics makes the metrics and registers them; nil registers nowhere.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{uploads: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lightwell_uploads_total", Help: "Uploads, by result: stored, refused (the client's fault) or failed (ours).",
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
		if problem.From(err).Status >= http.StatusInternalServerError {
			result = "failed"
		}
	}
	m.uploads.WithLabelValues(result).Inc()
}
