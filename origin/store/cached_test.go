package store_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"lightwell/origin/store"
	"lightwell/origin/store/storetest"
)

func openCached(t *testing.T, s store.Store, dir string, bytes int64) *store.Cached {
	t.Helper()
	c, err := store.OpenCached(t.Context(), s, store.CachedOptions{
		Dir: dir, Bytes: bytes, Prefixes: []string{"originals/"}, OnError: func(err error) { t.Error(err) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

func TestCached(t *testing.T) {
	storetest.Test(t, func(t *testing.T) store.Store { return openCached(t, store.NewMem(), t.TempDir(), 1<<20) })
}

// counted counts the objects that were opened.
type counted struct {
	store.Store
	opens atomic.Int64
}

func (c *counted) Open(ctx context.Context, name string) (store.Object, error) {
	c.opens.Add(1)
	return c.Store.Open(ctx, name)
}

// original is the name of the original number i.
func original(i int) string { return fmt.Sprintf("originals/%064d", i) }

// room is the bytes of all objects in a cache's folder.
func room(t *testing.T, dir string) (bytes int64) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(dir, "objects"), func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		bytes += info.Size()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return bytes
}

func TestCachedReadsOnce(t *testing.T) {
	from, dir := &counted{Store: store.NewMem()}, t.TempDir()
	put(t, from, original(1), "bytes")
	put(t, from, "assets/a.json", "{}")
	for range 2 { // the second time after a restart
		c, err := store.OpenCached(t.Context(), from, store.CachedOptions{Dir: dir, Bytes: 1 << 20, Prefixes: []string{"originals/"}})
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			wantBody(t, c, original(1), []byte("bytes"))
		}
		if err := c.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if got := from.opens.Load(); got != 1 {
		t.Errorf("the store was asked %d times, want once", got)
	}
	c := openCached(t, from, dir, 1<<20)
	for range 3 {
		wantBody(t, c, "assets/a.json", []byte("{}"))
	}
	if got := from.opens.Load(); got != 4 {
		t.Errorf("the store was asked %d times, want each time for what is no original", got-1)
	}
	o, err := c.Open(t.Context(), original(1))
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	if _, is := o.File(); !is {
		t.Error("File() of an original = false")
	}
	if _, err := c.Open(t.Context(), original(2)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open of a missing original = %v, want fs.ErrNotExist", err)
	}
}

// What was used least lately goes, and stays readable for who has it open.
func TestCachedEvicts(t *testing.T) {
	const size = 1000
	from, dir := &counted{Store: store.NewMem()}, t.TempDir()
	body := func(i int) []byte { return []byte(strings.Repeat(fmt.Sprint(i%10), size)) }
	for i := range 40 {
		put(t, from, original(i), string(body(i)))
	}
	c := openCached(t, from, dir, 10*size)
	first, err := c.Open(t.Context(), original(0))
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	for i := 1; i < 40; i++ {
		wantBody(t, c, original(i), body(i))
		wantBody(t, c, original(1), body(1)) // is used all the time
		if got := room(t, dir); got > 10*size {
			t.Fatalf("after %d originals the cache has %d bytes, want at most %d", i, got, 10*size)
		}
	}
	if got := from.opens.Load(); got != 40 {
		t.Errorf("the store was asked %d times, want 40: once for each", got)
	}
	if got, err := io.ReadAll(first); err != nil || string(got) != string(body(0)) {
		t.Errorf("the first, evicted since, reads %d bytes, %v", len(got), err)
	}
	if got := room(t, dir); got < 8*size {
		t.Errorf("the cache has %d bytes, want it nearly full", got)
	}
	openCached(t, from, dir, 3*size)
	if got := room(t, dir); got > 3*size {
		t.Errorf("with less room the cache has %d bytes, want at most %d", got, 3*size)
	}
}

// Two processes may share a folder: what one has fetched the other finds, and misses no more than that when
// it goes.
func TestCachesShareAFolder(t *testing.T) {
	from, dir := &counted{Store: store.NewMem()}, t.TempDir()
	for i := range 2 {
		put(t, from, original(i), "bytes")
	}
	caches := []*store.Cached{openCached(t, from, dir, 100), openCached(t, from, dir, 5)}
	for _, c := range caches {
		wantBody(t, c, original(0), []byte("bytes"))
	}
	if got := from.opens.Load(); got != 1 {
		t.Errorf("the store was asked %d times, want once", got)
	}
	wantBody(t, caches[1], original(1), []byte("bytes")) // takes the room of the first
	wantBody(t, caches[0], original(0), []byte("bytes"))
	if got := from.opens.Load(); got != 3 {
		t.Errorf("the store was asked %d times, want 3", got)
	}
}

// Too large for the cache, changed or deleted is as without it.
func TestCachedLeavesToTheStore(t *testing.T) {
	from, dir := &counted{Store: store.NewMem()}, t.TempDir()
	c := openCached(t, from, dir, 100)
	large := strings.Repeat("x", 101)
	put(t, c, original(1), large)
	wantBody(t, c, original(1), []byte(large))
	if got := room(t, dir); got != 0 {
		t.Errorf("the cache has %d bytes, want none of what is too large", got)
	}
	put(t, c, original(1), "other")
	wantBody(t, c, original(1), []byte("other"))
	put(t, c, original(1), "again")
	wantBody(t, c, original(1), []byte("again"))
	if err := c.Delete(t.Context(), original(1)); err != nil {
		t.Fatal(err)
	}
	wantNothing(t, c, original(1))
}

// A cache that cannot be written to is none, but no harm.
func TestCachedWithoutRoom(t *testing.T) {
	from, dir := store.NewMem(), t.TempDir()
	var told atomic.Int64
	c, err := store.OpenCached(t.Context(), from, store.CachedOptions{
		Dir: dir, Bytes: 1 << 20, Prefixes: []string{"originals/"}, OnError: func(error) { told.Add(1) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	objects := filepath.Join(dir, "objects")
	if err := errors.Join(os.Remove(objects), os.WriteFile(objects, nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	put(t, from, original(1), "bytes")
	wantBody(t, c, original(1), []byte("bytes"))
	if told.Load() == 0 {
		t.Error("nobody was told")
	}
}

// slow is a store whose objects come when they are let.
type slow struct {
	store.Store
	asked, let chan struct{}
}

func (s *slow) Open(ctx context.Context, name string) (store.Object, error) {
	s.asked <- struct{}{}
	select {
	case <-s.let:
		return s.Store.Open(ctx, name)
	case <-ctx.Done():
		return store.Object{}, ctx.Err()
	}
}

// Who leaves does not end it for those who wait, and Close ends it for all.
func TestCachedFetchesForThoseWhoWait(t *testing.T) {
	from := &slow{store.NewMem(), make(chan struct{}, 1), make(chan struct{})}
	put(t, from, original(1), "bytes")
	put(t, from, original(2), "bytes")
	c, err := store.OpenCached(t.Context(), from, store.CachedOptions{Dir: t.TempDir(), Bytes: 1 << 20, Prefixes: []string{"originals/"}})
	if err != nil {
		t.Fatal(err)
	}
	leaving, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { _, err := c.Open(leaving, original(1)); left <- err }()
	<-from.asked
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("Open of who left = %v, want context.Canceled", err)
	}
	close(from.let)
	wantBody(t, c, original(1), []byte("bytes")) // by the same fetching, or out of the cache
	from.let = make(chan struct{})
	leaving, leave = context.WithCancel(t.Context())
	go func() { _, err := c.Open(leaving, original(2)); left <- err }()
	<-from.asked
	leave()
	<-left
	if err := c.Close(); err != nil { // or it would wait for ever
		t.Errorf("Close = %v", err)
	}
}
