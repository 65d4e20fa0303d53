package store_test

import (
	"bytes"
	"errors"
	"os"
	"syscall"
	"testing"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"
)

// With no room on the disk, objects are opened in memory, up to a limit; what is closed gives its room back.
func TestS3WithoutDisk(t *testing.T) {
	server := s3test.Start(t)
	o := server.Options("spare")
	full := false
	o.SpareMemory = 5 << 20
	o.TempFile = func() (*os.File, error) {
		if full {
			return nil, &os.PathError{Op: "open", Path: "x", Err: syscall.ENOSPC}
		}
		return os.CreateTemp(t.TempDir(), "")
	}
	s := s3test.Open(t, o)
	body := bytes.Repeat([]byte("large"), 400<<10) // 2 MiB
	put(t, s, "a", string(body))
	full = true
	for range 3 {
		wantBody(t, s, "a", body)
	}
	var opened []store.Object
	for range 2 {
		o, err := s.Open(t.Context(), "a")
		if err != nil {
			t.Fatal(err)
		}
		if _, is := o.File(); !is {
			t.Error("File() of an object in memory = false")
		}
		opened = append(opened, o)
	}
	if _, err := s.Open(t.Context(), "a"); !errors.Is(err, store.ErrFull) {
		t.Errorf("Open with the memory used up = %v, want store.ErrFull", err)
	}
	opened[0].Close()
	wantBody(t, s, "a", body)
	opened[1].Close()
	full = false
	wantBody(t, s, "a", body)
}
