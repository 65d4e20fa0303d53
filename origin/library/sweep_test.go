package library

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
)

// The sweep has looked for references, found none, and is about to delete when
// an upload of the same bytes arrives and finds them there. The upload must end
// with its bytes in the store. Without awaitSweep, or without the second
// ensureOriginal, it ends without them.
func TestAnUploadThatRacesTheSweepKeepsItsBytes(t *testing.T) {
	s := &hooked{Store: store.NewMem()}
	l := open(t, s, Config{Life: time.Hour, Entries: 10})
	old := add(t, l, "contested")
	if err := l.Delete(ctx, old.ID); err != nil {
		t.Fatal(err)
	}
	published := make(chan struct{})
	var uploading sync.WaitGroup
	var uploaded Asset
	s.onPut = func(name string) error {
		if strings.HasPrefix(name, "index/time/") {
			close(published) // all of the upload but the last look
		}
		return nil
	}
	s.onDelete = func(name string) {
		if !strings.HasPrefix(name, "originals/") {
			return
		}
		uploading.Go(func() {
			f, a := upload(t, "contested")
			got, err := l.Add(ctx, f, a)
			if err != nil {
				t.Errorf("Add beside the sweep: %v", err)
			}
			uploaded = got
		})
		<-published
	}
	if _, err := l.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	uploading.Wait()
	if got := content(t, l, uploaded); got != "contested" {
		t.Errorf("content after the race = %q", got)
	}
	if left := names(t, s, "sweep/"); len(left) > 0 {
		t.Errorf("marks %v are left", left)
	}
}

// Many uploads, deletes and sweeps of the same few bytes at once: every asset
// that is left has its bytes.
func TestUploadsDeletesAndSweepsAtOnce(t *testing.T) { each(t, uploadsUnderSweeps) }

func TestTheSweepSparesWhatIsYoung(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMem()
		l := open(t, s, Config{Entries: 10, Grace: time.Hour})
		a := add(t, l, "x")
		if err := l.Delete(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		// An upload that died between its reference and its asset.
		if err := s.Put(ctx, refName(strings.Repeat("0", 64), NewID()), bytes.NewReader(nil), 0); err != nil {
			t.Fatal(err)
		}
		swept, err := l.Sweep(ctx)
		if err != nil || swept.Originals != 0 || swept.References != 0 {
			t.Errorf("Sweep at once = %+v, %v, want nothing but the tombstone", swept, err)
		}
		time.Sleep(time.Hour)
		swept, err = l.Sweep(ctx)
		if err != nil || swept.Originals != 1 || swept.Bytes != 1 || swept.References != 1 {
			t.Errorf("Sweep after the grace period = %+v, %v, want one original of 1 byte and one reference", swept, err)
		}
	})
}

func TestAMarkOfADeadSweepDoesNotStopUploads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMem()
		l := open(t, s, Config{Entries: 10})
		f, a := upload(t, "x")
		if err := s.Put(ctx, sweepName(a.Original), bytes.NewReader(nil), 0); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		if _, err := l.Add(ctx, f, a); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < sweepStale || took > 2*sweepStale {
			t.Errorf("Add waited %v for a dead sweep, want about %v", took, sweepStale)
		}
	})
}

// A reference is older than the grace, and its asset not there yet, when a sweep looks;
// and there when the reference goes, or afterwards. Either way it has its reference when
// both are done: the next sweep would else take its bytes.
func TestAnUploadSlowerThanTheGraceKeepsItsReference(t *testing.T) {
	for _, there := range []bool{false, true} {
		s := &hooked{Store: store.NewMem()}
		l := open(t, s, Config{Life: time.Hour, Entries: 10}) // no grace
		f, a := upload(t, "slow")
		sweep := func() {
			if _, err := l.Sweep(ctx); err != nil {
				t.Error(err)
			}
		}
		swept := false
		if there {
			reached, goOn := make(chan struct{}), make(chan struct{})
			s.onPut = func(name string) error {
				if strings.HasPrefix(name, "assets/") && !swept {
					swept = true
					close(reached)
					<-goOn
				}
				return nil
			}
			s.onDelete = func(name string) {
				if strings.HasPrefix(name, "refs/") { // the sweep has looked: the upload goes on meanwhile
					close(goOn)
					pollUntil(t, func() bool { _, err := s.Store.Stat(ctx, assetName(a.ID)); return err == nil })
				}
			}
			var adding sync.WaitGroup
			adding.Go(func() {
				if _, err := l.Add(ctx, f, a); err != nil {
					t.Error(err)
				}
			})
			<-reached
			sweep()
			adding.Wait()
		} else {
			s.onPut = func(name string) error {
				if strings.HasPrefix(name, "assets/") && !swept {
					swept = true
					sweep() // before the asset is there
				}
				return nil
			}
			if _, err := l.Add(ctx, f, a); err != nil {
				t.Fatal(err)
			}
		}
		s.onPut, s.onDelete = nil, nil
		sweep()
		if got := content(t, l, a); got != "slow" {
			t.Errorf("published before the reference went = %t: content after another sweep = %q", there, got)
		}
	}
}

// pollUntil waits for what another goroutine does.
func pollUntil(t *testing.T, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !is(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("it never came about")
		}
	}
}
