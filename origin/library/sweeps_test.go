package library

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/origin/store"
)

// watchedDeletes tells of deletes, before and after.
type watchedDeletes struct {
	store.Store
	before, after func(name string)
}

func (w watchedDeletes) Delete(ctx context.Context, name string) error {
	w.before(name)
	defer w.after(name)
	return w.Store.Delete(ctx, name)
}

// Another sweep does not take away the mark of one that is about to delete: uploads wait for it.
func TestASweepKeepsOffAnothersMark(t *testing.T) {
	s := store.NewMem()
	other := open(t, s, Config{Entries: 10})
	a := add(t, other, "contested")
	if err := other.Delete(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	deleting := watchedDeletes{s, func(name string) {
		if name != originalName(a.Original) {
			return
		}
		if _, err := other.Sweep(ctx); err != nil {
			t.Error(err)
		}
		if _, err := s.Stat(ctx, sweepName(a.Original)); err != nil {
			t.Errorf("after another sweep the mark is gone: %v", err)
		}
	}, func(string) {}}
	if swept, err := open(t, deleting, Config{Entries: 1}).Sweep(ctx); err != nil || swept.Originals != 1 {
		t.Errorf("Sweep = %+v, %v, want one original", swept, err)
	}
	if left := names(t, s, ""); len(left) > 0 {
		t.Errorf("%v are left", left)
	}
}

// An asset is published while a sweep takes its reference for one of an upload that came to nothing, and another
// sweep comes by before it is back.
func TestASweepWithoutAReferenceToSee(t *testing.T) {
	s := store.NewMem()
	f, a := upload(t, "bytes")
	putting := &hooked{Store: s}
	reached, goOn := make(chan struct{}), make(chan struct{})
	pause := sync.OnceFunc(func() { close(reached); <-goOn })
	putting.onPut = func(name string) error {
		if strings.HasPrefix(name, "assets/") {
			pause()
		}
		return nil
	}
	var adding sync.WaitGroup
	adding.Go(func() {
		if _, err := open(t, putting, Config{Entries: 1}).Add(ctx, f, a); err != nil {
			t.Error(err)
		}
	})
	<-reached
	sweeping := watchedDeletes{s, func(name string) {
		if name == refName(a.Original, a.ID) { // it has looked: there was no asset
			close(goOn)
			pollUntil(t, func() bool { _, err := s.Stat(ctx, assetName(a.ID)); return err == nil })
		}
	}, func(name string) {
		if name != refName(a.Original, a.ID) {
			return
		}
		if _, err := open(t, s, Config{Entries: 1}).Sweep(ctx); err != nil {
			t.Error(err)
		}
	}}
	if _, err := open(t, sweeping, Config{Entries: 1, Life: time.Hour}).Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	adding.Wait()
	if got := content(t, open(t, s, Config{Entries: 1}), a); got != "bytes" {
		t.Errorf("content = %q", got)
	}
	if _, err := s.Stat(ctx, refName(a.Original, a.ID)); err != nil {
		t.Errorf("the reference: %v", err)
	}
}
