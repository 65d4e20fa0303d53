package main

import (
	"context"
	"errors"

	"lightwell/cache"

	"github.com/prometheus/client_golang/prometheus"
)

// openTiers opens the tiers of the cache, the nearest first.
func (s *server) openTiers() (tiers *cache.Tiered, err error) {
	if s.memory, err = cache.NewMemory(s.cfg.CacheBytes()); err != nil {
		return nil, err
	}
	s.closing.add(s.memory.Close)
	s.tierGauge("lightwell_cache_bytes", "Bytes that a tier of the cache holds.", s.memory, func() float64 { return float64(s.memory.Bytes()) })
	all := []cache.Tier{s.memory}
	opt := cache.BehindOptions{OnError: s.tierFailed}
	if s.fleet != nil {
		b := cache.NewBehind(cache.NewRedis(s.fleet.conn), opt)
		s.closing.add(s.flushing(b.Close))
		s.watchTier(b, func() error { return s.fleet.conn.State().Down })
		all = append(all, b)
	}
	if s.cfg.CacheObjects {
		s.objects = cache.NewObjects(s.store, cache.ObjectsOptions{BehindOptions: opt, OnChange: s.objectsChanged})
		s.closing.add(s.flushing(s.objects.Close))
		s.watchTier(s.objects.Behind, s.objects.Down)
		all = append(all, s.objects)
	}
	tiers = cache.NewTiered(all...)
	tiers.OnError = s.tierFailed
	return tiers, nil
}

// watchTier has the metrics of a tier that writes in the background.
func (s *server) watchTier(b *cache.Behind, down func() error) {
	s.tierGauge("lightwell_cache_up", "Whether a tier of the cache answers.", b, func() float64 {
		if down() != nil {
			return 0
		}
		return 1
	})
	s.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
		Name: "lightwell_cache_unwritten_total", Help: "Renditions that a tier of the cache did not take, for there were too many or it was down.",
		ConstLabels: prometheus.Labels{"tier": b.Name()},
	}, func() float64 { stats := b.Stats(); return float64(stats.Dropped + stats.Failed) }))
}

func (s *server) tierGauge(name, help string, tier cache.Tier, value func() float64) {
	s.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: name, Help: help, ConstLabels: prometheus.Labels{"tier": tier.Name()},
	}, value))
}

func (s *server) objectsChanged(cause error) {
	if cause != nil {
		s.log.Error("the store of renditions does not answer: they are made without it", "error", cause)
		return
	}
	s.log.Info("the store of renditions answers again")
}

// tierFailed logs what a tier has not done. That one is down is logged once, and what was too much is counted.
func (s *server) tierFailed(tier, op string, err error) {
	if !errors.Is(err, cache.ErrDown) && !errors.Is(err, cache.ErrBusy) {
		s.log.Warn("cache tier failed", "tier", tier, "operation", op, "error", err)
	}
}

// flushing closes what writes in the background, which may take as long as draining does.
func (s *server) flushing(closing func(context.Context) error) func() error {
	return func() error {
		ctx, cancel := context.WithTimeout(context.Background(), s.cfg.DrainTimeout)
		defer cancel()
		return closing(ctx)
	}
}
