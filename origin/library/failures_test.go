package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
)

func TestAStoreThatIsDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &hooked{Store: store.NewMem()}
		l := open(t, s, Config{Life: time.Second, Entries: 10})
		a := add(t, l, "x")
		s.down = errors.New("no route to host")
		time.Sleep(time.Minute)
		if got, err := l.Asset(ctx, a.ID); err != nil || got.ID != a.ID {
			t.Errorf("Asset that is held, store down = %v, want it however old", err)
		}
		if _, err := l.Asset(ctx, NewID()); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Asset that is not held, store down = %v, want %v", err, ErrUnavailable)
		}
		if _, err := l.Open(ctx, a); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Open, store down = %v, want %v", err, ErrUnavailable)
		}
		if _, err := l.List(ctx, Query{Limit: 1}); !errors.Is(err, ErrUnavailable) {
			t.Errorf("List, store down = %v, want %v", err, ErrUnavailable)
		}
		if err := l.Probe(ctx); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Probe, store down = %v, want %v", err, ErrUnavailable)
		}
		s.down = nil
		if err := l.Probe(ctx); err != nil {
			t.Errorf("Probe, store up = %v", err)
		}
	})
}

// Whatever step of Add fails, it can be undone: there is no asset, and a sweep leaves
// nothing.
func TestAFailedAddIsUndone(t *testing.T) {
	full := fmt.Errorf("put: %w", store.ErrFull)
	for _, prefix := range []string{"refs/", "originals/", "assets/", "index/time/", "index/tag/"} {
		s := &hooked{Store: store.NewMem()}
		l := open(t, s, Config{Life: time.Hour, Entries: 10})
		s.onPut = func(name string) error {
			if strings.HasPrefix(name, prefix) {
				return full
			}
			return nil
		}
		f, a := upload(t, "x", "tag")
		if _, err := l.Add(ctx, f, a); !errors.Is(err, store.ErrFull) {
			t.Errorf("Add with a full %s = %v, want %v", prefix, err, store.ErrFull)
		}
		if err := l.Undo(ctx, a); err != nil {
			t.Errorf("Undo after a full %s = %v", prefix, err)
		}
		if _, err := l.Asset(ctx, a.ID); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Asset after a full %s = %v, want %v", prefix, err, fs.ErrNotExist)
		}
		s.onPut = nil
		if _, err := l.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if left := names(t, s, ""); len(left) > 0 {
			t.Errorf("after a full %s there is %v", prefix, left)
		}
		if _, err := l.Add(ctx, f, a); err != nil {
			t.Errorf("Add once there is room = %v", err)
		}
		if _, err := l.Add(ctx, f, a); err != nil {
			t.Errorf("Add of the same again = %v", err)
		}
		if got := content(t, l, a); got != "x" {
			t.Errorf("content = %q", got)
		}
		if page, err := l.List(ctx, Query{Limit: 10}); err != nil || len(page.Assets) != 1 {
			t.Errorf("List after two = %v, %v, want one", page, err)
		}
	}
}

// What was accepted is there for every process, until it is discarded.
func TestAccepted(t *testing.T) {
	s := store.NewMem()
	l, other := open(t, s, Config{Entries: 1}), open(t, s, Config{Entries: 1})
	f, a := upload(t, "bytes")
	if err := l.Accept(ctx, a.ID, f, a.Bytes); err != nil {
		t.Fatal(err)
	}
	got, err := other.Accepted(ctx, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if data, err := io.ReadAll(got); err != nil || string(data) != "bytes" {
		t.Errorf("Accepted = %q, %v, want the bytes", data, err)
	}
	var shown []string
	show := func(id string, _ time.Time, _ time.Duration) error { shown = append(shown, id); return nil }
	if err := other.AcceptedFor(ctx, -time.Minute, show); err != nil || len(shown) != 1 || shown[0] != a.ID {
		t.Errorf("AcceptedFor shows %v, %v, want %s", shown, err, a.ID)
	}
	if err := other.AcceptedFor(ctx, time.Minute, show); err != nil || len(shown) != 1 {
		t.Errorf("AcceptedFor shows %v, %v: what is younger", shown, err)
	}
	if err := errors.Join(other.Discard(ctx, a.ID), other.Discard(ctx, a.ID)); err != nil {
		t.Errorf("Discard, twice = %v", err)
	}
	if _, err := l.Accepted(ctx, a.ID); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Accepted, discarded = %v, want %v", err, fs.ErrNotExist)
	}
}

