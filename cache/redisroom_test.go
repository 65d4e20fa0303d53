package cache_test

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

// A Redis that never evicts is filled to half, or to the setting: what is left belongs to the jobs.
// One that evicts is filled.
func TestRedisRoom(t *testing.T) {
	const mb = 1 << 20
	for _, c := range []struct {
		policy    string
		maxMemory int // MB; 0 for none
		room      int64
		low, high int64 // MB held after 40 MB were set
	}{
		{"noeviction", 20, 1 << 30, 8, 12},
		{"noeviction", 0, 15 * mb, 12, 18},
		{"noeviction", 0, 1 << 30, 40, 60},
		{"allkeys-lfu", 30, 1 * mb, 25, 30},
		{"volatile-ttl", 30, 1 * mb, 25, 30},
	} {
		name := fmt.Sprintf("%s, %d MB, room for %d MB", c.policy, c.maxMemory, c.room/mb)
		t.Run(name, func(t *testing.T) {
			s := startRedis(t, "--maxmemory-policy", c.policy, "--maxmemory", fmt.Sprintf("%dmb", c.maxMemory))
			r := cache.NewRedis(s.open(func(o *cache.RedisOptions) { o.Room = c.room }))
			for i := range 400 {
				cachetest.Set(t, r, cachetest.Entry(i, 1, 100_000))
			}
			if used := s.usedMemory(); used < c.low*mb || used > c.high*mb {
				t.Errorf("it holds %d bytes, want %d to %d MB", used, c.low, c.high)
			}
			s.Do("SET", "a job", "that must find room")
		})
	}
}

func (s *redisServer) usedMemory() int64 {
	s.t.Helper()
	_, after, _ := strings.Cut(s.Do("INFO", "memory").(string), "used_memory:")
	text, _, _ := strings.Cut(after, "\r\n")
	used, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	return used
}

// That there is no room is told, and that there is some again; meanwhile a Set forgets the older entry.
func TestRedisRoomAgain(t *testing.T) {
	t.Parallel()
	s := startRedis(t, "--maxmemory-policy", "noeviction", "--maxmemory", "20mb")
	c := s.open()
	r := cache.NewRedis(c)
	cachetest.Set(t, r, cachetest.Entry(1, 1, 1000))
	s.Do("SETRANGE", "jobs", 12<<20, "x")
	eventually(t, "there is no room", func() bool { return c.State().Full != nil })
	cachetest.Want(t, r, cachetest.Entry(1, 1, 1000))
	cachetest.Set(t, r, cachetest.Entry(1, 2, 1000))
	cachetest.WantMiss(t, r, cachetest.Key(1))
	s.Do("DEL", "jobs")
	eventually(t, "there is room again", func() bool { return c.State().Full == nil })
	cachetest.Set(t, r, cachetest.Entry(1, 3, 1000))
	cachetest.Want(t, r, cachetest.Entry(1, 3, 1000))
}

// Without a permission for INFO nobody knows what room there is, and nothing is written. Redis is up.
func TestRedisRoomUnknown(t *testing.T) {
	s := startRedis(t)
	s.Do("ACL", "SETUSER", "cache", "on", ">secret", "~*", "&*", "+@all", "-info")
	c := openRedis(t, "redis://cache:secret@"+s.Addr)
	if state := c.State(); state.Down != nil || state.Full == nil {
		t.Errorf("State() = %+v, want it up and full", state)
	}
	r := cache.NewRedis(c)
	cachetest.Set(t, r, cachetest.Entry(1, 1, 1000))
	cachetest.WantMiss(t, r, cachetest.Key(1))
}
