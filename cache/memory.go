package cache

import (
	"context"
	"fmt"
	"sync"

	"github.com/dgraph-io/ristretto/v2"
)

const (
	// averageCost is the bytes that an entry is assumed to take, for the number of counters only: a
	// WebP of 400 to 800 pixels.
	averageCost = 30 << 10

	// countersPerEntry and bufferItems are what ristretto's documentation recommends.
	countersPerEntry = 10
	bufferItems      = 64

	// largestShare of the whole is the most that one entry may take, lest a single download of an
	// original push out hundreds of thumbnails.
	largestShare = 8
)

// Memory is the Tier in this process's memory: ristretto, which keeps what is asked for often
// (TinyLFU). Once it is full it may refuse a new entry in favour of those it has.
//
// An entry whose Cost is more than an eighth of the whole is never kept.
type Memory struct {
	cache *ristretto.Cache[string, *Entry]
	max   int64 // bytes

	// mu makes Set and Delete take turns. ristretto applies both later, in a goroutine of its own, and
	// of two Sets of a new key that wait there together it keeps the first entry at the second's cost.
	mu sync.Mutex
}

// NewMemory returns a cache of maxBytes, by Entry.Cost. Beside that it takes about 3 bytes for each of
// its counters of how often keys are asked for: ten for every 30 KB, a thousandth of maxBytes. The
// caller closes it.
func NewMemory(maxBytes int64) (*Memory, error) {
	c, err := ristretto.NewCache(&ristretto.Config[string, *Entry]{
		NumCounters:        countersPerEntry * max(maxBytes/averageCost, 100),
		MaxCost:            maxBytes,
		BufferItems:        bufferItems,
		IgnoreInternalCost: true, // Entry.Cost has it
	})
	if err != nil {
		return nil, fmt.Errorf("memory cache of %d bytes: %w", maxBytes, err)
	}
	return &Memory{cache: c, max: maxBytes}, nil
}

// Close gives the memory back and waits for ristretto's goroutines. No other method may be running or
// be called afterwards.
func (m *Memory) Close() error {
	m.cache.Close()
	return nil
}

// MemoryName is the name of a Memory.
const MemoryName = "memory"

// Name implements Tier.
func (m *Memory) Name() string { return MemoryName }

// Get implements Tier. It never waits and has no error but ErrMiss.
func (m *Memory) Get(_ context.Context, key string) (*Entry, error) {
	e, ok := m.cache.Get(key)
	if !ok || e.Key != key { // ristretto compares hashes of the keys, not the keys
		return nil, ErrMiss
	}
	return e, nil
}

// Set implements Tier. It never returns an error: an entry that is refused is forgotten.
//
// It waits, some microseconds, until ristretto has applied the change. Otherwise the next Get could
// miss what was just made and have it rendered again, and a burst could fill the buffer, in which case
// ristretto drops the entry.
func (m *Memory) Set(_ context.Context, e *Entry) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e.Cost() > m.max/largestShare {
		m.cache.Del(e.Key) // what is there now is the older entry
	} else {
		m.cache.Set(e.Key, e, e.Cost())
	}
	m.cache.Wait()
	return nil
}

// Delete implements Tier. Like Set it waits, so that a Set of the same key afterwards is a new one.
func (m *Memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.cache.Del(key)
	m.cache.Wait()
	return nil
}

// Bytes returns what the entries held now cost together. It is exact while no Set or Delete runs, and
// may be above maxBytes after an entry was replaced by a larger one, until the next new entry.
func (m *Memory) Bytes() int64 {
	return m.max - m.cache.RemainingCost()
}
