package main

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"lightwell/cache"
	"lightwell/origin"
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

// locksTimeout is how long the Redis of the queue may take to give out a lock.
const locksTimeout = 5 * time.Second

// openLocks opens the locks that uploaders share. They are in the Redis that forgets nothing: one that
// evicts could give the same to two.
func (s *server) openLocks(ctx context.Context) error {
	if s.cfg.RedisURL == "" || !s.does.uploads {
		return nil
	}
	conn, err := cache.OpenRedis(ctx, cache.RedisOptions{URL: string(s.cfg.RedisURL), Timeout: locksTimeout})
	if err != nil {
		return fmt.Errorf("redis-url: %w", err)
	}
	s.closing.add(conn.Close)
	s.fleetLocks = cache.NewLocks(conn, 0)
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

// fleetOf is who gives renders out; nil where each process makes what it is asked for.
func (s *server) fleetOf() origin.Fleet {
	if s.fleet == nil {
		return nil
	}
	return renders{s.fleet.leases}
}
