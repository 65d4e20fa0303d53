package queue

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// connect opens a client for one server or a cluster, and refuses those that would lose
// jobs.
func connect(ctx context.Context, opt RedisOptions) (redis.UniversalClient, error) {
	client, err := newClient(ctx, opt)
	if err != nil {
		return nil, err
	}
	if err := eachMaster(ctx, client, func(info serverInfo) error { return info.check(opt) }); err != nil {
		return nil, errors.Join(err, client.Close())
	}
	return client, nil
}

func newClient(ctx context.Context, opt RedisOptions) (redis.UniversalClient, error) {
	u, err := url.Parse(opt.URL)
	if err != nil {
		return nil, errors.New("the URL cannot be parsed") // its error would show the password
	}
	if u.Query().Has("addr") {
		return newCluster(opt)
	}
	o, err := redis.ParseURL(opt.URL)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true
	o.ReadTimeout = readTimeout(o.ReadTimeout, opt)
	client := redis.NewClient(o)
	info, err := readInfo(ctx, client)
	if err != nil {
		return nil, errors.Join(err, client.Close())
	}
	if info["cluster_enabled"] != "1" {
		return client, nil
	}
	if err := client.Close(); err != nil {
		return nil, err
	}
	return newCluster(opt)
}

func newCluster(opt RedisOptions) (redis.UniversalClient, error) {
	o, err := redis.ParseClusterURL(opt.URL)
	if err != nil {
		return nil, err
	}
	o.ContextTimeoutEnabled = true
	o.ReadTimeout = readTimeout(o.ReadTimeout, opt)
	return redis.NewClusterClient(o), nil
}

// readTimeout leaves WAIT the time that it may take.
func readTimeout(t time.Duration, opt RedisOptions) time.Duration {
	if t == 0 {
		t = 3 * time.Second // go-redis's own
	}
	return max(t, opt.WaitTimeout+2*time.Second)
}

// serverInfo is what INFO says: names and values.
type serverInfo map[string]string

// readInfo asks INFO and not CONFIG, which hosts of Redis often forbid.
func readInfo(ctx context.Context, c *redis.Client) (serverInfo, error) {
	text, err := c.Info(ctx).Result()
	if err != nil {
		return nil, redisError(ctx, err)
	}
	info := serverInfo{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[name] = value
		}
	}
	return info, nil
}

func (i serverInfo) check(opt RedisOptions) error {
	at := fmt.Sprintf("redis at port %s", i["tcp_port"])
	major, _, _ := strings.Cut(i["redis_version"], ".")
	if v, err := strconv.Atoi(major); err != nil || v < 7 {
		return fmt.Errorf("%s has version %q and the queue needs 7 or later: upgrade it", at, i["redis_version"])
	}
	if opt.AllowLossy {
		return nil
	}
	if policy := i["maxmemory_policy"]; policy != "noeviction" {
		return fmt.Errorf("%s may evict jobs: set its maxmemory-policy to noeviction instead of %q, or give the queue a Redis of its own", at, policy)
	}
	if i["aof_enabled"] != "1" {
		return fmt.Errorf("%s forgets jobs when it restarts: set its appendonly to yes", at)
	}
	return nil
}

// eachMaster calls check for every server that may have jobs.
func eachMaster(ctx context.Context, client redis.UniversalClient, check func(serverInfo) error) error {
	ask := func(ctx context.Context, c *redis.Client) error {
		info, err := readInfo(ctx, c)
		if err != nil {
			return err
		}
		return check(info)
	}
	cluster, ok := client.(*redis.ClusterClient)
	if !ok {
		return ask(ctx, client.(*redis.Client))
	}
	if err := cluster.Ping(ctx).Err(); err != nil {
		return redisError(ctx, err)
	}
	var mu sync.Mutex
	return cluster.ForEachMaster(ctx, func(ctx context.Context, c *redis.Client) error {
		mu.Lock()
		defer mu.Unlock()
		return ask(ctx, c)
	})
}
