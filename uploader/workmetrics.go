package uploader

import (
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// WorkerMetrics are those of what the workers do.
type WorkerMetrics struct {
	items *prometheus.CounterVec
	dead  prometheus.Counter

	mu   sync.Mutex
	last int               // guarded by mu: number of the item that was begun last
	hand map[int]time.Time // guarded by mu: when what is being worked on was begun
}

// NewWorkerMetrics makes the metrics and registers them; nil registers nowhere.
func NewWorkerMetrics(r prometheus.Registerer) *WorkerMetrics {
	m := &WorkerMetrics{hand: map[int]time.Time{}, items: prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "lightwell_items_total", Help: "Items that workers of this process have done, by result: completed, failed, or retried, to be tried again.",
	}, []string{"result"}), dead: prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lightwell_items_dead_total", Help: "Items of lightwell_items_total that failed by no fault of their own: every attempt was broken off, or ended with an error of ours.",
	})}
	for _, result := range []string{"completed", "failed", "retried"} {
		m.items.WithLabelValues(result)
	}
	if r != nil {
		r.MustRegister(m.items, m.dead, prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "lightwell_item_running_seconds", Help: "For how long a worker of this process has been at the item that it is at the longest; 0 where there is none.",
		}, m.longest))
	}
	return m
}

func (m *WorkerMetrics) ended(result string) { m.items.WithLabelValues(result).Inc() }

// began takes note of an item until the returned function is called.
func (m *WorkerMetrics) began() (over func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	item := m.last
	m.hand[item] = time.Now()
	return func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		delete(m.hand, item)
	}
}

func (m *WorkerMetrics) longest() (seconds float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, since := range m.hand {
		seconds = max(seconds, time.Since(since).Seconds())
	}
	return seconds
}
