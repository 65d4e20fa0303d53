package library

import (
	"errors"
	"io"
	"io/fs"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
	"lightwell/transform"
)

func levelOf(edge int, body string) transform.LevelFile {
	return transform.LevelFile{Level: transform.Level{Edge: edge, Format: transform.JPEG, Bytes: int64(len(body))}, Body: []byte(body)}
}

// levelled adds an asset with two levels, one of which is not worth its bytes.
func levelled(t *testing.T, l *Library, text string) Asset {
	t.Helper()
	f, a := upload(t, text)
	added, err := l.Add(ctx, f, a, levelOf(512, "a level"), transform.LevelFile{Level: transform.Level{Edge: 1024}})
	if err != nil {
		t.Fatal(err)
	}
	return added
}

// Levels are kept with the asset and opened by it; they are those of its bytes, so that a second one finds them, and
// they go with the last.
func TestLevelsAreKept(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		kept := int64(0)
		l := open(t, s, Config{Entries: 10, LevelKept: func(bytes int64) { kept += bytes }})
		a := levelled(t, l, "x")
		if kept != int64(len("a level")) {
			t.Errorf("%d bytes are counted as kept, want those of one level", kept)
		}
		f, err := l.OpenLevel(ctx, a, levelOf(512, "").Level)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if body, err := io.ReadAll(f); string(body) != "a level" || err != nil {
			t.Errorf("the level is %q, %v", body, err)
		}
		if _, err := l.OpenLevel(ctx, a, levelOf(1024, "").Level); !errors.Is(err, ErrNoLevel) || errors.Is(err, ErrUnavailable) {
			t.Errorf("OpenLevel of one that is not there = %v, want %v", err, ErrNoLevel)
		}
		other := add(t, l, "x")
		for _, step := range []struct {
			delete string
			left   int
		}{{a.ID, 1}, {other.ID, 0}} {
			if err := l.Delete(ctx, step.delete); err != nil {
				t.Fatal(err)
			}
			if _, err := l.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			if left := names(t, s, "levels/"); len(left) != step.left {
				t.Errorf("after a sweep there are %q, want %d", left, step.left)
			}
		}
	})
}

// Levels that were made for a request, beside the sweep of their bytes, go with a later one; young ones stay.
func TestLevelsWithoutAnOriginalAreSwept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store.NewMem()
		l := open(t, s, Config{Entries: 10, Grace: time.Hour})
		_, gone := upload(t, "gone")
		kept := levelled(t, l, "kept")
		if err := l.PutLevels(ctx, gone, []transform.LevelFile{levelOf(512, "late"), levelOf(1024, "late")}); err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{3, 1} {
			if _, err := l.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			if left := names(t, s, "levels/"); len(left) != want {
				t.Errorf("after a sweep there are %q, want %d", left, want)
			}
			time.Sleep(2 * time.Hour)
		}
		if f, err := l.OpenLevel(ctx, kept, levelOf(512, "").Level); err != nil {
			t.Error(err)
		} else {
			f.Close()
		}
	})
}

// An asset gets the levels that it has not, beside those that it has, and every process hears of it; one that is
// deleted meanwhile stays so.
func TestLevelsAreAdded(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Entries: 10})
		a := add(t, l, "x")
		if err := l.AddLevels(ctx, a, []transform.LevelFile{{Level: transform.Level{Edge: 1024}}, levelOf(512, "a level")}); err != nil {
			t.Fatal(err)
		}
		if err := l.AddLevels(ctx, a, []transform.LevelFile{levelOf(512, "another"), levelOf(800, "new"), {Level: transform.Level{Edge: 2048}}}); err != nil {
			t.Fatal(err)
		}
		want := []transform.Level{{Edge: 2048}, {Edge: 1024}, levelOf(800, "new").Level, levelOf(512, "a level").Level}
		for name, from := range map[string]*Library{"here": l, "elsewhere": open(t, s, Config{Entries: 10})} {
			if got, err := from.Asset(ctx, a.ID); err != nil || !slices.Equal(got.Levels, want) {
				t.Errorf("%s: levels %v, %v, want %v", name, got.Levels, err, want)
			}
		}
		if err := l.Delete(ctx, a.ID); err != nil {
			t.Fatal(err)
		}
		if err := l.AddLevels(ctx, a, []transform.LevelFile{levelOf(300, "late")}); !errors.Is(err, ErrDeleted) {
			t.Errorf("AddLevels to what is deleted = %v, want %v", err, ErrDeleted)
		}
		if _, err := open(t, s, Config{Entries: 10}).Asset(ctx, a.ID); !errors.Is(err, ErrDeleted) {
			t.Errorf("after that: %v, want %v", err, ErrDeleted)
		}
		if err := l.AddLevels(ctx, Asset{ID: NewID(), Original: a.Original}, nil); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("AddLevels to nothing = %v, want %v", err, fs.ErrNotExist)
		}
	})
}
