package uploader_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
)

// fakeInspector takes every file for a whole image of 40 x 30 pixels, turned by a quarter, in the format
// of its first bytes. It insists on being asked only for files that are neither empty nor without a format.
type fakeInspector struct {
	t *testing.T

	mu    sync.Mutex // guards the fields below
	calls int
	do    func(ctx context.Context) error // instead; it may panic
}

func (f *fakeInspector) Inspect(ctx context.Context, src *os.File, limits transform.Limits) (transform.Inspection, error) {
	f.mu.Lock()
	f.calls++
	do := f.do
	f.mu.Unlock()
	if limits != transform.DefaultLimits {
		f.t.Errorf("Inspect got the limits %+v, want the uploader's", limits)
	}
	head := make([]byte, transform.SniffLen)
	n, err := src.ReadAt(head, 0)
	format := transform.Sniff(head[:n])
	if err != nil && !errors.Is(err, io.EOF) || n == 0 || format == transform.NoFormat {
		f.t.Errorf("Inspect got a file that begins with %q, %v; want an image's beginning", head[:n], err)
	}
	// A child reads on the same descriptor: whatever it leaves behind must not matter.
	if _, err := src.Seek(3, io.SeekStart); err != nil {
		f.t.Errorf("Inspect got a file that cannot seek: %v", err)
	}
	if do != nil {
		if err := do(ctx); err != nil {
			return transform.Inspection{}, err
		}
	}
	s := transform.Source{Format: format, Width: 40, Height: 30, Orientation: 6, Frames: 1, Alpha: true}
	return transform.Inspection{Source: s, Facts: transform.Facts{Placeholder: placeholder}}, nil
}

// placeholder is that of every image that the fake sees.
const placeholder = "YTkGJwaRhWUIt4lbgnhZl3ath2BUBGYA"

// failWith makes calls do this; nil is back to inspecting.
func (f *fakeInspector) failWith(do func(context.Context) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.do = do
}

func (f *fakeInspector) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// tempFiles makes temporary files without names, and knows which were closed.
type tempFiles struct {
	dir string

	mu   sync.Mutex // guards the fields below
	made []*os.File
	do   func() (*os.File, error) // instead
}

func (f *tempFiles) file() (*os.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	make := f.nameless
	if f.do != nil {
		make = f.do
	}
	file, err := make()
	if err == nil {
		f.made = append(f.made, file)
	}
	return file, err
}

func (f *tempFiles) nameless() (*os.File, error) {
	file, err := os.CreateTemp(f.dir, "upload")
	if err != nil {
		return nil, err
	}
	return file, os.Remove(file.Name())
}

func (f *tempFiles) makeWith(do func() (*os.File, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.do = do
}

// open counts the files that nobody has closed.
func (f *tempFiles) open() (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, file := range f.made {
		if _, err := file.Stat(); !errors.Is(err, os.ErrClosed) {
			n++
		}
	}
	return n
}

// bytes is how many there are in the files that nobody has closed.
func (f *tempFiles) bytes() (n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, file := range f.made {
		if info, err := file.Stat(); err == nil {
			n += info.Size()
		}
	}
	return n
}

// failingStore is a Store that fails as it is told to, before or after so many Puts.
type failingStore struct {
	store.Store

	mu   sync.Mutex // guards the fields below
	err  error
	left int // Puts that go well
}

// fail makes all but reads fail after some more Puts; nil is back to normal.
func (s *failingStore) fail(err error, after int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.err, s.left = err, after
}

func (s *failingStore) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := s.failure(); err != nil {
		return fmt.Errorf("put %s: %w", name, err)
	}
	return s.Store.Put(ctx, name, r, size)
}

func (s *failingStore) Update(ctx context.Context, name string, change store.Change) error {
	if err := s.failure(); err != nil {
		return fmt.Errorf("update %s: %w", name, err)
	}
	return s.Store.Update(ctx, name, change)
}

