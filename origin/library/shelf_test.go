package library

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lightwell/origin/store"
	"lightwell/transform"
)

func card(params string) Preset {
	return Preset{Name: "card", Instructions: json.RawMessage(`{"w":1}`), Params: params, Created: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}
}

func TestPresetsAndMarksAreKept(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l, other := open(t, s, Config{Life: time.Hour}), open(t, s, Config{})
		if _, err := l.Preset(ctx, "card"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Preset before it is made = %v, want %v", err, fs.ErrNotExist)
		}
		for i, params := range []string{"w=1&fit=crop", "h=2"} {
			replaced, err := l.SetPreset(ctx, card(params))
			if err != nil || replaced != (i > 0) {
				t.Errorf("SetPreset %d = %v, %v, want %v", i, replaced, err, i > 0)
			}
			for _, l := range []*Library{l, other} {
				if got, err := l.Preset(ctx, "card"); err != nil || !reflect.DeepEqual(got, card(params)) {
					t.Errorf("Preset = %+v, %v, want %+v", got, err, card(params))
				}
			}
		}
		pairs, err := card("w=1&dl=a%20b").Pairs()
		if want := []transform.Pair{{Name: "w", Value: "1"}, {Name: "dl", Value: "a b"}}; err != nil || !slices.Equal(pairs, want) {
			t.Errorf("Pairs = %v, %v, want %v", pairs, err, want)
		}
		// A mark of the same name is something else.
		if _, err := l.Mark(ctx, "card"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Mark before it is made = %v, want %v", err, fs.ErrNotExist)
		}
		mark := Mark{Name: "card", ImageID: NewID(), Created: card("").Created}
		if _, err := l.SetMark(ctx, mark); err != nil {
			t.Error(err)
		}
		if got, err := other.Mark(ctx, "card"); err != nil || got != mark {
			t.Errorf("Mark = %+v, %v, want %+v", got, err, mark)
		}
		if err := l.DeletePreset(ctx, "card"); err != nil {
			t.Error(err)
		}
		for _, l := range []*Library{l, other} {
			if _, err := l.Preset(ctx, "card"); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Preset after its end = %v, want %v", err, fs.ErrNotExist)
			}
		}
		if err := l.DeletePreset(ctx, "card"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("DeletePreset again = %v, want %v", err, fs.ErrNotExist)
		}
		if got := names(t, s, ""); !slices.Equal(got, []string{"marks/card.json"}) {
			t.Errorf("the store has %v, want the mark alone", got)
		}
	})
}

func TestNames(t *testing.T) {
	for name, valid := range map[string]bool{
		"card": true, "logo.png": true, "A-b_c.9": true, "0": true, "a..b": true, strings.Repeat("a", 64): true,
		"0123456789abcdefghjkmnpqrso": true, "0123456789abcdefghjkmnpqri": true, // too long for an id; an i is in none
		"": false, ".hidden": false, "-x": false, "_x": false, "a/b": false, "..": false, "a b": false, "caf\u00e9": false,
		"a%b": false, "a=b": false, "a\x00": false, strings.Repeat("a", 65): false,
		"0123456789abcdefghjkmnpqrs": false, "0123456789ABCDEFGHJKMNPQRS": false,
	} {
		if got := ValidName(name); got != valid {
			t.Errorf("ValidName(%q) = %v, want %v", name, got, valid)
		}
		l := open(t, store.NewMem(), Config{})
		_, err := l.SetPreset(ctx, Preset{Name: name})
		if valid && err != nil || !valid && !errors.Is(err, ErrName) {
			t.Errorf("SetPreset(%q) = %v, want it kept: %v", name, err, valid)
		}
		_, err = l.Preset(ctx, name)
		if valid && err != nil || !valid && !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Preset(%q) = %v, want it found: %v", name, err, valid)
		}
		if err := l.DeletePreset(ctx, name); valid != (err == nil) {
			t.Errorf("DeletePreset(%q) = %v, want it deleted: %v", name, err, valid)
		}
	}
}

