// Package cache remembers finished renditions, so that each is made once and then only handed out.
//
// A [Tier] is one place to remember them in. [Memory] is the nearest, in this process; [Redis] is that of
// the fleet, and [Objects], in a store, that which survives everything. [Behind] writes to a slow one in
// the background, and [Tiered] puts any number of them one above the other; both are Tiers themselves.
// Package cachetest is the suite that every Tier passes.
//
// Beside the tier, a Redis ([RedisConn]) has [Leases], so that the fleet makes a rendition once, and what
// it knows and tells each other: [Shared].
//
// The key names the bytes: whatever would change a rendition changes its key, so what a tier holds is
// never out of date, and a tier may lose what it likes at any time. An [Entry] is shared by everybody
// who asks for it, and nobody writes to it.
package cache

import (
	"context"
	"errors"
)

// Entry is a finished rendition. It is shared from the moment it is given to a Tier or comes out of
// one: nobody changes its fields or writes to its Body.
type Entry struct {
	Key    string // as made by Name
	Format string // a short name such as "webp"
	Width  int    // pixels
	Height int    // pixels
	Body   []byte
}

// entryOverhead is what an entry takes in memory beside its body, key and format: the struct, and its
// place in ristretto's two maps. TestEntryOverhead measures it.
const entryOverhead = 256

// Cost returns the bytes of memory that the entry holds on to, overhead included.
func (e *Entry) Cost() int64 {
	return int64(cap(e.Body)+len(e.Key)+len(e.Format)) + entryOverhead
}

// ErrMiss is the error of a Get for a key that the tier does not hold.
var ErrMiss = errors.New("not in the cache")

// Tier is one level of the cache. It may forget, but never returns anything other than the last entry
// set under the key. Its methods may be called from many goroutines at once.
type Tier interface {
	// Name is what logs and metrics call the tier, such as "memory". It never changes.
	Name() string

	// Get returns the entry under key. The error wraps ErrMiss when there is none; any other error
	// means that the tier is down, or that ctx is done. A tier that never waits may ignore ctx.
	Get(ctx context.Context, key string) (*Entry, error)

	// Set keeps e under e.Key and replaces what was there. When it returns nil, a Get finds e until
	// the tier forgets it, which it may do at once; an older entry it does not find.
	Set(ctx context.Context, e *Entry) error

	// Delete forgets what is under key. Nothing being there is no error.
	Delete(ctx context.Context, key string) error
}
