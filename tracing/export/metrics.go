package export

import "github.com/prometheus/client_golang/prometheus"

type metrics struct{ exported, failed, dropped prometheus.Counter }

func newMetrics(r prometheus.Registerer) metrics {
	spans := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lightwell_trace_spans_total",
		Help: "Spans of traces, by result: exported, failed (the collector did not take them) or dropped (too many waited).",
	}, []string{"result"})
	if r != nil {
		r.MustRegister(spans)
	}
	return metrics{spans.WithLabelValues("exported"), spans.WithLabelValues("failed"), spans.WithLabelValues("dropped")}
}
