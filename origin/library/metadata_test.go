package library

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
)

// board is Shared in memory. Everybody listens but those who are deaf.
type board struct {
	mu     sync.Mutex // guards the fields below
	notes  map[string]note
	down   error
	listen []*Library
}

type note struct {
	value string
	until time.Time
}

func (b *board) Get(_ context.Context, name string) ([]byte, time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	n, ok := b.notes[name]
	if b.down != nil || !ok || !time.Now().Before(n.until) {
		return nil, 0, errors.Join(b.down, errors.New("not there"))
	}
	return []byte(n.value), time.Until(n.until), nil
}

func (b *board) Put(_ context.Context, name string, value []byte, life time.Duration) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.down == nil {
		b.notes[name] = note{string(value), time.Now().Add(life)}
	}
	return b.down
}

func (b *board) Add(ctx context.Context, name string, value []byte, life time.Duration) error {
	if _, _, err := b.Get(ctx, name); err == nil {
		return nil
	}
	return b.Put(ctx, name, value, life)
}

func (b *board) Publish(_ context.Context, message string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range b.listen {
		l.Heard(message)
	}
	return b.down
}

// counting is a store whose openings of metadata are counted, and may take time.
type counting struct {
	store.Store
	opens atomic.Int64
	slow  time.Duration
	down  atomic.Bool
}

func (c *counting) Open(ctx context.Context, name string) (store.Object, error) {
	if strings.HasPrefix(name, "assets/") {
		c.opens.Add(1)
		select {
		case <-time.After(c.slow):
		case <-ctx.Done():
			return store.Object{}, ctx.Err()
		}
		if c.down.Load() {
			return store.Object{}, errors.New("no route to host")
		}
	}
	return c.Store.Open(ctx, name)
}

// A fleet reads what is known of an asset once in the metadata's life, and no process trusts it for longer
// than that, however it came to it.
func TestMetadataIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, shared := &counting{Store: store.NewMem()}, &board{notes: map[string]note{}}
		cfg := Config{Life: 10 * time.Second, Entries: 10, Shared: shared}
		a := add(t, open(t, s, Config{Life: time.Second, Entries: 1}), "x")
		one, two := open(t, s, cfg), open(t, s, cfg)
		want := func(l *Library, generation int) {
			t.Helper()
			got, err := l.Asset(ctx, a.ID)
			if err != nil || got.Generation != generation {
				t.Errorf("Asset after %d readings = generation %d, %v, want %d", s.opens.Load(), got.Generation, err, generation)
			}
		}
		s.opens.Store(0)
		want(one, 0)
		time.Sleep(4 * time.Second)
		want(two, 0)
		if n := s.opens.Load(); n != 1 {
			t.Errorf("two processes read the store %d times, want once", n)
		}
		// Somebody changes it who cannot tell.
		if err := open(t, s, Config{Entries: 1}).Purge(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(6*time.Second - time.Nanosecond)
		synctest.Wait()
		want(two, 0)
		time.Sleep(2 * time.Nanosecond)
		want(two, 1) // 10 s after the first one read it, though this one has it for 6
		want(one, 1)
		one.Wait()
		two.Wait()
	})
}

// What a process changes it tells the others, who know at once; what was read before the change and comes
// late changes nothing.
func TestChangesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, shared := store.NewMem(), &board{notes: map[string]note{}}
		cfg := Config{Life: 10 * time.Second, Entries: 10, TombstoneLife: time.Hour, Shared: shared}
		one, two := open(t, s, cfg), open(t, s, cfg)
		shared.listen = []*Library{one, two}
		a := add(t, one, "x")
		old, left, err := shared.Get(ctx, "asset:"+a.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := two.Asset(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if err := one.Purge(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if got, err := two.Asset(ctx, a.ID); err != nil || got.Generation != 1 {
			t.Errorf("Asset after a purge elsewhere = %d, %v", got.Generation, err)
		}
		if err := one.Delete(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		shared.Add(ctx, "asset:"+a.ID, old, left)
		if _, err := two.Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("Asset after a delete elsewhere = %v, want %v", err, ErrDeleted)
		}
		if err := one.Purge(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("Purge of what is deleted = %v", err)
		}
		if err := one.Purge(ctx, NewID()); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Purge of nothing = %v", err)
		}
		for _, name := range []string{"first", "second"} {
			if _, err := one.SetPreset(ctx, Preset{Name: "card", Params: name}); err != nil {
				t.Fatal(err)
			}
			if got, err := two.Preset(ctx, "card"); err != nil || got.Params != name {
				t.Errorf("Preset after a change elsewhere = %q, %v, want %q", got.Params, err, name)
			}
		}
	})
}

// An asset in demand is read anew before it is too old, and when the store does not answer then nobody waits.
func TestMetadataIsReadAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &counting{Store: store.NewMem(), slow: 300 * time.Millisecond}
		l := open(t, s, Config{Life: 10 * time.Second, Entries: 10})
		a := add(t, l, "x")
		for second := range 100 {
			s.down.Store(second > 50)
			began := time.Now()
			if _, err := l.Asset(ctx, a.ID); err != nil {
				t.Fatalf("Asset after %d s = %v", second, err)
			}
			if took := time.Since(began); took > 0 && second < 57 {
				t.Errorf("Asset after %d s took %v", second, took)
			}
			time.Sleep(time.Second)
		}
		l.Wait()
	})
}

