package cache

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	lookEvery   = 2 * time.Second // between looks at a Redis that is up
	lookTimeout = time.Second     // of a look, which may have to connect first
)

// look asks Redis whether it answers in time, whether it is part of a cluster, and what room it has. It
// is the probe of the guard: no request waits for it.
func (c *RedisConn) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookTimeout)
	defer cancel()
	if err := c.redis().Ping(ctx).Err(); err != nil {
		return errors.New(err.Error()) // "still loading", too, is no answer
	}
	infos, err := c.servers(ctx)
	if err != nil && redisBroken(err) {
		return err
	}
	if err == nil && len(infos) > 0 && infos[0]["cluster_enabled"] == "1" && !c.isCluster() {
		if err := c.becomeCluster(); err != nil {
			return err
		}
		return c.look(ctx)
	}
	c.note(infos, err)
	return c.pingInTime(ctx)
}

// pingInTime asks over a connection that is there already, as most operations do.
func (c *RedisConn) pingInTime(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, c.opt.Timeout)
	defer cancel()
	return c.redis().Ping(ctx).Err()
}

func (c *RedisConn) isCluster() bool {
	_, is := c.redis().(*redis.ClusterClient)
	return is
}

// becomeCluster replaces the client of one server, before anybody has used it: only the first look that
// succeeds comes here.
func (c *RedisConn) becomeCluster() error {
	cluster, err := newCluster(c.opt.URL)
	if err != nil {
		return err
	}
	old := c.client.Swap(&cluster)
	return (*old).Close()
}

// note draws the conclusions about room, and passes on what is new.
func (c *RedisConn) note(infos []serverInfo, err error) {
	left := int64(math.MaxInt64)
	for _, info := range infos {
		left = min(left, roomLeft(info, c.opt.Room))
	}
	var full error
	switch {
	case err != nil:
		left, full = 0, fmt.Errorf("what room there is cannot be known: %w", err)
	case left <= 0:
		full = fmt.Errorf("it never evicts, and is %d bytes above what renditions may fill", -left)
	}
	if c.room.set(left, full) {
		c.tell(func(s *RedisState) { s.Full = full })
	}
}

// serverInfo is what INFO says: names and values.
type serverInfo map[string]string

// servers asks every server that may have entries for its INFO: not CONFIG, which hosts of Redis often
// forbid.
func (c *RedisConn) servers(ctx context.Context) ([]serverInfo, error) {
	cluster, ok := c.redis().(*redis.ClusterClient)
	if !ok {
		info, err := readInfo(ctx, c.redis())
		return []serverInfo{info}, err
	}
	var mu sync.Mutex // guards infos
	var infos []serverInfo
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, one *redis.Client) error {
		info, err := readInfo(ctx, one)
		mu.Lock()
		defer mu.Unlock()
		infos = append(infos, info)
		return err
	})
	return infos, err
}

func readInfo(ctx context.Context, c redis.Cmdable) (serverInfo, error) {
	text, err := c.Info(ctx).Result()
	if err != nil {
		return nil, err
	}
	info := serverInfo{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info, nil
}
