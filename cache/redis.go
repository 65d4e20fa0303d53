package cache

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"
)

// Redis is the Tier that the origins of a fleet share. Each entry is one value with a life (encode.go),
// written by one command. The life begins with the Set: asking for an entry does not prolong it. A
// Redis that evicts keeps what is asked for without that, every read would be a write that goes to the
// replicas, too, and in one that does not evict an entry asked for weekly would stay for ever.
//
// A Set that did not answer in time may still happen later.
type Redis struct {
	conn *RedisConn
}

// NewRedis returns the tier in c, which stays the caller's to close.
func NewRedis(c *RedisConn) *Redis { return &Redis{conn: c} }

// Name implements Tier.
func (r *Redis) Name() string { return "redis" }

func (r *Redis) key(key string) string { return r.conn.opt.Prefix + "r:" + key }

// Get implements Tier. What lies under the key and is no entry is a miss.
func (r *Redis) Get(ctx context.Context, key string) (*Entry, error) {
	value, err := asked(ctx, r.conn, func(ctx context.Context, c redis.UniversalClient) ([]byte, error) {
		return c.Get(ctx, r.key(key)).Bytes() // shares go-redis's memory, which nobody else has
	})
	if errors.Is(err, redis.Nil) || redis.HasErrorPrefix(err, "WRONGTYPE") {
		err = ErrMiss
	}
	return entryOf(key, value, err)
}

// Set implements Tier. An entry that is too large, or for which Redis has no room, is forgotten.
func (r *Redis) Set(ctx context.Context, e *Entry) error {
	if int64(len(e.Body)) > r.conn.opt.MaxEntry || !r.conn.room.take(len(e.Body)) {
		return r.Delete(ctx, e.Key) // what is there now is the older entry
	}
	_, err := changed(ctx, r.conn, func(ctx context.Context, c redis.UniversalClient) (string, error) {
		return c.Set(ctx, r.key(e.Key), encode(e), r.conn.opt.Life).Result()
	})
	return err
}

// Delete implements Tier.
func (r *Redis) Delete(ctx context.Context, key string) error {
	_, err := changed(ctx, r.conn, func(ctx context.Context, c redis.UniversalClient) (int64, error) {
		return c.Unlink(ctx, r.key(key)).Result()
	})
	return err
}
