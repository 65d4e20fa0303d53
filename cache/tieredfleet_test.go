package cache_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/cache/cachetest"
	"lightwell/origin/store"
)

// The tiers as an origin of a fleet has them.
func TestTieredFleet(t *testing.T) {
	server := startRedis(t)
	cachetest.Test(t, func(t *testing.T) cache.Tier {
		server.Do("FLUSHALL")
		redis := newBehind(t, cache.NewRedis(server.open()), cache.BehindOptions{})
		return cache.NewTiered(newMemory(t, 64<<20), redis, newObjects(t, store.NewMem(), cache.ObjectsOptions{}))
	})
}

// The same without the memory, which would answer for the others.
func TestTieredFar(t *testing.T) {
	server := startRedis(t)
	cachetest.Test(t, func(t *testing.T) cache.Tier {
		server.Do("FLUSHALL")
		redis := newBehind(t, cache.NewRedis(server.open()), cache.BehindOptions{})
		return cache.NewTiered(redis, newObjects(t, store.NewMem(), cache.ObjectsOptions{}))
	})
}

// What one origin has set, another has once it is settled.
func TestTieredShared(t *testing.T) {
	server, objects := startRedis(t), store.NewMem()
	origin := func() *cache.Tiered {
		redis := newBehind(t, cache.NewRedis(server.open()), cache.BehindOptions{})
		return cache.NewTiered(newMemory(t, 1<<20), redis, newObjects(t, objects, cache.ObjectsOptions{}))
	}
	one, other := origin(), origin()
	for i := range 20 {
		cachetest.Set(t, one, cachetest.Entry(i, 1, 1000))
		if err := one.Settled(t.Context(), cachetest.Key(i)); err != nil {
			t.Fatalf("Settled = %v", err)
		}
		if _, tier, err := other.Lookup(t.Context(), cachetest.Key(i)); tier != "redis" || err != nil {
			t.Errorf("Lookup by another = %q, %v, want it from redis", tier, err)
		}
	}
	server.Do("FLUSHALL")
	if _, tier, err := origin().Lookup(t.Context(), cachetest.Key(1)); tier != "objects" || err != nil {
		t.Errorf("Lookup by a third, with Redis empty = %q, %v, want it from objects", tier, err)
	}
}

// A tier that hangs in its Sets holds up neither a Set nor a Lookup that copies a hit to it.
func TestTieredSlow(t *testing.T) {
	slow, far := newGate(t, true), newFake("far")
	behind := newBehind(t, slow, cache.BehindOptions{Workers: 1})
	tiered := cache.NewTiered(newMemory(t, 1<<20), behind, far)
	cachetest.Set(t, far, cachetest.Entry(1, 1, 100))
	start := time.Now()
	cachetest.Want(t, tiered, cachetest.Entry(1, 1, 100))
	cachetest.Set(t, tiered, cachetest.Entry(2, 1, 100))
	cachetest.Want(t, tiered, cachetest.Entry(2, 1, 100))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("with a tier that hangs a Get and a Set took %v", took)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := tiered.Settled(ctx, cachetest.Key(2)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Settled = %v, want ctx's error", err)
	}
	slow.letGo()
	if err := tiered.Settled(t.Context(), cachetest.Key(2)); err != nil || !slow.holds(cachetest.Key(2)) {
		t.Errorf("Settled = %v, the slow tier holds it: %t", err, slow.holds(cachetest.Key(2)))
	}
}
