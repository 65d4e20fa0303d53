package cache

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// A Lease is held by one in the fleet, until Release or until Lost is closed. A goroutine of its own
// prolongs it meanwhile.
type Lease struct {
	leases *Leases
	key    string // in Redis
	token  int64
	lost   chan struct{}
	stop   context.CancelFunc
	work   sync.WaitGroup // the goroutine that prolongs it
}

// errLost is the error of prolonging what another has by now, or nobody.
var errLost = errors.New("the lease is lost")

func (l *Leases) hold(key string, token int64, until time.Time) *Lease {
	ctx, stop := context.WithCancel(context.Background())
	lease := &Lease{leases: l, key: key, token: token, lost: make(chan struct{}), stop: stop}
	lease.work.Go(func() { lease.prolong(ctx, until) })
	return lease
}

// Token is larger than that of every earlier lease of the key.
func (l *Lease) Token() int64 { return l.token }

// Lost is closed when the lease has gone to another or has ended because Redis could not be told to
// prolong it. What is being done may be done twice from then on.
func (l *Lease) Lost() <-chan struct{} { return l.lost }

// Release ends the lease, and waits for its goroutine; a lease that another has by now it leaves alone.
// An error, as when ctx is done already, means that others wait until its life has ended.
func (l *Lease) Release(ctx context.Context) error {
	l.stop()
	l.work.Wait()
	_, err := changed(ctx, l.leases.conn, func(ctx context.Context, c redis.UniversalClient) (int64, error) {
		return releaseScript.Run(ctx, c, []string{l.key}, l.tokenText()).Int64()
	})
	return err
}

func (l *Lease) tokenText() string { return strconv.FormatInt(l.token, 10) }

// prolong extends the lease every third of its life, and sooner after a failure, until ctx is done or
// the lease is lost. until is when it ends by this process's clock, no later than by Redis's.
func (l *Lease) prolong(ctx context.Context, until time.Time) {
	life := l.leases.life
	pause := life / 3
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(min(pause, time.Until(until))):
		}
		began := time.Now()
		err := l.extend(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			until, pause = began.Add(life), life/3
		case errors.Is(err, errLost) || !time.Now().Before(until):
			close(l.lost)
			return
		default:
			pause = life / 20
		}
	}
}

func (l *Lease) extend(ctx context.Context) error {
	life := l.leases.life.Milliseconds()
	n, err := changed(ctx, l.leases.conn, func(ctx context.Context, c redis.UniversalClient) (int64, error) {
		return extendScript.Run(ctx, c, []string{l.key}, l.tokenText(), life).Int64()
	})
	if err == nil && n == 0 {
		return errLost
	}
	return err
}
