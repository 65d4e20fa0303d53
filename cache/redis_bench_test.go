package cache_test

import (
	"context"
	"fmt"
	"testing"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

// BenchmarkGet20KB compares the tiers for one caller, and for many.
func BenchmarkGet20KB(b *testing.B) {
	conn := startRedis(b).open()
	for _, tier := range []cache.Tier{newMemory(b, 64<<20), cache.NewRedis(conn)} {
		var keys []string
		for i := range 100 {
			e := cachetest.Entry(i, 1, 20<<10)
			if err := tier.Set(b.Context(), e); err != nil {
				b.Fatal(err)
			}
			keys = append(keys, e.Key)
		}
		b.Run(tier.Name()+"/one", func(b *testing.B) {
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				get(b, tier, keys[i%len(keys)])
			}
		})
		b.Run(tier.Name()+"/many", func(b *testing.B) {
			b.ReportAllocs()
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for i := 0; pb.Next(); i++ {
					get(b, tier, keys[i%len(keys)])
				}
			})
		})
	}
}

func get(b *testing.B, tier cache.Tier, key string) {
	if _, err := tier.Get(context.Background(), key); err != nil {
		b.Error(fmt.Errorf("get from %s: %w", tier.Name(), err))
	}
}

// BenchmarkRedisDown is what a request pays for a Redis that is down.
func BenchmarkRedisDown(b *testing.B) {
	s := startRedis(b)
	r := cache.NewRedis(s.open())
	s.Kill()
	b.ReportAllocs()
	for b.Loop() {
		r.Get(context.Background(), "key")
	}
}

func BenchmarkRedisSet20KB(b *testing.B) {
	r := cache.NewRedis(startRedis(b).open())
	e := cachetest.Entry(1, 1, 20<<10)
	b.ReportAllocs()
	for b.Loop() {
		if err := r.Set(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
}
