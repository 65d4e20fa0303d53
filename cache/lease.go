package cache

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrHeld is the error of an Acquire for a key whose lease somebody else has.
var ErrHeld = errors.New("somebody else has the lease")

// defaultLife of a lease: as long as others wait for a holder that has died.
const defaultLife = 5 * time.Second

// Leases gives what is to be done once in the whole fleet to one who does it: renders, by their keys.
// It saves work and guarantees nothing: when Redis is down or has lost its memory, two may do the same.
type Leases struct {
	conn *RedisConn
	life time.Duration
}

// NewLeases returns the leases in c, which stays the caller's to close. One whose holder has died ends
// after life: 5 s for 0, and no less than 10 ms.
func NewLeases(c *RedisConn, life time.Duration) *Leases {
	if life == 0 {
		life = defaultLife
	}
	return &Leases{conn: c, life: max(life, 10*time.Millisecond)}
}

// acquireScript makes the lease KEYS[1] for ARGV[1] milliseconds, unless it is there, and returns its
// token: the next of the counter KEYS[2]. A counter that was lost goes on from the clock, in
// microseconds, so that a token is larger than those before it all the same.
var acquireScript = redis.NewScript(`
if redis.call('exists', KEYS[1]) == 1 then
  return false
end
local n = redis.call('incr', KEYS[2])
if n == 1 then
  local now = redis.call('time')
  n = now[1] * 1000000 + now[2]
  redis.call('set', KEYS[2], string.format('%.0f', n))
end
local token = string.format('%.0f', n)
redis.call('set', KEYS[1], token, 'px', ARGV[1])
return token
`)

// Both of these do nothing, and return 0, unless the lease KEYS[1] has the token ARGV[1].
var (
	extendScript = redis.NewScript(`
if redis.call('get', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('pexpire', KEYS[1], ARGV[2])
`)
	releaseScript = redis.NewScript(`
if redis.call('get', KEYS[1]) ~= ARGV[1] then
  return 0
end
return redis.call('del', KEYS[1])
`)
)

// keys returns the names of the lease of key and of the counter of its tokens. The part in braces
// decides which server of a cluster has them: the same one has both, and 256 counters spread the leases
// over all.
func (l *Leases) keys(key string) []string {
	counter := fmt.Sprintf("%sl:{%02x}", l.conn.opt.Prefix, byte(crc32.ChecksumIEEE([]byte(key))))
	return []string{counter + ":" + key, counter}
}

// Acquire gives the lease of key to the caller, who releases it, or returns ErrHeld. Any other error
// means that Redis is down and the caller goes on alone. When Redis did not answer in time the lease may
// have been made nevertheless: then nobody has it for its life.
func (l *Leases) Acquire(ctx context.Context, key string) (*Lease, error) {
	keys, began := l.keys(key), time.Now()
	text, err := changed(ctx, l.conn, func(ctx context.Context, c redis.UniversalClient) (string, error) {
		return acquireScript.Run(ctx, c, keys, l.life.Milliseconds()).Text()
	})
	if errors.Is(err, redis.Nil) {
		return nil, ErrHeld
	}
	if err != nil {
		return nil, fmt.Errorf("lease of %s: %w", key, err)
	}
	token, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, fmt.Errorf("lease of %s: %w: its token: %w", key, ErrDown, err)
	}
	return l.hold(keys[0], token, began.Add(l.life)), nil
}
