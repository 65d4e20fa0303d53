package queue_test

import (
	"testing"

	"lightwell/cache/redistest"
	"lightwell/transform/pool/pooltest"
	"lightwell/uploader/queue"
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

func (s *redisServer) open(change ...func(*queue.RedisOptions)) *queue.Redis {
	s.t.Helper()
	opt := queue.RedisOptions{URL: s.URL()}
	for _, f := range change {
		f(&opt)
	}
	q, err := queue.OpenRedis(s.t.Context(), opt)
	if err != nil {
		s.t.Fatalf("OpenRedis(%+v) = %v", opt, err)
	}
	s.t.Cleanup(func() { q.Close() })
	return q
}

var eventually = pooltest.Until
