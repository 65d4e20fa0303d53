package cache_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/cache/cachetest"
)

func TestBehind(t *testing.T) {
	cachetest.Test(t, func(t *testing.T) cache.Tier { return newBehind(t, newFake("fake"), cache.BehindOptions{}) })
}

// newBehind closes what it returns with the test, which must work.
func newBehind(t *testing.T, tier cache.Tier, opt cache.BehindOptions) *cache.Behind {
	t.Helper()
	b := cache.NewBehind(tier, opt)
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return b
}

// gate is a fake whose Sets wait until it is opened, or until their ctx is done if it heeds that.
type gate struct {
	*fake
	heeds bool
	once  sync.Once
	open  chan struct{}
	began chan string // keys of Sets
}

func newGate(t *testing.T, heeds bool) *gate {
	g := &gate{fake: newFake("gate"), heeds: heeds, open: make(chan struct{}), began: make(chan string, 100)}
	t.Cleanup(g.letGo)
	return g
}

func (g *gate) letGo() { g.once.Do(func() { close(g.open) }) }

func (g *gate) Set(ctx context.Context, e *cache.Entry) error {
	g.began <- e.Key
	done := ctx.Done()
	if !g.heeds {
		done = nil
	}
	select {
	case <-g.open:
		return g.fake.Set(context.WithoutCancel(ctx), e)
	case <-done:
		return ctx.Err()
	}
}

func (g *gate) holds(key string) bool {
	_, err := g.fake.Get(context.Background(), key)
	return err == nil
}

