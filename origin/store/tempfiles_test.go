package store_test

import (
	"io"
	"slices"
	"testing"

	"lightwell/origin/store"
)

func TestScratch(t *testing.T) {
	dir := t.TempDir()
	leftover(t, dir, "DEAD")
	s, err := store.OpenScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	f, err := s.TempFile()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got := paths(t, dir, "tmp"); len(got) != 1 {
		t.Errorf("below tmp = %q, want its own folder only", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := paths(t, dir, "tmp"); !slices.Equal(got, nil) {
		t.Errorf("below tmp after Close = %q, want nothing", got)
	}
	if _, err := f.WriteString("still usable"); err != nil {
		t.Error(err)
	}
	if at, err := f.Seek(0, io.SeekCurrent); err != nil || at != 12 {
		t.Errorf("Seek = %d, %v, want 12", at, err)
	}
}
