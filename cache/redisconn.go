package cache

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// RedisOptions are the settings of everything that this package keeps in Redis.
type RedisOptions struct {
	// URL says where it is: redis://user:password@host:port/database, or rediss:// with TLS. A server
	// that says in its INFO that it is part of a cluster is used as one; ?addr=host:port names more of
	// its nodes. With ?master_name= the hosts are those of Sentinel.
	URL string

	// Timeout is the most that one operation may take: 50 ms unless set.
	Timeout time.Duration

	// Prefix begins every key and channel: "lightwell:" unless set.
	Prefix string

	// Life is how long a rendition is kept: 7 days unless set.
	Life time.Duration

	// MaxEntry is the size in bytes of the largest body that is kept: 1 MiB unless set.
	MaxEntry int64

	// Room is how many bytes a Redis that never evicts and has no maxmemory may hold, whatever they
	// are, before no more renditions are written: 1 GiB unless set. With a maxmemory it is half of that.
	Room int64

	// OnChange, unless nil, is told when Redis goes down or comes back, or has no more room for
	// renditions or some again. It is called by one goroutine at a time, and holds up the finding out.
	OnChange func(RedisState)
}

func (o RedisOptions) withDefaults() RedisOptions {
	o.Timeout = cmp.Or(o.Timeout, 50*time.Millisecond)
	o.Prefix = cmp.Or(o.Prefix, "lightwell:")
	o.Life = cmp.Or(o.Life, 7*24*time.Hour)
	o.MaxEntry = cmp.Or(o.MaxEntry, 1<<20)
	o.Room = cmp.Or(o.Room, 1<<30)
	return o
}

// RedisState is how a Redis is doing.
type RedisState struct {
	Down error // why it is not asked; nil when it is
	Full error // why no renditions are written to it; nil when they are
}

// RedisConn is a Redis, for a tier ([Redis]), leases ([Leases]) and small values and messages
// ([Shared]): one pool of connections, and one judgement of whether it is up.
type RedisConn struct {
	opt    RedisOptions
	client atomic.Pointer[redis.UniversalClient]
	guard  *guard
	room   room

	told    sync.Mutex // guards the next, and makes the calls of OnChange take turns
	current RedisState
}

// OpenRedis returns the Redis at opt.URL. It looks once, for a second at most, but one that is down is
// no error: everything that needs it says ErrDown until it is up. The caller closes it.
func OpenRedis(ctx context.Context, opt RedisOptions) (*RedisConn, error) {
	client, err := newClient(opt.URL)
	if err != nil {
		return nil, err
	}
	c := &RedisConn{opt: opt.withDefaults()}
	c.client.Store(&client)
	c.guard = newGuard(guardOptions{
		timeout: c.opt.Timeout,
		probe:   c.look,
		every:   lookEvery,
		broken:  redisBroken,
		onChange: func(cause error) {
			c.tell(func(s *RedisState) { s.Down = cause })
		},
	})
	began := time.Now()
	c.guard.note(began, c.look(ctx))
	return c, nil
}

// Close waits for what is under way, an operation's timeout or a probe's, and ends the connections.
func (c *RedisConn) Close() error {
	c.guard.close(context.Background())
	return c.redis().Close()
}

// State tells how the Redis is doing, at once.
func (c *RedisConn) State() RedisState {
	return RedisState{Down: c.guard.state(), Full: c.room.full()}
}

func (c *RedisConn) redis() redis.UniversalClient { return *c.client.Load() }

// tell changes what is known and passes it on.
func (c *RedisConn) tell(change func(*RedisState)) {
	c.told.Lock()
	defer c.told.Unlock()
	change(&c.current)
	if c.opt.OnChange != nil {
		c.opt.OnChange(c.current)
	}
}

// redisBroken tells whether an error is one of the connection or the protocol. An error that Redis
// answers is an answer: it costs no time.
func redisBroken(err error) bool {
	var answer redis.Error // redis.Nil is one, too
	return !errors.As(err, &answer)
}

// asked does op on the Redis, under the rules of its guard.
func asked[T any](ctx context.Context, c *RedisConn, op func(context.Context, redis.UniversalClient) (T, error)) (T, error) {
	return guarded(ctx, c.guard, func(ctx context.Context) (T, error) { return op(ctx, c.redis()) })
}

// changed is asked for what changes something. It waits until that has happened or the timeout is over,
// though ctx is done meanwhile: what is abandoned could happen after what the caller does next.
func changed[T any](ctx context.Context, c *RedisConn, op func(context.Context, redis.UniversalClient) (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		var none T
		return none, err
	}
	return asked(context.WithoutCancel(ctx), c, op)
}
