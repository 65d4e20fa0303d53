package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisOptions says which Redis keeps the queue, and how. Redis 7 or later, or what
// speaks its language and has its script flags.
type RedisOptions struct {
	// URL is redis:// or, with TLS, rediss://, as go-redis parses it. For a cluster it may
	// name more of its nodes: ?addr=host:port&addr=host:port. That a server is one of a
	// cluster is found out when it is asked.
	URL string

	// Shards is how many parts the queue has, so that the masters of a cluster share it; at
	// most 1024, and 0 means 8. It cannot change while the queue is there.
	Shards int

	// AllowLossy takes a Redis that may evict jobs or forgets them when it restarts. It is for
	// development.
	AllowLossy bool

	// WaitReplicas is how many replicas have what Add and Finish were told, before they
	// return; else, after WaitTimeout (0 means a second), their error is ErrUnavailable.
	// Without any, a failover may lose what was acknowledged just before.
	WaitReplicas int
	WaitTimeout  time.Duration

	// KeyLife, OpenLife and MinLife replace the constants of these names, for tests. 0 means
	// the constant.
	KeyLife, OpenLife, MinLife time.Duration
}

// Redis is a queue in Redis, or in a Redis Cluster, for any number of processes.
//
// All that changes a job is in scripts, of which each happens whole or not at all, by
// the clock of Redis. A job and what follows it lie in one shard, which is one hash slot.
// Two things cannot, for they are found by something else than the job's id: the record
// of an item's id, and that of a key. The first is written before the batch and is
// disregarded as long as the job knows nothing of the item. The second is a reservation
// that another may revoke in the job's own slot before it takes it over (redisreserve.go).
//
// Every script may come twice, as it does when an answer was lost: the second time it
// changes nothing and answers the same.
type Redis struct {
	client redis.UniversalClient
	opt    RedisOptions
	lot    *lot
	hub    *hub
	looks  chan struct{} // has room for as many takers as may ask Redis at once

	closed    chan struct{}
	closeOnce sync.Once

	mu   sync.Mutex
	born time.Time // guarded by mu
}

// maxLooks is how many takers of a process ask Redis at the same time. One more would
// mostly be shown the same jobs as the others.
const maxLooks = 4

// OpenRedis opens the queue, which it makes when there is none. It refuses, and says
// what to do, where Redis would lose jobs or keeps this queue in another number of
// shards. Other errors wrap ErrUnavailable.
func OpenRedis(ctx context.Context, opt RedisOptions) (*Redis, error) {
	opt, err := opt.withDefaults()
	if err != nil {
		return nil, err
	}
	client, err := connect(ctx, opt)
	if err != nil {
		return nil, fmt.Errorf("open the queue in redis: %w", err)
	}
	r := &Redis{client: client, opt: opt, looks: make(chan struct{}, maxLooks), closed: make(chan struct{})}
	if err := r.meet(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open the queue in redis: %w", err), client.Close())
	}
	r.lot = newLot()
	r.hub = newHub(client, r.lot)
	return r, nil
}

func (o RedisOptions) withDefaults() (RedisOptions, error) {
	orElse(&o.Shards, 8)
	orElse(&o.WaitTimeout, time.Second)
	orElse(&o.KeyLife, KeyLife)
	orElse(&o.OpenLife, OpenLife)
	orElse(&o.MinLife, MinLife)
	if o.Shards < 1 || o.Shards > 1024 {
		return o, fmt.Errorf("open the queue in redis: %d shards, want 1 to 1024", o.Shards)
	}
	if o.WaitReplicas < 0 || o.WaitTimeout < time.Millisecond {
		return o, fmt.Errorf("open the queue in redis: wait %v for %d replicas, want at least 1ms and 0", o.WaitTimeout, o.WaitReplicas)
	}
	return o, nil
}

func orElse[T comparable](v *T, otherwise T) {
	if zero := *new(T); *v == zero {
		*v = otherwise
	}
}

// meet makes the record of the queue or reads it. A Redis that was emptied gets another:
// hence the time is looked at again in every sweep.
func (r *Redis) meet(ctx context.Context) error {
	got, err := r.run(ctx, scripts.meet, []string{metaKey}, r.opt.Shards)
	if err != nil {
		return err
	}
	f := asFields(got)
	if f.int(0) != int64(r.opt.Shards) {
		return fmt.Errorf("it was made with %d shards and not %d: open it with %[1]d", f.int(0), r.opt.Shards)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.born = f.time(1)
	return nil
}

// Born implements Keeper.
func (r *Redis) Born() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.born
}

// Close implements Keeper.
func (r *Redis) Close() error {
	var err error
	r.closeOnce.Do(func() {
		close(r.closed)
		r.hub.close()
		r.lot.close()
		err = r.client.Close()
	})
	return err
}
