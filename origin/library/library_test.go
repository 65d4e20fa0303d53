package library

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"
	"lightwell/transform"
)

var ctx = context.Background()

// each runs a test over every kind of store.
func each(t *testing.T, test func(t *testing.T, s store.Store)) {
	t.Run("memory", func(t *testing.T) { test(t, store.NewMem()) })
	t.Run("disk", func(t *testing.T) {
		d, err := store.OpenDisk(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		test(t, d)
	})
	t.Run("s3", func(t *testing.T) { test(t, s3test.Open(t, s3test.Start(t).Options("library"))) })
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
	each(t, func(t *testing.T, s store.Store) {
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
	each(t, func(t *testing.T, s store.Store) {
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

// Whoever adds an asset again that has been deleted meanwhile does not bring it back,
// and leaves nothing that a sweep does not take.
func TestAddDoesNotBringBackWhatIsDeleted(t *testing.T) {
	s := store.NewMem()
	l := open(t, s, Config{Life: time.Hour, Entries: 10, TombstoneLife: time.Hour})
	f, a := upload(t, "x", "tag")
	for range 2 { // twice is the same as once
		if _, err := l.Add(ctx, f, a); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Delete(ctx, a.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := l.Add(ctx, f, a); !errors.Is(err, ErrDeleted) {
		t.Errorf("Add of what is deleted = %v, want %v", err, ErrDeleted)
	}
	if _, err := l.Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
		t.Errorf("Asset afterwards = %v, want %v", err, ErrDeleted)
	}
	if _, err := l.Sweep(ctx); err != nil {
		t.Fatal(err)
	}
	if got := names(t, s, ""); len(got) != 1 {
		t.Errorf("beside the tombstone there is %v", got)
	}
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
