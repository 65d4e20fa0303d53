package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/origin/store"
)

// skewed is a store whose clock is off.
type skewed struct {
	store.Store
	by func(name string) time.Duration
}

func (s skewed) Open(ctx context.Context, name string) (store.Object, error) {
	o, err := s.Store.Open(ctx, name)
	o.Modified = o.Modified.Add(s.by(name))
	return o, err
}

func (s skewed) Stat(ctx context.Context, name string) (store.Info, error) {
	info, err := s.Store.Stat(ctx, name)
	info.Modified = info.Modified.Add(s.by(name))
	return info, err
}

func (s skewed) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) {
		for info, err := range s.Store.List(ctx, prefix, after) {
			info.Modified = info.Modified.Add(s.by(info.Name))
			if !yield(info, err) {
				return
			}
		}
	}
}

func always(by time.Duration) func(string) time.Duration {
	return func(string) time.Duration { return by }
}

// A clock that is off by hours makes nothing older or younger than it is.
func TestTheSweepGoesByTheStoresClock(t *testing.T) {
	for _, by := range []time.Duration{-5 * time.Hour, 0, 5 * time.Hour} {
		l := open(t, skewed{store.NewMem(), always(by)}, Config{Entries: 10, Grace: time.Hour, IncomingLife: time.Hour})
		a := add(t, l, "x")
		f, accepted := upload(t, "y")
		err := errors.Join(
			l.Delete(ctx, a.ID), l.Accept(ctx, accepted.ID, f, accepted.Bytes), l.putBytes(ctx, incoming+"z", nil),
			l.putBytes(ctx, refName(strings.Repeat("0", 64), NewID()), nil),
		)
		if err != nil {
			t.Fatal(err)
		}
		if swept, err := l.Sweep(ctx); err != nil || swept.Originals+swept.References+swept.Incoming > 0 {
			t.Errorf("off by %v: Sweep at once = %+v, %v, want nothing but the tombstone", by, swept, err)
		}
		err = l.AcceptedFor(ctx, time.Minute, func(string, time.Time, time.Duration) error { return errors.New("it is not old") })
		if err != nil {
			t.Errorf("off by %v: AcceptedFor a minute: %v", by, err)
		}
		l.cfg.Grace, l.cfg.IncomingLife = -time.Minute, -time.Minute // as a minute later
		if swept, err := l.Sweep(ctx); err != nil || swept.Originals != 1 || swept.References != 1 || swept.Incoming != 1 {
			t.Errorf("off by %v: Sweep later = %+v, %v, want one of each", by, swept, err)
		}
	}
}

// Many uploads, deletes and sweeps of the same few bytes on several machines, with clocks that are off, for each
// object by something else: whatever seems old to whom, every asset that is left has its bytes and its reference.
func TestNoSkewLosesWhatIsUploaded(t *testing.T) {
	skews := map[string]func(string) time.Duration{
		"behind": always(-7 * time.Hour),
		"ahead":  always(7 * time.Hour),
		"mixed": func(name string) time.Duration {
			if strings.HasPrefix(name, "sweep/") {
				return 0
			}
			return time.Duration(len(name)+int(name[len(name)-1]))%3*7*time.Hour - 7*time.Hour
		},
	}
	for name, by := range skews {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, s store.Store) { uploadsUnderSweeps(t, skewed{s, by}) })
		})
	}
}

func uploadsUnderSweeps(t *testing.T, s store.Store) {
	var work, sweeping sync.WaitGroup
	done := make(chan struct{})
	for _, grace := range []time.Duration{0, time.Hour, 0} { // what is old to one is not to another
		sweeper := open(t, s, Config{Life: time.Hour, Entries: 1, Grace: grace})
		sweeping.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := sweeper.Sweep(ctx); err != nil {
					t.Errorf("Sweep: %v", err)
					return
				}
			}
		})
	}
	kept := make(chan Asset, 1000)
	for worker := range 4 {
		l := open(t, s, Config{Life: time.Hour, Entries: 1000})
		work.Go(func() {
			for i := range 15 {
				f, a := upload(t, fmt.Sprint("bytes ", i%2))
				a, err := l.Add(ctx, f, a)
				if err != nil {
					t.Errorf("Add: %v", err)
					return
				}
				if (i+worker)%3 == 0 {
					kept <- a
				} else if err := l.Delete(ctx, a.ID); err != nil {
					t.Errorf("Delete: %v", err)
				}
			}
		})
	}
	work.Wait()
	close(done)
	sweeping.Wait()
	close(kept)
	l := open(t, s, Config{Entries: 1})
	for a := range kept {
		if got := content(t, l, a); !strings.HasPrefix(got, "bytes ") {
			t.Errorf("content of %s = %q", a.ID, got)
		}
		if _, err := s.Stat(ctx, refName(a.Original, a.ID)); errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s has no reference: the next sweep takes its bytes", a.ID)
		}
	}
	if left := names(t, s, "sweep/"); len(left) > 0 {
		t.Errorf("marks %v are left", left)
	}
}
