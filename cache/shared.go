package cache

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"
)

// Shared keeps small values for the whole fleet, each for a life of its own, and passes messages on.
// Redis may forget a value at any time, and nobody gets a message who is not connected when it is sent:
// both make things faster, and nothing may depend on them. Values are written also where there is no
// room for renditions: they are meant to be few and small, and to live for seconds or minutes.
type Shared struct {
	conn *RedisConn
}

// NewShared returns the values and messages in c, which stays the caller's to close.
func NewShared(c *RedisConn) *Shared { return &Shared{conn: c} }

func (s *Shared) key(name string) string { return s.conn.opt.Prefix + "s:" + name }

// Get returns the value under name and how much of its life is left. The error wraps ErrMiss when there
// is none. The caller may keep the value, and does not write to it.
func (s *Shared) Get(ctx context.Context, name string) (value []byte, left time.Duration, err error) {
	type held struct {
		value []byte
		left  time.Duration
	}
	h, err := asked(ctx, s.conn, func(ctx context.Context, c redis.UniversalClient) (held, error) {
		var value *redis.StringCmd
		var left *redis.DurationCmd
		_, err := c.Pipelined(ctx, func(p redis.Pipeliner) error {
			value, left = p.Get(ctx, s.key(name)), p.PTTL(ctx, s.key(name))
			return nil
		})
		if err != nil {
			return held{}, err
		}
		b, err := value.Bytes()
		return held{b, left.Val()}, err
	})
	switch {
	case errors.Is(err, redis.Nil), err == nil && h.left < 0: // ended between the two, or not ours
		return nil, 0, ErrMiss
	case err != nil:
		return nil, 0, err
	}
	return h.value, h.left, nil
}

// Put keeps value under name for life, in whole milliseconds and at least one, and replaces what was
// there.
func (s *Shared) Put(ctx context.Context, name string, value []byte, life time.Duration) error {
	_, err := changed(ctx, s.conn, func(ctx context.Context, c redis.UniversalClient) (string, error) {
		return c.Set(ctx, s.key(name), value, max(life, time.Millisecond)).Result()
	})
	return err
}

// Add is Put where nothing is under name; else it changes nothing and returns false.
func (s *Shared) Add(ctx context.Context, name string, value []byte, life time.Duration) (added bool, err error) {
	return changed(ctx, s.conn, func(ctx context.Context, c redis.UniversalClient) (bool, error) {
		return c.SetNX(ctx, s.key(name), value, max(life, time.Millisecond)).Result()
	})
}
