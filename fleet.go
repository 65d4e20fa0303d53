package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"lightwell/cache"
	"lightwell/origin"

	"github.com/prometheus/client_golang/prometheus"
)

// changes is the channel on which origins tell each other what has changed.
const changes = "changes"

// fleet is what origins share in a Redis. It is nil where there is none.
type fleet struct {
	conn   *cache.RedisConn
	shared *cache.Shared
	leases *cache.Leases
}

// openFleet opens the Redis that origins share. One that is down is none for now.
func (s *server) openFleet(ctx context.Context) error {
	url := s.cfg.CacheRedis()
	if url == "" {
		return nil
	}
	conn, err := cache.OpenRedis(ctx, cache.RedisOptions{
		URL: url, Timeout: s.cfg.CacheRedisTimeout, Life: s.cfg.CacheRedisLife,
		MaxEntry: int64(s.cfg.CacheRedisEntry), Room: int64(s.cfg.CacheRedisRoom), OnChange: s.redisChanged,
	})
	if err != nil {
		return fmt.Errorf("cache-redis-url: %w", err)
	}
	s.closing.add(conn.Close)
	s.fleet = &fleet{conn, cache.NewShared(conn), cache.NewLeases(conn, 0)}
	return nil
}

func (s *server) redisChanged(state cache.RedisState) {
	switch {
	case state.Down != nil:
		s.log.Error("the Redis that origins share does not answer: each goes on by itself", "error", state.Down)
	case state.Full != nil:
		s.log.Warn("the Redis that origins share has no room for renditions", "error", state.Full)
	default:
		s.log.Info("the Redis that origins share answers, and has room")
	}
}

// listen takes messages of other processes until ctx is done.
func (s *server) listen(ctx context.Context) {
	if s.fleet != nil {
		s.fleet.shared.Subscribe(ctx, changes, cache.Subscriber{Message: s.library.Heard}) // ends with ctx's error
	}
}

// redisLog is where go-redis says what the callers are told, too.
type redisLog struct{ *slog.Logger }

func (l redisLog) Printf(ctx context.Context, format string, args ...any) {
	l.DebugContext(ctx, "redis: "+fmt.Sprintf(format, args...))
}

// board is a library.Shared.
type board struct{ *cache.Shared }

func (b board) Add(ctx context.Context, name string, value []byte, life time.Duration) error {
	_, err := b.Shared.Add(ctx, name, value, life)
	return err
}

func (b board) Publish(ctx context.Context, message string) error {
	return b.Shared.Publish(ctx, changes, message)
}

// renders is an origin.Fleet.
type renders struct{ *cache.Leases }

func (r renders) Acquire(ctx context.Context, key string) (func(context.Context) error, error) {
	lease, err := r.Leases.Acquire(ctx, key)
	if err != nil {
		return nil, err
	}
	return lease.Release, nil
}

// openTiers opens the tiers of the cache, the nearest first, and what has the fleet make each rendition once.
func (s *server) openTiers() (tiers *cache.Tiered, err error) {
	if s.memory, err = cache.NewMemory(s.cfg.CacheBytes()); err != nil {
		return nil, err
	}
	s.closing.add(s.memory.Close)
	all := []cache.Tier{s.memory}
	gauge := func(name, help, tier string, value func() float64) {
		s.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: name, Help: help, ConstLabels: prometheus.Labels{"tier": tier},
		}, value))
	}
	gauge("lightwell_cache_bytes", "Bytes that a tier of the cache holds.", s.memory.Name(), func() float64 { return float64(s.memory.Bytes()) })
	behind := func(b *cache.Behind, up func() error) {
		gauge("lightwell_cache_up", "Whether a tier of the cache answers.", b.Name(), func() float64 { return bit(up() == nil) })
		s.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{
			Name: "lightwell_cache_unwritten_total", Help: "Renditions that a tier of the cache did not take, for there were too many or it was down.",
			ConstLabels: prometheus.Labels{"tier": b.Name()},
		}, func() float64 { stats := b.Stats(); return float64(stats.Dropped + stats.Failed) }))
		all = append(all, b)
	}
	opt := cache.BehindOptions{OnError: s.tierFailed}
	if s.fleet != nil {
		b := cache.NewBehind(cache.NewRedis(s.fleet.conn), opt)
		s.closing.add(s.flushing(b.Close))
		behind(b, func() error { return s.fleet.conn.State().Down })
	}
	if s.cfg.CacheObjects {
		s.objects = cache.NewObjects(s.store, cache.ObjectsOptions{BehindOptions: opt})
		s.closing.add(s.flushing(s.objects.Close))
		behind(s.objects.Behind, s.objects.Down)
	}
	tiers = cache.NewTiered(all...)
	tiers.OnError = s.tierFailed
	return tiers, nil
}

// fleetOf is who gives renders out; nil where each process makes what it is asked for.
func (s *server) fleetOf() origin.Fleet {
	if s.fleet == nil {
		return nil
	}
	return renders{s.fleet.leases}
}

func bit(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// tierFailed logs what a tier has not done. That it is down is logged once, elsewhere.
func (s *server) tierFailed(tier, op string, err error) {
	if !errors.Is(err, cache.ErrDown) && !errors.Is(err, cache.ErrBusy) {
		s.log.Warn("cache tier failed", "tier", tier, "operation", op, "error", err)
	}
}

// flushing closes what writes in the background, which may take as long as draining does.
func (s *server) flushing(closing func(context.Context) error) func() error {
	return sync.OnceValue(func() error {
		ctx, cancel := context.WithTimeout(context.Background(), s.cfg.DrainTimeout)
		defer cancel()
		return closing(ctx)
	})
}
