package storetest

import (
	"bytes"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
)

func testRoundTrip(t *testing.T, s store.Store) {
	before := time.Now().Add(-time.Minute) // clocks differ between machines
	for name, body := range map[string]string{
		"empty":                    "",
		"presets/hero.json":        "{}",
		"originals/" + hash(1):     "bytes",
		"refs/" + hash(1) + "/abc": "x",
		"levels/" + hash(1) + "/" + hash(2) + "/512.jpg": strings.Repeat("level", 1000),
	} {
		put(t, s, name, body)
		wantBody(t, s, name, body)
		info, err := s.Stat(t.Context(), name)
		if err != nil || info.Modified.Before(before) || info.Modified.After(before.Add(time.Hour)) {
			t.Errorf("Stat(%q) = %+v, %v, want it modified now", name, info, err)
		}
	}
}

func testBig(t *testing.T, s store.Store) {
	body := make([]byte, 20<<20+1)
	rng := rand.NewChaCha8([32]byte{1})
	rng.Read(body)

	f, err := os.Create(filepath.Join(t.TempDir(), "big"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.Write(body); err != nil {
		t.Fatal(err)
	}
	size := int64(len(body))
	for name, reader := range map[string]func() io.Reader{
		"reader":       func() io.Reader { return struct{ io.Reader }{bytes.NewReader(body)} },
		"file":         func() io.Reader { return f },
		"limited-file": func() io.Reader { return io.LimitReader(f, size) },
	} {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		if err := s.Put(t.Context(), name, reader(), size); err != nil {
			t.Errorf("Put(%q) = %v", name, err)
			continue
		}
		if got, err := read(t.Context(), s, name); err != nil || !bytes.Equal(got, body) {
			t.Errorf("read(%q) = %d bytes, %v, want the %d put", name, len(got), err, size)
		}
	}
}

func testReplace(t *testing.T, s store.Store) {
	for _, body := range []string{"a long first body", "short", "", "again"} {
		put(t, s, "assets/a.json", body)
		wantBody(t, s, "assets/a.json", body)
	}
	if got := list(t, s, "", ""); len(got) != 1 {
		t.Errorf("List = %q, want one object", got)
	}
}

func testReplaceWhileOpen(t *testing.T, s store.Store) {
	old := strings.Repeat("old", 500_000)
	put(t, s, "x/y", old)
	replaced := open(t, s, "x/y")
	put(t, s, "x/y", "new")
	deleted := open(t, s, "x/y")
	if err := s.Delete(t.Context(), "x/y"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		o    store.Object
		want string
	}{{replaced, old}, {deleted, "new"}} {
		got, err := io.ReadAll(c.o)
		if err != nil || string(got) != c.want {
			t.Errorf("read of an object open before = %.10q, %v, want %.10q", got, err, c.want)
		}
		if err := c.o.Close(); err != nil {
			t.Errorf("Close = %v", err)
		}
	}
}

// open opens an object and reads its first byte, as a store may wait for that to fetch anything.
func open(t *testing.T, s store.Store, name string) store.Object {
	t.Helper()
	o, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	first := make([]byte, 1)
	if _, err := io.ReadFull(o, first); err != nil {
		t.Fatal(err)
	}
	o.ReadCloser = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(bytes.NewReader(first), o.ReadCloser), o.ReadCloser}
	return o
}

func testDelete(t *testing.T, s store.Store) {
	put(t, s, "a/b/c", "1")
	put(t, s, "a/b/d", "2")
	put(t, s, "originals/"+hash(1), "3")
	for _, name := range []string{"a/b/c", "originals/" + hash(1)} {
		for range 2 { // the second time it is missing, which is no error
			if err := s.Delete(t.Context(), name); err != nil {
				t.Errorf("Delete(%q) = %v", name, err)
			}
		}
		wantMissing(t, s, name)
	}
	wantBody(t, s, "a/b/d", "2")
	put(t, s, "a/b/c", "again")
	wantBody(t, s, "a/b/c", "again")
}

func testMissing(t *testing.T, s store.Store) {
	put(t, s, "a/b/c", "1")
	for _, name := range []string{"nothing", "a", "a/b", "a/b/c/d", "a/b/c/d/e", "a/b/" + hash(1), hash(1) + "/x"} {
		wantMissing(t, s, name)
		if err := s.Delete(t.Context(), name); err != nil {
			t.Errorf("Delete(%q) = %v, want nil for a missing object", name, err)
		}
	}
	wantBody(t, s, "a/b/c", "1")
	if got := list(t, s, "a/b/c/", ""); got != nil {
		t.Errorf("List below an object = %q, want nothing", got)
	}
}