func TestPresetsAreListedByName(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{})
		want := []string{"A", "a", "a-b", "a.b", "a_b", "ab", "one-that-is-longer-than-twenty-letters", "z"}
		for _, name := range want {
			if _, err := l.SetPreset(ctx, Preset{Name: name}); err != nil {
				t.Fatal(err)
			}
		}
		for limit := 1; limit <= len(want)+1; limit++ {
			var got []string
			for after, pages := "", 0; pages == 0 || after != ""; pages++ {
				presets, next, err := l.Presets(ctx, after, limit)
				if err != nil || len(presets) > limit || len(presets) == 0 {
					t.Fatalf("Presets after %q = %v, %v, want 1 to %d", after, presets, err, limit)
				}
				for _, p := range presets {
					got = append(got, p.Name)
				}
				after = next
			}
			slices.Sort(got) // by the object's name, which has an end
			if !slices.Equal(got, want) {
				t.Errorf("pages of %d = %v, want %v", limit, got, want)
			}
		}
	})
}

// Another process's change holds once the metadata's life is over; with the store
// down, what is held goes on.
func TestPresetsFollowTheStore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &hooked{Store: store.NewMem()}
		l, other := open(t, s, Config{Life: 10 * time.Second}), open(t, s, Config{})
		want := func(when, params string, kind error) {
			t.Helper()
			if got, err := l.Preset(ctx, "card"); got.Params != params || !errors.Is(err, kind) {
				t.Errorf("%s: Preset = %q, %v, want %q, %v", when, got.Params, err, params, kind)
			}
		}
		set := func(params string) {
			if _, err := other.SetPreset(ctx, card(params)); err != nil {
				t.Fatal(err)
			}
		}
		set("w=1")
		want("first", "w=1", nil)
		set("w=2")
		time.Sleep(9 * time.Second)
		want("within the life", "w=1", nil)
		time.Sleep(time.Second)
		want("after it", "w=2", nil)
		s.down = errors.New("no route to host")
		time.Sleep(time.Hour)
		want("with the store down", "w=2", nil)
		if _, err := l.Preset(ctx, "other"); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Preset that is not held, store down = %v, want %v", err, ErrUnavailable)
		}
		_, setErr := l.SetPreset(ctx, card(""))
		_, _, listErr := l.Presets(ctx, "", 1)
		for _, err := range []error{setErr, listErr, l.DeletePreset(ctx, "card")} {
			if !errors.Is(err, ErrUnavailable) {
				t.Errorf("a change or a listing, store down = %v, want %v", err, ErrUnavailable)
			}
		}
		want("after changes that failed", "w=2", nil)
		s.down = nil
		if err := other.DeletePreset(ctx, "card"); err != nil {
			t.Fatal(err)
		}
		want("deleted elsewhere", "", fs.ErrNotExist)
	})
}

// A store without room says so, and what was there stays.
func TestPresetsAndAFullStore(t *testing.T) {
	s := &hooked{Store: store.NewMem()}
	l := open(t, s, Config{Life: time.Hour})
	if _, err := l.SetPreset(ctx, card("w=1")); err != nil {
		t.Fatal(err)
	}
	s.onPut = func(string) error { return fmt.Errorf("put: %w", store.ErrFull) }
	if _, err := l.SetPreset(ctx, card("w=2")); !errors.Is(err, store.ErrFull) {
		t.Errorf("SetPreset without room = %v, want %v", err, store.ErrFull)
	}
	if got, err := l.Preset(ctx, "card"); err != nil || got.Params != "w=1" {
		t.Errorf("Preset after that = %+v, %v, want the one before", got, err)
	}
}

// Nobody can make a library hold presets without end.
func TestHeldPresetsAreBounded(t *testing.T) {
	l := open(t, store.NewMem(), Config{Life: time.Hour})
	for i := range shelfEntries + 10 {
		if _, err := l.SetPreset(ctx, Preset{Name: fmt.Sprint("p", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if n := l.presets.held.Len(); n != shelfEntries {
		t.Errorf("%d presets are held, want %d", n, shelfEntries)
	}
}
