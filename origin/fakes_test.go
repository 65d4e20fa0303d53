package origin_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightwell/cache"
	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
)

// fakeRenderer makes bytes that tell the plan and the source, and so can be foretold. It insists on a
// source that is at its beginning, and on never being called twice at once for the same work.
type fakeRenderer struct {
	t     *testing.T
	began chan struct{} // gets one for each call, as far as there is room

	mu            sync.Mutex // guards the fields below
	running       map[string]bool
	calls         int
	gate          chan struct{} // a call waits until it is closed, unless nil
	fail          func() error  // instead of rendering; it may panic
	body          func(made []byte) []byte
	format        transform.Format      // what a plan that has a choice comes to, unless none
	levels        []transform.LevelFile // what Levels makes
	timesLevelled int                   // how often it did
	bad           []byte                // a source that cannot be decoded
}

func newFakeRenderer(t *testing.T) *fakeRenderer {
	return &fakeRenderer{t: t, began: make(chan struct{}, 1000), running: map[string]bool{}}
}

// madeOf is what the fake renders, of an image and perhaps its mark.
func madeOf(plan transform.Plan, originals ...[]byte) []byte {
	plan.File = ""
	encoded, err := json.Marshal(plan)
	if err != nil {
		panic(err)
	}
	var made []byte
	for _, original := range originals {
		made = fmt.Appendf(made, "%x ", sha256.Sum256(original))
	}
	return fmt.Appendf(made, "as %s", encoded)
}

func (f *fakeRenderer) Render(ctx context.Context, files []*os.File, plan transform.Plan) (transform.Rendition, error) {
	var originals [][]byte
	for _, src := range files {
		if at, err := src.Seek(0, io.SeekCurrent); at != 0 || err != nil {
			f.t.Errorf("Render got a source at byte %d, %v; want one at its beginning", at, err)
		}
		original, err := io.ReadAll(src)
		if err != nil {
			f.t.Errorf("Render got a source that cannot be read: %v", err)
		}
		originals = append(originals, original)
	}
	if want := 1 + len(plan.Layers()); len(files) != want {
		f.t.Errorf("Render got %d files, want %d", len(files), want)
	}
	if _, hasDeadline := ctx.Deadline(); !hasDeadline {
		f.t.Error("Render got a context without a deadline")
	}
	if f.isBad(originals[0]) {
		return transform.Rendition{}, transform.ErrUndecodable
	}
	made := madeOf(plan, originals...)
	fail, gate, body := f.enter(string(made))
	defer f.leave(string(made))
	f.began <- struct{}{}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return transform.Rendition{}, context.Cause(ctx)
		}
	}
	if fail != nil {
		if err := fail(); err != nil {
			return transform.Rendition{}, err
		}
	}
	if body != nil {
		made = body(made)
	}
	format := plan.Encode.Format
	f.mu.Lock()
	if f.format != transform.NoFormat {
		format = f.format
	}
	f.mu.Unlock()
	return transform.Rendition{
		Body: made, Format: format, Size: plan.Out,
		Queue: time.Millisecond, Decode: 2 * time.Millisecond, Encode: 3 * time.Millisecond,
	}, nil
}

// Levels makes those that it was given, of any source.
func (f *fakeRenderer) Levels(ctx context.Context, src *os.File, limits transform.Limits) ([]transform.LevelFile, error) {
	if at, err := src.Seek(0, io.SeekCurrent); at != 0 || err != nil {
		f.t.Errorf("Levels got a source at byte %d, %v; want one at its beginning", at, err)
	}
	fail, _, _ := f.enter("levels")
	defer f.leave("levels")
	if fail != nil {
		if err := fail(); err != nil {
			return nil, err
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.timesLevelled++
	return f.levels, nil
}

// levelled counts how often levels were made.
func (f *fakeRenderer) levelled() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.timesLevelled
}

func (f *fakeRenderer) isBad(source []byte) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.bad != nil && bytes.Equal(source, f.bad)
}

// Search finds that the source has a border of a tenth, and a face in its middle.
func (f *fakeRenderer) Search(ctx context.Context, src *os.File, s transform.Source, search transform.Search, limits transform.Limits) (transform.Found, error) {
	if at, err := src.Seek(0, io.SeekCurrent); at != 0 || err != nil {
		f.t.Errorf("Search got a source at byte %d, %v; want one at its beginning", at, err)
	}
	if _, hasDeadline := ctx.Deadline(); !hasDeadline {
		f.t.Error("Search got a context without a deadline")
	}
	fail, gate, _ := f.enter(fmt.Sprintf("%+v", search))
	defer f.leave(fmt.Sprintf("%+v", search))
	f.began <- struct{}{}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return transform.Found{}, context.Cause(ctx)
		}
	}
	if fail != nil {
		if err := fail(); err != nil {
			return transform.Found{}, err
		}
	}
	if search.Faces {
		return transform.Found{Faces: []transform.Face{{Area: transform.Area{X: s.Width / 2, Y: s.Height / 2, Width: 10, Height: 10}, Score: 20}}}, nil
	}
	return transform.Found{Trimmed: transform.Area{X: s.Width / 10, Y: s.Height / 10, Width: s.Width * 8 / 10, Height: s.Height * 8 / 10}}, nil
}