// Bytes that were accepted are on the disk once, as the original, too; and stay when they
// are let go.
func TestAcceptedBytesAreNotCopied(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Entries: 1})
		f, a := upload(t, "bytes")
		if err := l.Accept(ctx, a.ID, f, a.Bytes); err != nil {
			t.Fatal(err)
		}
		accepted, err := l.Accepted(ctx, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		defer accepted.Close()
		if _, err := l.Add(ctx, accepted, a); err != nil {
			t.Fatal(err)
		}
		if _, isDisk := s.(*store.Disk); isDisk {
			original, err := l.Open(ctx, a)
			if err != nil {
				t.Fatal(err)
			}
			defer original.Close()
			was, _ := accepted.Stat()
			is, _ := original.Stat()
			if !os.SameFile(was, is) {
				t.Error("the original is another file than what was accepted")
			}
		}
		if err := l.Discard(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if got := content(t, l, a); got != "bytes" {
			t.Errorf("content, discarded = %q", got)
		}
	})
}

// Whoever deletes an asset while it is being added, at whatever step, has it deleted, and
// nothing of it is left but the tombstone.
func TestDeleteBesideAdd(t *testing.T) {
	for step := 1; ; step++ {
		s := &hooked{Store: store.NewMem()}
		l, other := open(t, s, Config{Life: time.Hour, Entries: 1, TombstoneLife: time.Hour}), open(t, s, Config{Life: time.Hour, Entries: 1})
		f, a := upload(t, "x", "tag")
		puts, at := 0, ""
		s.onPut = func(name string) error {
			if puts++; puts != step {
				return nil
			}
			at, s.onPut = name, nil // not for what follows
			err := other.Delete(ctx, a.ID)
			if errors.Is(err, fs.ErrNotExist) {
				err = other.Bury(ctx, a.ID)
			}
			return err
		}
		_, err := l.Add(ctx, f, a)
		s.onPut = nil
		if at == "" {
			if step < 5 {
				t.Errorf("Add has %d steps", step-1)
			}
			return
		}
		if !errors.Is(err, ErrDeleted) {
			t.Errorf("deleted at step %d: Add = %v, want %v", step, err, ErrDeleted)
		}
		if _, err := l.Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("deleted at step %d: Asset = %v, want %v", step, err, ErrDeleted)
		}
		if left := append(names(t, s, "refs/"), names(t, s, "index/")...); len(left) > 0 {
			t.Errorf("deleted at step %d: left is %v", step, left)
		}
	}
}

// Where there is no room for a tombstone, what is deleted makes it.
func TestDeleteOnAFullDisk(t *testing.T) {
	s := &hooked{Store: store.NewMem()}
	l := open(t, s, Config{Life: time.Hour, Entries: 1, TombstoneLife: time.Hour})
	a := add(t, l, "x")
	full := true
	s.onPut = func(string) error {
		if full {
			return store.ErrFull
		}
		return nil
	}
	s.onDelete = func(name string) { full = full && name != "assets/"+a.ID+".json" }
	if err := l.Delete(ctx, a.ID); err != nil {
		t.Errorf("Delete on a full disk = %v", err)
	}
	if _, err := open(t, s, Config{Entries: 1}).Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
		t.Errorf("Asset = %v, want %v", err, ErrDeleted)
	}
}

// hooked is a store that can be down, and tells before what is put and deleted.
type hooked struct {
	store.Store
	down     error
	onPut    func(name string) error
	onDelete func(name string)
}

func (h *hooked) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if h.down != nil {
		return h.down
	}
	if h.onPut != nil {
		if err := h.onPut(name); err != nil {
			return err
		}
	}
	return h.Store.Put(ctx, name, r, size)
}

// Update calls onPut before anything is looked at.
func (h *hooked) Update(ctx context.Context, name string, change store.Change) error {
	if h.down != nil {
		return h.down
	}
	if h.onPut != nil {
		if err := h.onPut(name); err != nil {
			return err
		}
	}
	return h.Store.Update(ctx, name, change)
}

func (h *hooked) Copy(ctx context.Context, from, to string) error {
	if h.down != nil {
		return h.down
	}
	if h.onPut != nil {
		if err := h.onPut(to); err != nil {
			return err
		}
	}
	return h.Store.Copy(ctx, from, to)
}

func (h *hooked) Open(ctx context.Context, name string) (store.Object, error) {
	if h.down != nil {
		return store.Object{}, h.down
	}
	return h.Store.Open(ctx, name)
}

func (h *hooked) Stat(ctx context.Context, name string) (store.Info, error) {
	if h.down != nil {
		return store.Info{}, h.down
	}
	return h.Store.Stat(ctx, name)
}

func (h *hooked) Delete(ctx context.Context, name string) error {
	if h.down != nil {
		return h.down
	}
	if h.onDelete != nil {
		h.onDelete(name)
	}
	return h.Store.Delete(ctx, name)
}

func (h *hooked) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	if h.down != nil {
		return func(yield func(store.Info, error) bool) { yield(store.Info{}, h.down) }
	}
	return h.Store.List(ctx, prefix, after)
}
