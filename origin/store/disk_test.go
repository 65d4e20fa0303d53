package store_test

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"lightwell/origin/store"
	"lightwell/origin/store/storetest"
)

func TestDisk(t *testing.T) {
	storetest.Test(t, func(t *testing.T) store.Store { return openDisk(t, t.TempDir()) })
}

func openDisk(t *testing.T, dir string) *store.Disk {
	t.Helper()
	d, err := store.OpenDisk(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func put(t *testing.T, s store.Store, name, body string) {
	t.Helper()
	if err := s.Put(t.Context(), name, strings.NewReader(body), int64(len(body))); err != nil {
		t.Fatal(err)
	}
}

// paths returns everything below dir/sub but lock files, folders with a slash at the end.
func paths(t *testing.T, dir, sub string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(filepath.Join(dir, sub)), ".", func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil || path == "." || filepath.Base(path) == "lock":
		case e.IsDir():
			found = append(found, path+"/")
		default:
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDiskLayout(t *testing.T) {
	const hash = "3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b"
	shards := []string{"originals/", "originals/~3/", "originals/~3/~a/"}
	for _, c := range []struct {
		name, file string
		stay       []string // folders, when it is deleted
	}{
		{"presets/hero.json", "presets/hero.json", nil},
		{"a", "a", nil},
		{"originals/" + hash, "originals/~3/~a/" + hash, shards},
		{"originals/" + hash + "/0123456789abcdefghjkmnpqrs", "originals/~3/~a/" + hash + "/0123456789abcdefghjkmnpqrs", shards},
		{"originals/" + hash + "/512.jpg", "originals/~3/~a/" + hash + "/512.jpg", shards},
		{"index/time/2026-01-02/0123456789abcdefghjkmnpqrs", "index/time/2026-01-02/~0/~1/0123456789abcdefghjkmnpqrs", nil},
		{strings.Repeat("n", 19), strings.Repeat("n", 19), nil},
		{strings.Repeat("n", 20), "~n/~n/" + strings.Repeat("n", 20), nil},
		{"%2.......................", "~%/~2/%2.......................", nil},
	} {
		dir := t.TempDir()
		d := openDisk(t, dir)
		put(t, d, c.name, "x")
		found := paths(t, dir, "objects")
		if got := found[len(found)-1]; got != c.file {
			t.Errorf("Put(%q) made %q, want %q", c.name, got, c.file)
		}
		if err := d.Delete(t.Context(), c.name); err != nil {
			t.Error(err)
		}
		if found := paths(t, dir, "objects"); !slices.Equal(found, c.stay) {
			t.Errorf("Delete(%q) left %q, want %q", c.name, found, c.stay)
		}
	}
}

func TestDiskDeleteKeepsSharedFolders(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	put(t, d, "a/b/c/1", "x")
	put(t, d, "a/b/2", "x")
	if err := d.Delete(t.Context(), "a/b/c/1"); err != nil {
		t.Fatal(err)
	}
	if got, want := paths(t, dir, "objects"), []string{"a/", "a/b/", "a/b/2"}; !slices.Equal(got, want) {
		t.Errorf("below objects = %q, want %q", got, want)
	}
}

// An object where a folder should be, and the other way round, is an error and no loss.
func TestDiskNameThatIsAFolder(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	put(t, d, "a/b", "x")
	for _, name := range []string{"a", "a/b/c", "a/b/c/d"} {
		if err := d.Put(t.Context(), name, strings.NewReader("y"), 1); err == nil {
			t.Errorf("Put(%q) = nil, want an error beside a/b", name)
		}
	}
	if got, want := paths(t, dir, "objects"), []string{"a/", "a/b"}; !slices.Equal(got, want) {
		t.Errorf("below objects = %q, want %q", got, want)
	}
	if left := paths(t, dir, "tmp"); len(left) != 1 {
		t.Errorf("below tmp = %q, want the scratch folder only", left)
	}
}

func TestDiskFailedPutLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	full := fmt.Errorf("write: %w", syscall.ENOSPC)
	for _, r := range []io.Reader{
		strings.NewReader("short"),
		strings.NewReader(strings.Repeat("long", 100_000)),
		io.MultiReader(strings.NewReader("some"), errorReader{full}),
	} {
		if err := d.Put(t.Context(), "a/b/c", r, 100_000); err == nil {
			t.Error("Put = nil, want an error")
		}
	}
	if left := paths(t, dir, "objects"); left != nil {
		t.Errorf("below objects = %q, want nothing", left)
	}
	if left := paths(t, dir, "tmp"); len(left) != 1 {
		t.Errorf("below tmp = %q, want the scratch folder only", left)
	}
}

type errorReader struct{ err error }

func (r errorReader) Read([]byte) (int, error) { return 0, r.err }

func TestDiskObjectHasFile(t *testing.T) {
	d := openDisk(t, t.TempDir())
	put(t, d, "a", "bytes")
	o, err := d.Open(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	f, ok := o.File()
	if !ok {
		t.Fatal("File() of an object on disk = false")
	}
	if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, []byte("bytes")) {
		t.Errorf("File() reads %q, %v", got, err)
	}
}

// Two processes on one folder: one Disk knows nothing of the other.
func TestDisksShareAFolder(t *testing.T) {
	dir := t.TempDir()
	disks := []*store.Disk{openDisk(t, dir), openDisk(t, dir)}
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			d, name := disks[w%2], fmt.Sprintf("refs/%030d/%d", 1, w)
			for range 50 {
				if err := d.Put(t.Context(), name, strings.NewReader("x"), 1); err != nil {
					t.Error(err)
				}
				if _, err := disks[(w+1)%2].Stat(t.Context(), name); err != nil {
					t.Errorf("lost: %v", err)
				}
				if err := d.Delete(t.Context(), name); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if left, stay := paths(t, dir, "objects"), []string{"refs/", "refs/~0/", "refs/~0/~0/"}; !slices.Equal(left, stay) {
		t.Errorf("below objects = %q, want %q", left, stay)
	}
}
