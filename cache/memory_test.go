package cache_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

func TestMemory(t *testing.T) {
	cachetest.Test(t, func(t *testing.T) cache.Tier { return newMemory(t, 64<<20) })
}

func newMemory(tb testing.TB, maxBytes int64) *cache.Memory {
	tb.Helper()
	m, err := cache.NewMemory(maxBytes)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := m.Close(); err != nil {
			tb.Error(err)
		}
	})
	return m
}

func TestNewMemoryRefuses(t *testing.T) {
	for _, maxBytes := range []int64{0, -1} {
		if m, err := cache.NewMemory(maxBytes); err == nil {
			m.Close()
			t.Errorf("NewMemory(%d) = nil error, want one", maxBytes)
		}
	}
}

func TestMemoryBytes(t *testing.T) {
	m := newMemory(t, 1<<20)
	held := make(map[string]*cache.Entry)
	check := func(what string) {
		t.Helper()
		var want int64
		for _, e := range held {
			want += e.Cost()
		}
		if got := m.Bytes(); got != want {
			t.Errorf("Bytes() after %s = %d, want %d", what, got, want)
		}
	}
	set := func(e *cache.Entry) {
		cachetest.Set(t, m, e)
		held[e.Key] = e
	}
	check("nothing")
	for i := range 10 {
		set(cachetest.Entry(i, 1, 1000*i))
	}
	check("ten entries")
	set(cachetest.Entry(3, 2, 10))
	set(cachetest.Entry(4, 2, 60_000))
	check("a smaller and a larger one in place of two")
	for i := range 5 {
		if err := m.Delete(t.Context(), cachetest.Key(i)); err != nil {
			t.Fatal(err)
		}
		delete(held, cachetest.Key(i))
	}
	check("five deletes")
	if err := m.Delete(t.Context(), cachetest.Key(0)); err != nil {
		t.Fatal(err)
	}
	check("deleting a missing one")
}

// A cache asked to hold ten times its size stays within it, and Bytes is what can be found in it.
func TestMemoryEvicts(t *testing.T) {
	const maxBytes, entries = 1 << 20, 1000
	m := newMemory(t, maxBytes)
	for i := range entries {
		cachetest.Set(t, m, cachetest.Entry(i, 1, 10_000))
		if got := m.Bytes(); got > maxBytes {
			t.Fatalf("Bytes() = %d, want at most %d", got, maxBytes)
		}
	}
	var found int64
	for i := range entries {
		if e, err := m.Get(t.Context(), cachetest.Key(i)); err == nil {
			found += e.Cost()
		}
	}
	if got := m.Bytes(); got != found || found < maxBytes*9/10 {
		t.Errorf("Bytes() = %d, found %d, want them equal and near %d", got, found, maxBytes)
	}
}

func TestMemoryRefusesTheTooLarge(t *testing.T) {
	const maxBytes = 1 << 20
	m := newMemory(t, maxBytes)
	fits := cachetest.Entry(1, 1, 0)
	fits.Body = nil
	fits.Body = make([]byte, maxBytes/8-fits.Cost())
	cachetest.Set(t, m, fits)
	cachetest.Want(t, m, fits)

	tooLarge := cachetest.Entry(1, 2, 10)
	tooLarge.Body = make([]byte, cap(fits.Body)+1)
	cachetest.Set(t, m, tooLarge)
	cachetest.WantMiss(t, m, tooLarge.Key) // nor is the older one there
	if got := m.Bytes(); got != 0 {
		t.Errorf("Bytes() = %d, want 0", got)
	}
}

// TestEntryOverhead compares Entry.Cost with what the entries take: within a quarter.
func TestEntryOverhead(t *testing.T) {
	m := newMemory(t, 64<<20)
	before := heap()
	for i := range 20_000 {
		cachetest.Set(t, m, cachetest.Entry(i, 1, 1024))
	}
	took, counted := heap()-before, m.Bytes()
	t.Logf("20,000 entries of 1,024 bytes took %d bytes, Bytes() = %d", took, counted)
	if took > counted*5/4 || took < counted*3/4 {
		t.Errorf("20,000 entries took %d bytes, Bytes() = %d, want them within a quarter", took, counted)
	}
	runtime.KeepAlive(m)
}

func heap() int64 {
	var stats runtime.MemStats
	runtime.GC()
	runtime.GC() // the first one leaves what finalizers and pools held
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

func BenchmarkMemoryGet(b *testing.B) {
	m := newMemory(b, 256<<20)
	keys := make([]string, 4096)
	for i := range keys {
		e := cachetest.Entry(i, 1, 30_000)
		keys[i] = e.Key
		if err := m.Set(b.Context(), e); err != nil {
			b.Fatal(err)
		}
	}
	for _, c := range []struct {
		name string
		pick func() string
	}{
		{"hit", func() string { return keys[rand.N(len(keys))] }},
		{"one-key", func() string { return keys[0] }},
		{"miss", func() string { return "nothing" }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					m.Get(context.Background(), c.pick())
				}
			})
		})
	}
}

func BenchmarkMemorySet(b *testing.B) {
	m := newMemory(b, 64<<20)
	entries := make([]*cache.Entry, 4096)
	for i := range entries {
		entries[i] = &cache.Entry{Key: fmt.Sprint(i), Body: make([]byte, 30_000)}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		m.Set(b.Context(), entries[i%len(entries)])
	}
}