// What waits is found; what is full takes no more and says so; nothing is waited for but on request.
func TestBehindBounds(t *testing.T) {
	g := newGate(t, true)
	b := newBehind(t, g, cache.BehindOptions{Entries: 3, Workers: 1})
	cachetest.Set(t, b, cachetest.Entry(0, 1, 1000))
	<-g.began // it is being written and makes room for another
	for i := 1; i <= 3; i++ {
		cachetest.Set(t, b, cachetest.Entry(i, 1, 1000))
	}
	if err := b.Set(t.Context(), cachetest.Entry(4, 1, 1000)); !errors.Is(err, cache.ErrBusy) {
		t.Errorf("Set of one too many = %v, want ErrBusy", err)
	}
	cachetest.Set(t, b, cachetest.Entry(2, 2, 500)) // in the place of the older one
	if s := b.Stats(); s.Entries != 4 || s.Bytes < 3500 || s.Bytes > 5500 || s.Dropped != 1 {
		t.Errorf("Stats() = %+v, want 4 entries of 3,500 bytes and more, and 1 dropped", s)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := errors.Join(b.Settled(ctx, cachetest.Key(3)), b.Flush(ctx)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Settled and Flush with a tier that hangs = %v, want ctx's error", err)
	}
	cachetest.Want(t, b, cachetest.Entry(0, 1, 1000))
	cachetest.Want(t, b, cachetest.Entry(2, 2, 500))
	cachetest.Want(t, b, cachetest.Entry(3, 1, 1000))
	g.letGo()
	if err := b.Settled(t.Context(), cachetest.Key(3)); err != nil || !g.holds(cachetest.Key(3)) {
		t.Errorf("Settled = %v, the tier holds it: %t", err, g.holds(cachetest.Key(3)))
	}
	if err := b.Flush(t.Context()); err != nil {
		t.Errorf("Flush = %v", err)
	}
	cachetest.Want(t, g.fake, cachetest.Entry(2, 2, 500))
	if s := b.Stats(); s != (cache.BehindStats{Dropped: 1}) {
		t.Errorf("Stats() = %+v, want nothing waiting", s)
	}
}

func TestBehindBytes(t *testing.T) {
	g := newGate(t, true)
	b := newBehind(t, g, cache.BehindOptions{Bytes: 10_000})
	cachetest.Set(t, b, cachetest.Entry(1, 1, 5000))
	for _, i := range []int{1, 2} {
		if err := b.Set(t.Context(), cachetest.Entry(i, 2, 5000*i+5000)); !errors.Is(err, cache.ErrBusy) {
			t.Errorf("Set of too many bytes = %v, want ErrBusy", err)
		}
	}
	cachetest.Want(t, b, cachetest.Entry(1, 1, 5000))
	g.letGo()
}

// A Delete ends the write that is under way, and holds.
func TestBehindDelete(t *testing.T) {
	for _, heeds := range []bool{true, false} {
		g := newGate(t, heeds)
		b := newBehind(t, g, cache.BehindOptions{Workers: 2})
		e := cachetest.Entry(1, 1, 100)
		cachetest.Set(t, b, e)
		<-g.began
		if !heeds {
			time.AfterFunc(20*time.Millisecond, g.letGo)
		}
		if err := b.Delete(t.Context(), e.Key); err != nil {
			t.Errorf("Delete = %v", err)
		}
		cachetest.WantMiss(t, b, e.Key)
		if g.holds(e.Key) {
			t.Errorf("heeding ctx %t: the tier behind holds what was deleted", heeds)
		}
		g.letGo()
		cachetest.Set(t, b, e)
		b.Flush(t.Context())
		cachetest.Want(t, g.fake, e)
	}
}

// What is set again while it is deleted is written after what was deleted, and what is replaced while
// it is written is written again.
func TestBehindOrder(t *testing.T) {
	g := newGate(t, false)
	b := newBehind(t, g, cache.BehindOptions{Workers: 4})
	key := cachetest.Key(1)
	cachetest.Set(t, b, cachetest.Entry(1, 1, 100))
	<-g.began
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Delete(ctx, key); !errors.Is(err, context.Canceled) {
		t.Errorf("Delete while a write hangs = %v, want ctx's error", err)
	}
	cachetest.Set(t, b, cachetest.Entry(1, 2, 100))
	cachetest.Set(t, b, cachetest.Entry(1, 3, 100))
	cachetest.Want(t, b, cachetest.Entry(1, 3, 100))
	select {
	case <-g.began:
		t.Error("a write begins before the earlier one of the same key has ended")
	case <-time.After(50 * time.Millisecond):
	}
	g.letGo()
	b.Flush(t.Context())
	cachetest.Want(t, g.fake, cachetest.Entry(1, 3, 100))
}

// A write that fails is told of, and leaves nothing older.
func TestBehindFails(t *testing.T) {
	f := newFake("fake")
	cachetest.Set(t, f, cachetest.Entry(1, 1, 100))
	var told []string
	b := newBehind(t, &failing{f}, cache.BehindOptions{OnError: func(tier, op string, err error) {
		told = append(told, fmt.Sprint(tier, " ", op, " ", errors.Is(err, errDown)))
	}})
	cachetest.Set(t, b, cachetest.Entry(1, 2, 100))
	b.Flush(t.Context())
	cachetest.WantMiss(t, b, cachetest.Key(1))
	if err := b.Close(t.Context()); err != nil {
		t.Errorf("Close = %v", err)
	}
	if s := b.Stats(); s.Failed != 1 || fmt.Sprint(told) != "[fake write true]" {
		t.Errorf("Stats() = %+v, told %q, want one failed write", s, told)
	}
}

// failing is a fake that takes nothing.
type failing struct{ *fake }

func (*failing) Set(context.Context, *cache.Entry) error { return errDown }

// Close writes what waits. What cannot be written in time is counted, and a tier that hangs for good
// holds up nothing.
func TestBehindClose(t *testing.T) {
	t.Parallel()
	f := newFake("fake")
	b := cache.NewBehind(f, cache.BehindOptions{Workers: 1})
	for i := range 100 {
		cachetest.Set(t, b, cachetest.Entry(i, 1, 1000))
	}
	for range 2 {
		if err := b.Close(t.Context()); err != nil {
			t.Errorf("Close = %v", err)
		}
	}
	if len(f.entries) != 100 {
		t.Errorf("%d entries are written, want 100", len(f.entries))
	}
	if err := b.Set(t.Context(), cachetest.Entry(1, 2, 10)); !errors.Is(err, cache.ErrDown) {
		t.Errorf("Set once closed = %v, want ErrDown", err)
	}
	for _, heeds := range []bool{true, false} {
		b := cache.NewBehind(newGate(t, heeds), cache.BehindOptions{Workers: 1})
		for i := range 100 {
			cachetest.Set(t, b, cachetest.Entry(i, 1, 1000))
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		defer cancel()
		start := time.Now()
		if err := b.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close with a tier that hangs = %v, want ctx's error", err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("Close with a tier that hangs took %v", took)
		}
		if s := b.Stats(); heeds && s.Failed != 100 {
			t.Errorf("Stats() = %+v, want 100 given up", s)
		}
	}
}
