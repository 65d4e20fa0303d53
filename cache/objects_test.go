package cache_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/cache/cachetest"
	"lightwell/origin/store"
)

func TestObjects(t *testing.T) {
	t.Run("Mem", func(t *testing.T) {
		cachetest.Test(t, func(t *testing.T) cache.Tier { return newObjects(t, store.NewMem(), cache.ObjectsOptions{}) })
	})
	t.Run("Disk", func(t *testing.T) {
		cachetest.Test(t, func(t *testing.T) cache.Tier { return newObjects(t, openDisk(t), cache.ObjectsOptions{}) })
	})
}

// TestObjectsWritten runs the suite where every Set is in the store before the next call, so that it is
// the store that is read.
func TestObjectsWritten(t *testing.T) {
	cachetest.Test(t, func(t *testing.T) cache.Tier {
		return &settling{newObjects(t, store.NewMem(), cache.ObjectsOptions{})}
	})
}

type settling struct{ *cache.Objects }

func (s *settling) Set(ctx context.Context, e *cache.Entry) error {
	return errors.Join(s.Objects.Set(ctx, e), s.Settled(ctx, e.Key))
}

func newObjects(t *testing.T, s store.Store, opt cache.ObjectsOptions) *cache.Objects {
	t.Helper()
	o := cache.NewObjects(s, opt)
	t.Cleanup(func() {
		if err := o.Close(context.Background()); err != nil {
			t.Errorf("Close = %v", err)
		}
	})
	return o
}

func openDisk(t *testing.T) *store.Disk {
	t.Helper()
	d, err := store.OpenDisk(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

// fill sets n entries, of ten originals, and waits until they are written.
func fill(t *testing.T, o *cache.Objects, n int) {
	t.Helper()
	for i := range n {
		cachetest.Set(t, o, cachetest.Entry(i, 1, 100))
	}
	if err := o.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// An entry lies where the architecture says, survives, and is a miss when it is damaged.
func TestObjectsLayout(t *testing.T) {
	s, e := openDisk(t), cachetest.Entry(3, 1, 100)
	fill(t, newObjects(t, s, cache.ObjectsOptions{}), 5)
	name := "renditions/" + cachetest.Original(3) + "/" + strings.TrimPrefix(e.Key, cachetest.Original(3)+"/")
	if _, err := s.Stat(t.Context(), name); err != nil {
		t.Errorf("Stat(%s) = %v", name, err)
	}
	o := newObjects(t, s, cache.ObjectsOptions{})
	cachetest.Want(t, o, e)
	for _, text := range []string{"", "something else"} {
		if err := s.Put(t.Context(), name, strings.NewReader(text), int64(len(text))); err != nil {
			t.Fatal(err)
		}
		cachetest.WantMiss(t, o, e.Key)
	}
	if err := s.Copy(t.Context(), "renditions/"+cachetest.Key(4), name); err != nil {
		t.Fatal(err)
	}
	cachetest.WantMiss(t, o, e.Key)
	if _, err := o.Get(t.Context(), "../originals/x"); !errors.Is(err, fs.ErrInvalid) || o.Down() != nil {
		t.Errorf("Get of no name = %v, down %v, want fs.ErrInvalid and up", err, o.Down())
	}
}

func TestObjectsSweep(t *testing.T) {
	s := store.NewMem()
	o := newObjects(t, s, cache.ObjectsOptions{})
	if err := s.Put(t.Context(), "originals/x", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	fill(t, o, 20)
	if n, err := o.Sweep(t.Context(), time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("Sweep of what is an hour old = %d, %v, want 0", n, err)
	}
	if n, err := o.Sweep(t.Context(), time.Now().Add(time.Second)); n != 20 || err != nil {
		t.Errorf("Sweep of everything = %d, %v, want 20", n, err)
	}
	cachetest.WantMiss(t, o, cachetest.Key(1))
	if _, err := s.Stat(t.Context(), "originals/x"); err != nil {
		t.Errorf("Sweep has taken an original: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := o.Sweep(ctx, time.Now()); !errors.Is(err, context.Canceled) {
		t.Errorf("Sweep with ctx done = %v", err)
	}
}

// hanging is a store whose reads can be made to hang, whatever ctx says, or to fail.
type hanging struct {
	store.Store
	mu   sync.RWMutex // held for writing while it hangs
	fail error        // guarded by mu
}

func (h *hanging) Open(ctx context.Context, name string) (store.Object, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.fail != nil {
		return store.Object{}, h.fail
	}
	return h.Store.Open(ctx, name)
}

func (h *hanging) Stat(ctx context.Context, name string) (store.Info, error) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if h.fail != nil {
		return store.Info{}, h.fail
	}
	return h.Store.Stat(ctx, name)
}

// A store that hangs or fails costs a request one timeout, is not asked until it is well, and then
// serves what it has.
func TestObjectsDown(t *testing.T) {
	h := &hanging{Store: store.NewMem()}
	var told []bool
	o := cache.NewObjects(h, cache.ObjectsOptions{
		Timeout:  50 * time.Millisecond,
		OnChange: func(cause error) { told = append(told, cause != nil) },
	})
	fill(t, o, 3)
	for _, fail := range []error{nil, errDown} {
		h.mu.Lock()
		if h.fail = fail; fail != nil {
			h.mu.Unlock()
		}
		start := time.Now()
		for range 100 {
			if _, err := o.Get(t.Context(), cachetest.Key(1)); !errors.Is(err, cache.ErrDown) {
				t.Fatalf("Get of a store that is down = %v, want ErrDown", err)
			}
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("100 Gets of a store that is down took %v, want little more than 50ms", took)
		}
		if fail == nil {
			h.mu.Unlock()
		} else {
			h.mu.Lock()
			h.fail = nil
			h.mu.Unlock()
		}
		eventually(t, "the store is up again", func() bool { return o.Down() == nil })
		cachetest.Want(t, o, cachetest.Entry(1, 1, 100))
	}
	if err := o.Close(t.Context()); err != nil {
		t.Errorf("Close = %v", err)
	}
	if len(told) != 4 {
		t.Errorf("told of %t, want down and up, twice", told)
	}
}
