package store_test

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"testing"

	"lightwell/origin/store"
)

func wantBody(t *testing.T, s store.Store, name string, want []byte) {
	t.Helper()
	o, err := s.Open(t.Context(), name)
	if err != nil {
		t.Errorf("Open(%q) = %v", name, err)
		return
	}
	defer o.Close()
	got, err := io.ReadAll(o)
	if err != nil || !bytes.Equal(got, want) || o.Size != int64(len(want)) {
		t.Errorf("Open(%q) reads %d bytes, %v, and says %d; want the %d put", name, len(got), err, o.Size, len(want))
	}
}

func wantNothing(t *testing.T, s store.Store, name string) {
	t.Helper()
	if _, err := s.Open(t.Context(), name); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open(%q) = %v, want fs.ErrNotExist", name, err)
	}
	for info, err := range s.List(t.Context(), "", "") {
		t.Errorf("List yields %+v, %v, want nothing", info, err)
	}
}
