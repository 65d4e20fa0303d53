package cache

import (
	"math"
	"strconv"
	"sync"
	"sync/atomic"
)

// room is what may still be written to a Redis that never evicts. Such a one may hold the queue of
// uploads, too, which must not find it full of renditions: they stop at half.
type room struct {
	left atomic.Int64 // bytes, counted down between looks

	mu  sync.Mutex // guards why
	why error      // nil when there is room
}

// set notes what a look has found, and tells whether there being room or not is new.
func (r *room) set(left int64, why error) bool {
	r.left.Store(left)
	r.mu.Lock()
	defer r.mu.Unlock()
	isNew := (why == nil) != (r.why == nil)
	r.why = why
	return isNew
}

// take takes n bytes, when they are there: between two looks, two seconds apart, a gigabyte can be
// written.
func (r *room) take(n int) bool {
	return r.left.Add(-int64(n)) >= 0
}

// full tells why there was no room at the last look.
func (r *room) full() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.why
}

// roomLeft returns how many bytes of renditions a server takes yet, by its INFO; below zero when it has
// too many. limit is for one without maxmemory.
func roomLeft(info serverInfo, limit int64) int64 {
	if policy := info["maxmemory_policy"]; policy != "noeviction" && policy != "" {
		return math.MaxInt64 // it makes room itself, by ending what has a life: renditions, not jobs
	}
	used, err := strconv.ParseInt(info["used_memory"], 10, 64)
	if err != nil {
		return 0
	}
	if most, err := strconv.ParseInt(info["maxmemory"], 10, 64); err == nil && most > 0 {
		limit = most / 2
	}
	return limit - used
}
