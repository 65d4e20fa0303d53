package library

import (
	"errors"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
)

// What a store has under the name of metadata and is none is a store that does not answer; and is not written
// over.
func TestMetadataThatIsNone(t *testing.T) {
	s := store.NewMem()
	l := open(t, s, Config{Life: time.Hour, Entries: 10})
	a, other := add(t, l, "x"), add(t, l, "y")
	fresh := open(t, s, Config{Life: time.Hour, Entries: 10})
	for _, body := range []string{"", "<!DOCTYPE html><title>Welcome</title>", "{}", "null", "[]", `{"id":5}`, string(encode(other)), string(encode(a))[:40]} {
		if err := s.Put(ctx, assetName(a.ID), strings.NewReader(body), int64(len(body))); err != nil {
			t.Fatal(err)
		}
		if _, err := fresh.Asset(ctx, a.ID); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Asset of %.40q = %v, want ErrUnavailable", body, err)
		}
		for name, change := range map[string]func() error{
			"Delete": func() error { return fresh.Delete(ctx, a.ID) },
			"Purge":  func() error { return fresh.Purge(ctx, a.ID) },
		} {
			if err := change(); !errors.Is(err, ErrUnavailable) {
				t.Errorf("%s of %.40q = %v, want ErrUnavailable", name, body, err)
			}
		}
		if got, err := l.Asset(ctx, a.ID); err != nil || got.Original != a.Original {
			t.Errorf("Asset that is held = %v, want it", err)
		}
	}
}

func TestRecordsThatAreNone(t *testing.T) {
	s := store.NewMem()
	l := open(t, s, Config{Entries: 1})
	for _, body := range []string{"", "<html>", "{}", `{"name":"other"}`} {
		for _, name := range []string{"presets/card.json", "marks/card.json"} {
			if err := s.Put(ctx, name, strings.NewReader(body), int64(len(body))); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := l.Preset(ctx, "card"); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Preset of %q = %v, want ErrUnavailable", body, err)
		}
		if _, err := l.Mark(ctx, "card"); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Mark of %q = %v, want ErrUnavailable", body, err)
		}
	}
}

// An original that is cut in the store is late, not broken: nobody is to be told for an hour that the picture
// cannot be decoded.
func TestAnOriginalThatIsCut(t *testing.T) {
	each(t, func(t *testing.T, s store.Store) {
		l := open(t, s, Config{Life: time.Hour, Entries: 10})
		a := add(t, l, "a picture")
		if err := s.Put(ctx, originalName(a.Original), strings.NewReader("a pic"), 5); err != nil {
			t.Fatal(err)
		}
		if _, err := l.Open(ctx, a); !errors.Is(err, ErrUnavailable) {
			t.Errorf("Open = %v, want ErrUnavailable", err)
		}
	})
}