// All who want what nobody knows yet have it read once, and who leaves does not end that for the others.
func TestMetadataIsReadOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &counting{Store: store.NewMem()}
		a := add(t, open(t, s, Config{Entries: 1}), "x")
		l := open(t, s, Config{Life: 10 * time.Second, Entries: 10})
		s.slow = time.Second
		s.opens.Store(0)
		leaving, leave := context.WithCancel(ctx)
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := l.Asset(leaving, a.ID); !errors.Is(err, context.Canceled) || errors.Is(err, ErrUnavailable) {
				t.Errorf("Asset for one who leaves = %v", err)
			}
		})
		synctest.Wait()
		for range 100 {
			all.Go(func() {
				if got, err := l.Asset(ctx, a.ID); err != nil || got.ID != a.ID {
					t.Errorf("Asset = %v, %v", got, err)
				}
			})
		}
		synctest.Wait()
		leave()
		all.Wait()
		l.Wait()
		if n := s.opens.Load(); n != 1 {
			t.Errorf("the store was read %d times, want once", n)
		}
		// One that hangs is given up, for all of them.
		s.slow = time.Hour
		began := time.Now()
		if _, err := l.Asset(ctx, NewID()); !errors.Is(err, ErrUnavailable) || time.Since(began) > 3*time.Second {
			t.Errorf("Asset with a store that hangs = %v after %v", err, time.Since(began))
		}
	})
}

// Purges at once are one each; none brings back what is deleted meanwhile.
func TestPurges(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Life: time.Hour, Entries: 100, TombstoneLife: time.Hour})
		a := add(t, l, "x", "red")
		for i := range 5 {
			add(t, l, "x", strings.Repeat("blue", i%2+1))
		}
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() {
				if err := l.Purge(ctx, a.ID); err != nil {
					t.Errorf("Purge = %v", err)
				}
			})
		}
		all.Wait()
		if got, err := l.Asset(ctx, a.ID); err != nil || got.Generation != 10 {
			t.Errorf("Asset after 10 purges = generation %d, %v", got.Generation, err)
		}
		for range 5 {
			all.Go(func() {
				if err := l.Purge(ctx, a.ID); err != nil && !errors.Is(err, ErrDeleted) {
					t.Errorf("Purge beside a delete = %v", err)
				}
			})
		}
		all.Go(func() {
			if err := l.Delete(ctx, a.ID); err != nil {
				t.Errorf("Delete beside purges = %v", err)
			}
		})
		all.Wait()
		if _, err := open(t, s, Config{Entries: 1}).Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("Asset = %v, want %v", err, ErrDeleted)
		}
		var mu sync.Mutex
		var tagged []string
		err := l.Tagged(ctx, "blue", func(_ context.Context, id string) error {
			mu.Lock()
			defer mu.Unlock()
			tagged = append(tagged, id)
			return nil
		})
		slices.Sort(tagged)
		if err != nil || len(slices.Compact(tagged)) != 3 {
			t.Errorf("Tagged = %q, %v, want three", tagged, err)
		}
		oops := errors.New("oops")
		if err := l.Tagged(ctx, "blue", func(context.Context, string) error { return oops }); !errors.Is(err, oops) {
			t.Errorf("Tagged = %v, want the error of do", err)
		}
	})
}

// What is being read when a change is heard of is not believed afterwards, nor waited for.
func TestAChangeOutdatesWhatIsBeingRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, shared := &counting{Store: store.NewMem()}, &board{notes: map[string]note{}}
		one := open(t, s, Config{Life: 10 * time.Second, Entries: 10, TombstoneLife: time.Hour, Shared: shared})
		two := open(t, s, Config{Life: 10 * time.Second, Entries: 10, Shared: shared})
		shared.listen = []*Library{one, two}
		a := add(t, open(t, s, Config{Entries: 1}), "x")
		late := &lateStore{Store: s, goOn: make(chan struct{})}
		two.store = late
		var reading sync.WaitGroup
		reading.Go(func() { two.Asset(ctx, a.ID) }) // has read, and is long in coming back
		synctest.Wait()
		if err := one.Delete(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := two.Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("Asset while what was before is being read = %v, want %v", err, ErrDeleted)
		}
		close(late.goOn)
		reading.Wait()
		if _, err := two.Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("Asset after what was before has been read = %v, want %v", err, ErrDeleted)
		}
	})
}

// lateStore opens metadata, and gives it to the first who asks only when it is told to.
type lateStore struct {
	store.Store
	goOn chan struct{}
	once sync.Once
}

func (l *lateStore) Open(ctx context.Context, name string) (store.Object, error) {
	o, err := l.Store.Open(ctx, name)
	l.once.Do(func() { <-l.goOn })
	return o, err
}
