package cache_test

import (
	"strings"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

func TestRedis(t *testing.T) {
	s := startRedis(t)
	cachetest.Test(t, func(*testing.T) cache.Tier {
		s.Do("FLUSHALL")
		return cache.NewRedis(s.open())
	})
}

func TestRedisKeeps(t *testing.T) {
	s := startRedis(t)
	r := cache.NewRedis(s.open(func(o *cache.RedisOptions) { o.Life, o.Prefix = time.Hour, "images:" }))
	e := cachetest.Entry(1, 1, 1000)
	cachetest.Set(t, r, e)
	left := s.Do("PTTL", "images:r:"+e.Key).(int64)
	if left < 3_590_000 || left > 3_600_000 {
		t.Errorf("an entry is kept for %d ms, want an hour", left)
	}
	if size := s.Do("STRLEN", "images:r:"+e.Key).(int64); size > 1000+200 {
		t.Errorf("an entry with a body of 1,000 bytes takes %d", size)
	}
	s.Do("PEXPIRE", "images:r:"+e.Key, 1000)
	cachetest.Want(t, r, e)
	if left := s.Do("PTTL", "images:r:"+e.Key).(int64); left > 1000 {
		t.Errorf("after a Get the entry is kept for %d ms, want what was left", left)
	}
	s.Do("PEXPIRE", "images:r:"+e.Key, 0)
	cachetest.WantMiss(t, r, e.Key)
}

func TestRedisRefusesTheTooLarge(t *testing.T) {
	r := cache.NewRedis(startRedis(t).open(func(o *cache.RedisOptions) { o.MaxEntry = 1000 }))
	cachetest.Set(t, r, cachetest.Entry(1, 1, 1000))
	cachetest.Want(t, r, cachetest.Entry(1, 1, 1000))
	cachetest.Set(t, r, cachetest.Entry(1, 2, 1001))
	cachetest.WantMiss(t, r, cachetest.Key(1)) // nor is the older one there
}

// What lies under a key and is not its entry is a miss, and Redis is not down for it.
func TestRedisOtherValues(t *testing.T) {
	s := startRedis(t)
	c := s.open()
	r := cache.NewRedis(c)
	cachetest.Set(t, r, cachetest.Entry(1, 1, 1000))
	key, other := "lightwell:r:"+cachetest.Key(1), "lightwell:r:"+cachetest.Key(2)
	s.Do("COPY", key, other)
	cachetest.WantMiss(t, r, cachetest.Key(2))
	for _, value := range []string{"", "something else", strings.Repeat("x", 1<<20)} {
		s.Do("SET", other, value)
		cachetest.WantMiss(t, r, cachetest.Key(2))
	}
	s.Do("SETRANGE", key, 500, "!")
	cachetest.WantMiss(t, r, cachetest.Key(1))
	s.Do("DEL", other)
	s.Do("LPUSH", other, "a list")
	cachetest.WantMiss(t, r, cachetest.Key(2))
	if err := c.State().Down; err != nil {
		t.Errorf("State().Down = %v, want nil", err)
	}
	cachetest.Set(t, r, cachetest.Entry(2, 2, 10))
	cachetest.Want(t, r, cachetest.Entry(2, 2, 10))
}
