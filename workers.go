package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"lightwell/config"
	"lightwell/uploader"
	"lightwell/uploader/fetch"
	"lightwell/uploader/queue"

	"github.com/prometheus/client_golang/prometheus"
	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// jobs is what keeps jobs.
type jobs interface {
	queue.Queue
	queue.Watcher
	queue.Keeper
	queue.Meter
}

// openQueue opens the queue that the settings name.
func openQueue(ctx context.Context, cfg config.Config) (jobs, error) {
	if cfg.RedisURL != "" {
		return queue.OpenRedis(ctx, queue.RedisOptions{URL: string(cfg.RedisURL), AllowLossy: cfg.RedisLossy, WaitReplicas: cfg.RedisReplicas})
	}
	path := filepath.Join(cfg.Data, "queue", "jobs.db")
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return nil, err
	}
	return queue.OpenSQLite(path, queue.SQLiteOptions{})
}

func (s *server) buildWorkers() error {
	if !s.does.images && s.cfg.PublicURL == "" {
		s.log.Warn("public-url is not set, and images are served by another process: URLs in answers and callbacks may be wrong", "beginWith", s.baseURL())
	}
	client := fetch.New(fetch.Options{
		Hosts: s.cfg.FetchHosts, Private: s.cfg.FetchPrivate, Timeout: s.cfg.FetchTimeout, Redirects: maxRedirects, UserAgent: userAgent,
	})
	callbacks := &uploader.Callbacks{
		Queue: s.queue, Patience: s.cfg.CallbackPatience, Log: s.log,
		Client: fetch.New(fetch.Options{Private: s.cfg.FetchPrivate, Timeout: callbackTimeout, UserAgent: userAgent}),
	}
	if s.cfg.CallbackSecret != "" {
		var err error
		if callbacks.Secret, err = webhooks.NewWebhook(string(s.cfg.CallbackSecret)); err != nil {
			return fmt.Errorf("callback-secret: %w", err)
		}
	}
	s.worker = &uploader.Worker{
		Queue: s.queue, Lease: s.cfg.Lease, Attempts: s.cfg.Attempts,
		Metrics: uploader.NewWorkerMetrics(s.registry), Tracer: s.tracer, Audit: s.audit, Log: s.log,
	}
	images := &uploader.ImageWork{
		Gate: s.gate, Client: client, Quota: s.quota,
		Library: s.library, Incoming: s.library, Presets: s.library, Inspector: uploader.NewInTurns(s.pool, s.decoders()+1), Suspects: s.suspects, Limits: limits(s.cfg),
		Prepare: s.handler.Prepare, BaseURL: s.baseURL(), Sign: signer(s.cfg), Audit: s.audit, Log: s.log,
	}
	unhurried := *images
	unhurried.Prepare = s.ahead.Prepare
	unhurried.Inspector = uploader.NewInTurns(s.pool, s.decoders()+1) // of their own: what is urgent does not wait for these
	s.worker.Do = uploader.Doers{queue.Awaited: images, queue.Bulk: &unhurried}
	messenger := *s.worker
	messenger.Attempts = 0 // as long as there is patience
	messenger.Do = uploader.Doers{queue.Callback: &uploader.Errands{Callbacks: callbacks, Purges: s.purges()}}
	s.messenger = &messenger
	s.sweeper = &uploader.Sweeper{
		Queue: s.queue, Library: s.library, JobLife: s.cfg.JobLife, Grace: s.cfg.SweepGrace, Log: s.log,
	}
	s.registry.MustRegister(queueDepth(s.queue))
	return nil
}

const (
	userAgent       = "Lightwell"
	maxRedirects    = 5
	callbackTimeout = 15 * time.Second // Standard Webhooks asks for 15 to 30 s
	callbackHands   = 4                // those who are slow to listen do not keep all others waiting
)

// decoders is how many render processes take uploads.
func (s *server) decoders() int { return max(1, poolConfig(s.cfg, nil, nil).Children-1) }

// hands is how many images are worked on at once, beside one that somebody waits for.
// Small ones are with the store for most of their time.
func (s *server) hands() int { return 6 * s.decoders() }

// work does what is in the queue until ctx is done; what is begun then is given back
// after the time of draining.
func (s *server) work(ctx context.Context) {
	patience, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	defer context.AfterFunc(ctx, func() { time.AfterFunc(s.cfg.DrainTimeout, cancel) })()
	var working sync.WaitGroup
	working.Go(func() { s.worker.Run(ctx, patience, s.hands(), queue.Awaited, queue.Bulk) })
	working.Go(func() { s.worker.Run(ctx, patience, 1, queue.Awaited) })
	working.Go(func() { s.messenger.Run(ctx, patience, callbackHands, queue.Callback) })
	working.Wait()
}

// queueDepth reads the metrics of the queue when they are asked for.
func queueDepth(q queue.Keeper) prometheus.Collector { return depth{q} }

type depth struct{ queue queue.Keeper }

var (
	depthDesc  = prometheus.NewDesc("lightwell_queue_depth", "Items in the queue, by state: waiting, running, delayed (tried and to be tried again) or failed (of the jobs that are remembered).", []string{"state"}, nil)
	oldestDesc = prometheus.NewDesc("lightwell_oldest_item_seconds", "Age of the oldest upload, or other work on images, that has not ended.", nil, nil)
)

func (d depth) Describe(to chan<- *prometheus.Desc) { to <- depthDesc; to <- oldestDesc }

func (d depth) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	stats, err := d.queue.Stats(ctx)
	if err != nil {
		to <- prometheus.NewInvalidMetric(depthDesc, err)
		return
	}
	for state, n := range map[string]int{"waiting": stats.Waiting, "running": stats.Running, "delayed": stats.Delayed, "failed": stats.Failed} {
		to <- prometheus.MustNewConstMetric(depthDesc, prometheus.GaugeValue, float64(n), state)
	}
	to <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, stats.Oldest.Seconds())
}
