package storetest

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"lightwell/origin/store"
)

func testCopy(t *testing.T, s store.Store) {
	from, to := "accepted/0123456789abcdefghjkmnpqrs", "originals/"+hash(1)
	copied := func(from, to string) {
		t.Helper()
		if err := s.Copy(t.Context(), from, to); err != nil {
			t.Fatalf("Copy(%q, %q) = %v", from, to, err)
		}
	}
	put(t, s, from, "bytes")
	copied(from, to)
	wantBody(t, s, from, "bytes")
	wantBody(t, s, to, "bytes")
	copied(from, to) // again
	copied(from, from)
	wantBody(t, s, from, "bytes")

	put(t, s, from, "others")
	wantBody(t, s, to, "bytes")
	copied(from, to) // over what is there
	wantBody(t, s, to, "others")
	put(t, s, to, "its own")
	wantBody(t, s, from, "others")
	copied(from, to)
	for _, name := range []string{from, to} {
		if err := s.Delete(t.Context(), name); err != nil {
			t.Fatal(err)
		}
		wantMissing(t, s, name)
		if name == from {
			wantBody(t, s, to, "others")
		}
	}
	if left := list(t, s, "", ""); len(left) > 0 {
		t.Errorf("left is %q, want nothing", left)
	}
}

func testCopyOfNothing(t *testing.T, s store.Store) {
	put(t, s, "folder/object", "x")
	put(t, s, "to", "there")
	for _, from := range []string{"nothing", "folder", "folder/object/more", hash(1)} {
		for _, to := range []string{"to", "new/folder/" + hash(2)} {
			if err := s.Copy(t.Context(), from, to); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("Copy(%q, %q) = %v, want fs.ErrNotExist", from, to, err)
			}
		}
	}
	for _, names := range [][2]string{{"../x", "to"}, {"to", "../x"}, {"", "to"}} {
		if err := s.Copy(t.Context(), names[0], names[1]); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Copy(%q, %q) = %v, want a bad name", names[0], names[1], err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Copy(ctx, "folder/object", "to"); !errors.Is(err, context.Canceled) {
		t.Errorf("Copy with a context that has ended = %v", err)
	}
	wantBody(t, s, "to", "there")
	wantMissing(t, s, "new/folder/"+hash(2))
}