func (s *failingStore) Copy(ctx context.Context, from, to string) error {
	if err := s.failure(); err != nil {
		return fmt.Errorf("copy to %s: %w", to, err)
	}
	return s.Store.Copy(ctx, from, to)
}

func (s *failingStore) failure() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.left > 0 {
		s.left--
		return nil
	}
	return s.err
}

// deadStore is a Store that answers nothing.
type deadStore struct{}

var errDead = errors.New("the store is unplugged")

func (deadStore) Put(context.Context, string, io.Reader, int64) error { return errDead }
func (deadStore) Copy(context.Context, string, string) error          { return errDead }
func (deadStore) Update(context.Context, string, store.Change) error  { return errDead }
func (deadStore) Open(context.Context, string) (store.Object, error)  { return store.Object{}, errDead }
func (deadStore) Stat(context.Context, string) (store.Info, error)    { return store.Info{}, errDead }
func (deadStore) Delete(context.Context, string) error                { return errDead }
func (deadStore) List(context.Context, string, string) iter.Seq2[store.Info, error] {
	return func(yield func(store.Info, error) bool) { yield(store.Info{}, errDead) }
}

// stored is every object of a store by name.
func stored(t *testing.T, s store.Store) map[string][]byte {
	t.Helper()
	objects := map[string][]byte{}
	for info, err := range s.List(context.Background(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		o, err := s.Open(context.Background(), info.Name)
		if errors.Is(err, fs.ErrNotExist) { // it went in between
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var body bytes.Buffer
		if _, err := body.ReadFrom(o); err != nil {
			t.Fatal(err)
		}
		o.Close()
		objects[info.Name] = body.Bytes()
	}
	return objects
}

// originals is the bytes of the images in a store, by hash. It insists that the hashes are theirs.
func originals(t *testing.T, s store.Store) map[string][]byte {
	t.Helper()
	found := map[string][]byte{}
	for name, body := range stored(t, s) {
		dir, hash := filepath.Split(name)
		if dir != "originals/" {
			continue
		}
		if sum := sha256.Sum256(body); hex.EncodeToString(sum[:]) != hash {
			t.Errorf("%s holds %x", name, sum)
		}
		found[hash] = body
	}
	return found
}

// fakeMaker makes no renditions, and knows which it was asked for. It insists on a context that lives on.
type fakeMaker struct {
	t *testing.T

	mu   sync.Mutex // guards the fields below
	made []string   // queries
	do   func() error
}

func (f *fakeMaker) prepare(ctx context.Context, a library.Asset, req transform.Request) error {
	f.mu.Lock()
	f.made = append(f.made, a.ID+"?"+req.Query())
	do := f.do
	f.mu.Unlock()
	if do != nil {
		if err := do(); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		f.t.Errorf("the context of a rendition has ended: %v", err)
	}
	return nil
}

// wait waits until so many have been begun.
func (f *fakeMaker) wait(n int) {
	f.t.Helper()
	for limit := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		f.mu.Lock()
		begun := len(f.made)
		f.mu.Unlock()
		if begun >= n {
			return
		}
		if time.Now().After(limit) {
			f.t.Fatalf("not in %v: %d renditions are begun, but %d", patience, n, begun)
		}
	}
}

// doInstead makes calls do this before they return, which may panic.
func (f *fakeMaker) doInstead(do func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.do = do
}

// taken is what has been made since it was last asked.
func (f *fakeMaker) taken() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	made := f.made
	f.made = nil
	return made
}

// noSuspects forgets what ended the inspector, for tests that end it again.
type noSuspects struct{}

func (noSuspects) Check(string, string) error { return nil }
func (noSuspects) Inspected(string, error)    {}

// holdInspections makes inspections say that they have begun, and wait.
func (d *door) holdInspections(begun chan<- struct{}, release <-chan struct{}) {
	d.inspector.failWith(func(context.Context) error {
		begun <- struct{}{}
		<-release
		return nil
	})
}
