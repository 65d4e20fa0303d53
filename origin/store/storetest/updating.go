package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"testing"

	"lightwell/origin/store"
)

func testUpdate(t *testing.T, s store.Store) {
	for _, name := range []string{"presets/card.json", "originals/" + hash(1)} {
		becomes := func(next string) store.Change {
			return func(was []byte) ([]byte, error) { return fmt.Appendf(bytes.Clone(was), "%s", next), nil }
		}
		for _, want := range []string{"a", "ab", "abb"} {
			if err := s.Update(t.Context(), name, becomes(want[len(want)-1:])); err != nil {
				t.Fatalf("Update(%q) = %v", name, err)
			}
			wantBody(t, s, name, want)
		}
		put(t, s, name, "")
		if err := s.Update(t.Context(), name, func(was []byte) ([]byte, error) {
			if was == nil || len(was) > 0 {
				t.Errorf("Update(%q) shows %#v, want an empty object", name, was)
			}
			return []byte("full"), nil
		}); err != nil {
			t.Errorf("Update(%q) = %v", name, err)
		}
		wantBody(t, s, name, "full")
	}
}

// What change does not want is not done, and leaves nothing behind.
func testUpdateOfNothing(t *testing.T, s store.Store) {
	oops := errors.New("oops")
	put(t, s, "there", "as it was")
	for _, name := range []string{"there", "new/" + hash(2)} {
		if err := s.Update(t.Context(), name, func([]byte) ([]byte, error) { return []byte("x"), oops }); !errors.Is(err, oops) {
			t.Errorf("Update(%q) = %v, want change's own error", name, err)
		}
		if err := s.Update(t.Context(), name, func([]byte) ([]byte, error) { return nil, nil }); err != nil {
			t.Errorf("Update(%q) of nothing = %v", name, err)
		}
	}
	wantBody(t, s, "there", "as it was")
	wantMissing(t, s, "new/"+hash(2))
	for _, name := range []string{"", "../x", "a//b"} {
		if err := s.Update(t.Context(), name, func([]byte) ([]byte, error) { return []byte("x"), nil }); err == nil {
			t.Errorf("Update(%q) = nil, want a bad name", name)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Update(ctx, "there", func([]byte) ([]byte, error) { return []byte("x"), nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Update with a context that has ended = %v", err)
	}
	wantBody(t, s, "there", "as it was")
}

// Of many that change one object at once, none is lost: also the first, which makes it.
func testUpdateTogether(t *testing.T, s store.Store) {
	const writers, each = 8, 5
	name := "originals/" + hash(3)
	var all sync.WaitGroup
	for range writers {
		all.Go(func() {
			for range each {
				err := s.Update(t.Context(), name, func(was []byte) ([]byte, error) {
					n, err := 0, error(nil)
					if was != nil {
						n, err = strconv.Atoi(string(was))
					}
					return strconv.AppendInt(nil, int64(n+1), 10), err
				})
				if err != nil {
					t.Errorf("Update = %v", err)
				}
			}
		})
	}
	all.Wait()
	wantBody(t, s, name, strconv.Itoa(writers*each))
}
