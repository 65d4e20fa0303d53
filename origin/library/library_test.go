package library

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
	"lightwell/transform"
)

var ctx = context.Background()

// both runs a test over each kind of store.
func both(t *testing.T, test func(t *testing.T, s store.Store)) {
	t.Run("memory", func(t *testing.T) { test(t, store.NewMem()) })
	t.Run("disk", func(t *testing.T) {
		d, err := store.OpenDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		test(t, d)
	})
}

func open(t *testing.T, s store.Store, cfg Config) *Library {
	t.Helper()
	l, err := New(s, cfg)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// upload makes a file of text and the asset that stands for it.
func upload(t *testing.T, text string, tags ...string) (*os.File, Asset) {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if _, err := f.WriteString(text); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(text))
	return f, Asset{
		ID: NewID(), Original: hex.EncodeToString(sum[:]), Bytes: int64(len(text)), Tags: tags,
		Source: transform.Source{Format: transform.PNG, Width: 3, Height: 2, Orientation: 1, Frames: 1}, Created: time.Now(),
	}
}

func add(t *testing.T, l *Library, text string, tags ...string) Asset {
	t.Helper()
	f, a := upload(t, text, tags...)
	a, err := l.Add(ctx, f, a)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// names lists a store's objects below a prefix.
func names(t *testing.T, s store.Store, prefix string) (list []string) {
	t.Helper()
	for info, err := range s.List(ctx, prefix, "") {
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, info.Name)
	}
	return list
}

func content(t *testing.T, l *Library, a Asset) string {
	t.Helper()
	f, err := l.Open(ctx, a)
	if err != nil {
		t.Fatalf("Open(%s): %v", a.ID, err)
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestIDsAreRandomAndPlain(t *testing.T) {
	seen := map[string]bool{}
	for range 10_000 {
		id := NewID()
		if !ValidID(id) || seen[id] {
			t.Fatalf("NewID() = %q: invalid or seen before", id)
		}
		seen[id] = true
	}
	for _, id := range []string{"", "a", strings.Repeat("a", 25), strings.Repeat("a", 27), strings.Repeat("u", 26), strings.Repeat("A", 26), "../../../../etc/passwd/aaaa"} {
		if ValidID(id) {
			t.Errorf("ValidID(%q) = true, want false", id)
		}
	}
}

func TestAddKeepsWhatWasUploaded(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Life: time.Hour, Entries: 10})
		a := add(t, l, "a picture", "red")
		// Another process, which holds nothing yet, sees the same.
		for _, l := range []*Library{l, open(t, s, Config{Life: time.Hour, Entries: 10})} {
			got, err := l.Asset(ctx, a.ID)
			if err != nil || got.Original != a.Original || got.Source != a.Source || !got.Created.Equal(a.Created) || !slices.Equal(got.Tags, a.Tags) {
				t.Errorf("Asset = %+v, %v, want %+v", got, err, a)
			}
			if got := content(t, l, a); got != "a picture" {
				t.Errorf("content = %q", got)
			}
		}
	})
}

func TestEqualBytesAreKeptOnce(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Life: time.Hour, Entries: 10})
		first, second := add(t, l, "same"), add(t, l, "same")
		if first.ID == second.ID {
			t.Error("two uploads share an id")
		}
		if n := names(t, s, "originals/"); len(n) != 1 {
			t.Errorf("originals = %v, want one", n)
		}
		if err := l.Delete(ctx, first.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Asset(ctx, first.ID); !errors.Is(err, ErrDeleted) && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Asset of the deleted = %v", err)
		}
		if got := content(t, l, second); got != "same" {
			t.Errorf("the other's content = %q", got)
		}
		if err := l.Delete(ctx, second.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if left := names(t, s, ""); len(left) > 0 {
			t.Errorf("after deleting both and sweeping there is %v, want nothing", left)
		}
	})
}

func TestDeleteLeavesATombstoneForItsLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMem()
		l := open(t, s, Config{Life: 10 * time.Second, Entries: 10, TombstoneLife: time.Hour})
		a := add(t, l, "x", "tag")
		if err := l.Delete(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if err := l.Delete(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("second Delete = %v, want %v", err, ErrDeleted)
		}
		time.Sleep(59 * time.Minute)
		if _, err := l.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("Asset within the tombstone's life = %v, want %v", err, ErrDeleted)
		}
		if got := names(t, s, ""); len(got) != 1 {
			t.Errorf("beside the tombstone there is %v", got)
		}
		time.Sleep(2 * time.Minute)
		if _, err := l.Sweep(ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Asset(ctx, a.ID); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Asset after the tombstone's life = %v, want %v", err, fs.ErrNotExist)
		}
	})
	l := open(t, store.NewMem(), Config{Entries: 1})
	for _, id := range []string{NewID(), "nonsense", "../assets"} {
		if err := l.Delete(ctx, id); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Delete(%q) = %v, want %v", id, err, fs.ErrNotExist)
		}
	}
}

