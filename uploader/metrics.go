package uploader

import (
	"errors"
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the push side's.
type Metrics struct{ uploads, refused *prometheus.CounterVec }

// NewMetrics makes the metrics and registers them; nil registers nowhere.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{uploads: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lightwell_uploads_total", Help: "Uploads, by result: stored (or accepted, where nobody waited), refused (the client's fault) or failed (ours).",
	}, []string{"result"}), refused: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lightwell_uploads_refused_total", Help: "Requests to the uploads' door that were not let in, by why: token (none, or a wrong one), scope (the token is not good for it), rate (too many, or too many wrong tokens) or quota (bytes of a day; such uploads are in lightwell_uploads_total, too).",
	}, []string{"why"})}
	for _, result := range []string{"stored", "refused", "failed"} {
		m.uploads.WithLabelValues(result)
	}
	for _, why := range []string{"token", "scope", "rate", "quota"} {
		m.refused.WithLabelValues(why)
	}
	if r != nil {
		r.MustRegister(m.uploads, m.refused)
	}
	return m
}

func (m *Metrics) turnedAway(why string) { m.refused.WithLabelValues(why).Inc() }

func (m *Metrics) uploaded(err error) {
	result := "stored"
	if err != nil {
		result = "refused"
		switch status := problemOf(err).Status; {
		case status >= http.StatusInternalServerError:
			result = "failed"
		case errors.Is(err, errQuota):
			m.turnedAway("quota")
		}
	}
	m.uploads.WithLabelValues(result).Inc()
}
