package store_test

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/storetest"
)

func TestBreaker(t *testing.T) {
	storetest.Test(t, func(t *testing.T) store.Store {
		b := store.NewBreaker(store.NewMem(), nil)
		t.Cleanup(func() { b.Close() })
		return b
	})
}

// moody is a store that fails, or hangs, when it is told to.
type moody struct {
	store.Store
	err   atomic.Pointer[error]
	hangs atomic.Bool
	asked atomic.Int64
}

func (m *moody) mood(ctx context.Context) error {
	m.asked.Add(1)
	if m.hangs.Load() {
		<-ctx.Done()
		return ctx.Err()
	}
	if err := m.err.Load(); err != nil {
		return *err
	}
	return nil
}

func (m *moody) Open(ctx context.Context, name string) (store.Object, error) {
	if err := m.mood(ctx); err != nil {
		return store.Object{}, err
	}
	return m.Store.Open(ctx, name)
}

func (m *moody) Stat(ctx context.Context, name string) (store.Info, error) {
	if err := m.mood(ctx); err != nil {
		return store.Info{}, err
	}
	return m.Store.Stat(ctx, name)
}

// A store that fails or hangs is not asked any more, but by the breaker; and is once it is back.
func TestBreakerTrips(t *testing.T) {
	for _, kind := range []string{"fails", "hangs"} {
		t.Run(kind, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := &moody{Store: store.NewMem()}
				var told []bool
				b := store.NewBreaker(m, func(down bool) { told = append(told, down) })
				defer b.Close()
				put := func() {
					if err := b.Put(t.Context(), "there", strings.NewReader("x"), 1); err != nil {
						t.Errorf("Put = %v, want it passed on", err)
					}
				}
				put()
				open := func() (time.Duration, error) {
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					began := time.Now()
					o, err := b.Open(ctx, "there")
					if err == nil {
						o.Close()
					}
					return time.Since(began), err
				}
				oops := errors.New("oops")
				if kind == "fails" {
					m.err.Store(&oops)
				} else {
					m.hangs.Store(true)
				}
				for i := range 3 {
					if _, err := open(); err == nil || errors.Is(err, store.ErrDown) {
						t.Errorf("Open %d = %v, want the store's own error", i, err)
					}
				}
				asked := m.asked.Load()
				for range 100 {
					if took, err := open(); !errors.Is(err, store.ErrDown) || took > 0 {
						t.Fatalf("Open = %v after %v, want ErrDown at once", err, took)
					}
				}
				if _, err := b.Stat(t.Context(), "there"); !errors.Is(err, store.ErrDown) {
					t.Errorf("Stat = %v, want ErrDown", err)
				}
				if now := m.asked.Load(); now != asked {
					t.Errorf("the store was asked %d times while it was down", now-asked)
				}
				put()
				time.Sleep(10 * time.Second)
				if _, err := open(); !errors.Is(err, store.ErrDown) {
					t.Errorf("Open = %v, want ErrDown as long as it is", err)
				}
				m.err.Store(nil)
				m.hangs.Store(false)
				time.Sleep(3 * time.Second)
				if _, err := open(); err != nil {
					t.Errorf("Open once it is back = %v", err)
				}
				if len(told) != 2 || !told[0] || told[1] {
					t.Errorf("told %v, want that it went down and came back", told)
				}
			})
		})
	}
}

// What is not there is an answer, and who leaves says nothing of the store.
func TestBreakerHolds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &moody{Store: store.NewMem()}
		b := store.NewBreaker(m, nil)
		defer b.Close()
		for range 10 {
			if _, err := b.Open(t.Context(), "nothing"); !errors.Is(err, fs.ErrNotExist) {
				t.Fatalf("Open = %v, want fs.ErrNotExist", err)
			}
			m.err.Store(&store.ErrArchived)
			if _, err := b.Open(t.Context(), "cold"); !errors.Is(err, store.ErrArchived) {
				t.Fatalf("Open = %v, want store.ErrArchived", err)
			}
			m.err.Store(nil)
			if _, err := b.Open(t.Context(), "../x"); !errors.Is(err, fs.ErrInvalid) {
				t.Fatalf("Open = %v, want fs.ErrInvalid", err)
			}
		}
		m.hangs.Store(true)
		for range 10 {
			ctx, cancel := context.WithCancel(t.Context())
			go func() { time.Sleep(time.Second); cancel() }()
			if _, err := b.Open(ctx, "nothing"); !errors.Is(err, context.Canceled) {
				t.Fatalf("Open = %v, want context.Canceled", err)
			}
		}
	})
}