// A delete made elsewhere holds here as soon as what is held is too old.
func TestADeleteElsewhereHoldsWithinTheMetadatasLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMem()
		here := open(t, s, Config{Life: 10 * time.Second, Entries: 10})
		a := add(t, here, "x")
		if err := open(t, s, Config{Entries: 1}).Delete(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := here.Asset(ctx, a.ID); err != nil {
			t.Errorf("Asset within the life = %v, want what is held", err)
		}
		time.Sleep(10 * time.Second)
		if _, err := here.Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("Asset after 10 s = %v, want %v", err, ErrDeleted)
		}
	})
}

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

// Whatever step of Add fails, there is no asset, and a sweep leaves nothing.
func TestAFailedAddLeavesNothing(t *testing.T) {
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
		if got := content(t, l, a); got != "x" {
			t.Errorf("content = %q", got)
		}
	}
}

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
func TestUploadsDeletesAndSweepsAtOnce(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Life: time.Hour, Entries: 1000})
		var work, sweeping sync.WaitGroup
		done := make(chan struct{})
		sweeping.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if _, err := l.Sweep(ctx); err != nil {
					t.Errorf("Sweep: %v", err)
					return
				}
			}
		})
		kept := make(chan Asset, 1000)
		for worker := range 4 {
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
		for a := range kept {
			if got := content(t, l, a); !strings.HasPrefix(got, "bytes ") {
				t.Errorf("content of %s = %q", a.ID, got)
			}
		}
	})
}

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

func TestListing(t *testing.T) {
	both(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Life: time.Hour, Entries: 100})
		noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
		var newestFirst []string
		for i := range 30 { // one each 5 hours back: several days, some with none on them
			f, a := upload(t, fmt.Sprint(i))
			a.Created = noon.Add(-time.Duration(i*i) * time.Hour)
			if i%3 == 0 {
				a.Tags = []string{"every third", "x/../y", "ümläut"}
			}
			if _, err := l.Add(ctx, f, a); err != nil {
				t.Fatal(err)
			}
			newestFirst = append(newestFirst, a.ID)
		}
		all := func(q Query) (ids []string) {
			for {
				page, err := l.List(ctx, q)
				if err != nil {
					t.Fatalf("List(%+v): %v", q, err)
				}
				if len(page.Assets) > q.Limit {
					t.Fatalf("a page of %d, want at most %d", len(page.Assets), q.Limit)
				}
				for _, a := range page.Assets {
					ids = append(ids, a.ID)
				}
				if q.Cursor = page.Next; q.Cursor == "" {
					return ids
				}
			}
		}
		for _, limit := range []int{1, 7, 30, 1000} {
			if got := all(Query{Limit: limit}); !slices.Equal(got, newestFirst) {
				t.Errorf("pages of %d: got %v, want %v", limit, got, newestFirst)
			}
		}
		var third []string
		for i := 0; i < 30; i += 3 {
			third = append(third, newestFirst[i])
		}
		for _, tag := range []string{"every third", "x/../y", "ümläut"} {
			if got := all(Query{Limit: 4, Tag: tag}); !slices.Equal(got, third) {
				t.Errorf("tag %q: got %v, want %v", tag, got, third)
			}
		}
		if got := all(Query{Limit: 4, Tag: "no such"}); len(got) != 0 {
			t.Errorf("an unknown tag: got %v", got)
		}
		between := Query{Limit: 3, Since: noon.Add(-100 * time.Hour), Until: noon.Add(-4 * time.Hour)}
		if got := all(between); !slices.Equal(got, newestFirst[3:11]) { // 9 to 100 hours back
			t.Errorf("since and until: got %v, want %v", got, newestFirst[3:11])
		}
		if err := l.Delete(ctx, newestFirst[1]); err != nil {
			t.Fatal(err)
		}
		if got := all(Query{Limit: 7}); !slices.Equal(got, slices.Delete(slices.Clone(newestFirst), 1, 2)) {
			t.Errorf("after a delete: got %v", got)
		}
		for _, cursor := range []string{"!", "aW5kZXg", "YXNzZXRzLw", "aW5kZXgvdGltZS8uLi8uLi94"} {
			if _, err := l.List(ctx, Query{Limit: 1, Cursor: cursor}); !errors.Is(err, ErrCursor) {
				t.Errorf("List with cursor %q = %v, want %v", cursor, err, ErrCursor)
			}
		}
	})
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
