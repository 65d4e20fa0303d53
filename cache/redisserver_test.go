package cache_test

import (
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/cache/redistest"
	"lightwell/transform/pool/pooltest"
)

// redisServer is a Redis that tests open.
type redisServer struct {
	*redistest.Server
	t testing.TB
}

func startRedis(t testing.TB, args ...string) *redisServer {
	t.Helper()
	return &redisServer{redistest.Start(t, args...), t}
}

func (s *redisServer) open(change ...func(*cache.RedisOptions)) *cache.RedisConn {
	s.t.Helper()
	return openRedis(s.t, s.URL(), change...)
}

// openRedis opens a Redis, and closes it with the test. The timeout is long enough for a busy machine.
func openRedis(t testing.TB, url string, change ...func(*cache.RedisOptions)) *cache.RedisConn {
	t.Helper()
	opt := cache.RedisOptions{URL: url, Timeout: 2 * time.Second}
	for _, f := range change {
		f(&opt)
	}
	c, err := cache.OpenRedis(t.Context(), opt)
	if err != nil {
		t.Fatalf("OpenRedis(%s) = %v", url, err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// quick has operations end soon, for tests of what happens when they do not.
func quick(opt *cache.RedisOptions) { opt.Timeout = 100 * time.Millisecond }

var eventually = pooltest.Until