func (f *fakeRenderer) enter(work string) (fail func() error, gate chan struct{}, body func([]byte) []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.running[work] {
		f.t.Errorf("Render is called twice at once for %s", work)
	}
	f.running[work] = true
	f.calls++
	return f.fail, f.gate, f.body
}

func (f *fakeRenderer) leave(work string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.running, work)
}

// block makes calls wait until the returned function is called.
func (f *fakeRenderer) block() (release func()) {
	gate := make(chan struct{})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gate = gate
	return sync.OnceFunc(func() { close(gate) })
}

// failWith makes calls do this instead; nil is back to rendering.
func (f *fakeRenderer) failWith(fail func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

func (f *fakeRenderer) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// countingLibrary is a Library that counts, and insists on being given its files back closed.
type countingLibrary struct {
	*library.Library
	asked chan struct{} // gets one for each look at an asset, as far as there is room

	mu     sync.Mutex // guards the fields below
	opened []*os.File
	shrink int64 // bytes that are cut off what Open gives
}

func (l *countingLibrary) Asset(ctx context.Context, id string) (library.Asset, error) {
	defer func() {
		select {
		case l.asked <- struct{}{}:
		default:
		}
	}()
	return l.Library.Asset(ctx, id)
}

func (l *countingLibrary) Open(ctx context.Context, a library.Asset) (*os.File, error) {
	f, err := l.Library.Open(ctx, a)
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opened = append(l.opened, f)
	if l.shrink > 0 {
		if err := f.Truncate(a.Bytes - l.shrink); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (l *countingLibrary) OpenLevel(ctx context.Context, a library.Asset, level transform.Level) (*os.File, error) {
	f, err := l.Library.OpenLevel(ctx, a, level)
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.opened = append(l.opened, f)
	}
	return f, err
}

func (l *countingLibrary) opens() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.opened)
}

// leaks counts the files that nobody closed.
func (l *countingLibrary) leaks() (n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.opened {
		if _, err := f.Stat(); !errors.Is(err, os.ErrClosed) {
			n++
		}
	}
	return n
}

// failingStore is a Store that can be unplugged.
type failingStore struct {
	store.Store
	down atomic.Bool
	full atomic.Bool // of levels
}

var errUnplugged = errors.New("the store is unplugged")

func (s *failingStore) failure() error {
	if s.down.Load() {
		return errUnplugged
	}
	return nil
}

func (s *failingStore) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := s.failure(); err != nil {
		return err
	}
	if s.full.Load() && strings.HasPrefix(name, "levels/") {
		return store.ErrFull
	}
	return s.Store.Put(ctx, name, r, size)
}

func (s *failingStore) Update(ctx context.Context, name string, change store.Change) error {
	if err := s.failure(); err != nil {
		return err
	}
	return s.Store.Update(ctx, name, change)
}

func (s *failingStore) Copy(ctx context.Context, from, to string) error {
	if err := s.failure(); err != nil {
		return err
	}
	return s.Store.Copy(ctx, from, to)
}

func (s *failingStore) Open(ctx context.Context, name string) (store.Object, error) {
	if err := s.failure(); err != nil {
		return store.Object{}, err
	}
	return s.Store.Open(ctx, name)
}

func (s *failingStore) Stat(ctx context.Context, name string) (store.Info, error) {
	if err := s.failure(); err != nil {
		return store.Info{}, err
	}
	return s.Store.Stat(ctx, name)
}

func (s *failingStore) Delete(ctx context.Context, name string) error {
	if err := s.failure(); err != nil {
		return err
	}
	return s.Store.Delete(ctx, name)
}

func (s *failingStore) List(ctx context.Context, prefix, after string) iter.Seq2[store.Info, error] {
	if err := s.failure(); err != nil {
		return func(yield func(store.Info, error) bool) { yield(store.Info{}, err) }
	}
	return s.Store.List(ctx, prefix, after)
}

// brokenTier is a cache tier that is down.
type brokenTier struct{ calls atomic.Int64 }

var errTier = errors.New("the tier is down")

func (b *brokenTier) Name() string { return "broken" }

func (b *brokenTier) Get(context.Context, string) (*cache.Entry, error) {
	b.calls.Add(1)
	return nil, errTier
}

func (b *brokenTier) Set(context.Context, *cache.Entry) error {
	b.calls.Add(1)
	return errTier
}

func (b *brokenTier) Delete(context.Context, string) error { return errTier }

// noSuspects forgets what ended the renderer, for tests that end it again.
type noSuspects struct{}

func (noSuspects) Check(string, string) error     { return nil }
func (noSuspects) Rendered(string, string, error) {}

// loopback is where tests ask from.
var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}

// answer has all plans come to files of a format, unless none.
func (f *fakeRenderer) answer(format transform.Format) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.format = format
}
