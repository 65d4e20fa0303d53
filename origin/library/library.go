// Package library keeps originals and what is known of them, in a store.
//
// The bytes of an upload are an original, named by their SHA-256 and kept once
// however often they come. Each upload is an asset of its own, with a random id
// that tells nothing about the bytes, and a reference to its original. An
// original without references is swept after a grace period.
//
//	assets/{id}.json            metadata, and after a delete a tombstone
//	originals/{hash}            the bytes as uploaded
//	refs/{hash}/{id}            who refers to them
//	index/time, index/tag       markers for listing, newest first
//	sweep/{hash}                a sweep is about to take these bytes
//	presets/{name}.json         recipes with names
//	marks/{name}.json           assets with names, to be laid over others
//	accepted/{id}               bytes that are promised an id and are no asset yet
package library

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"lightwell/origin/store"
	"lightwell/transform"

	lru "github.com/hashicorp/golang-lru/v2"
)

// ErrDeleted is the error for an asset that was there and has been deleted. An
// asset that never was is fs.ErrNotExist.
var ErrDeleted = errors.New("the asset has been deleted")

// ErrUnavailable is wrapped when the store does not answer.
var ErrUnavailable = errors.New("the store does not answer")

// Asset is one upload: what a URL's id stands for.
type Asset struct {
	ID       string           `json:"id"`
	Original string           `json:"original"` // SHA-256 of the bytes, in hex
	Bytes    int64            `json:"bytes"`
	Source   transform.Source `json:"source"`
	// Placeholder is as transform.Inspection has it.
	Placeholder string    `json:"placeholder,omitempty"`
	Name        string    `json:"name,omitempty"` // as uploaded; not clean
	Tags        []string  `json:"tags,omitempty"`
	Created     time.Time `json:"created"`
	Generation  int       `json:"generation"` // raised by a purge
	Deleted     time.Time `json:"deleted,omitzero"`
}

// Config is what a Library needs besides its store. Zero durations mean zero.
type Config struct {
	// Life is how long metadata is trusted that is held in memory, and Entries
	// how many assets' are held, at least 1.
	Life    time.Duration
	Entries int
	// Grace is how old bytes without a reference are before a sweep takes them,
	// and TombstoneLife how long a deleted asset is remembered.
	Grace         time.Duration
	TombstoneLife time.Duration
}

// Library keeps originals and assets. Its methods may be called at once, and by
// several processes on one store.
type Library struct {
	store store.Store
	cfg   Config
	held  *lru.Cache[string, heldAsset]

	presets *shelf[Preset]
	marks   *shelf[Mark]
}

// heldAsset is metadata in memory. A tombstone is held like any other.
type heldAsset struct {
	asset  Asset
	loaded time.Time
}

// New makes a Library over a store, which stays the caller's.
func New(s store.Store, cfg Config) (*Library, error) {
	held, err := lru.New[string, heldAsset](max(cfg.Entries, 1))
	if err != nil {
		return nil, fmt.Errorf("hold metadata: %w", err)
	}
	presets, err := newShelf[Preset](s, "preset", cfg.Life)
	if err != nil {
		return nil, err
	}
	marks, err := newShelf[Mark](s, "mark", cfg.Life)
	if err != nil {
		return nil, err
	}
	return &Library{store: s, cfg: cfg, held: held, presets: presets, marks: marks}, nil
}

// Asset is what is known of an id. The error wraps fs.ErrNotExist or ErrDeleted;
// with a store that does not answer, what is held is returned however old, and
// without that the error wraps ErrUnavailable.
func (l *Library) Asset(ctx context.Context, id string) (Asset, error) {
	if !ValidID(id) {
		return Asset{}, fmt.Errorf("asset %q: %w", id, fs.ErrNotExist)
	}
	h, held := l.held.Get(id)
	if held && time.Since(h.loaded) < l.cfg.Life {
		return h.asset, h.asset.gone()
	}
	a, err := l.load(ctx, id)
	switch {
	case err == nil:
		l.hold(a)
		return a, a.gone()
	case errors.Is(err, fs.ErrNotExist):
		l.held.Remove(id)
		return Asset{}, err
	case held:
		return h.asset, h.asset.gone()
	}
	return Asset{}, unavailable(ctx, err)
}

// unavailable says that the store does not answer, unless nobody waits for it
// any more.
func unavailable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func (a Asset) gone() error {
	if !a.Deleted.IsZero() {
		return fmt.Errorf("asset %s: %w", a.ID, ErrDeleted)
	}
	return nil
}

// hold keeps metadata in memory. What is deleted never comes back: a tombstone gives way
// to nothing that was read before it.
func (l *Library) hold(a Asset) {
	if h, held := l.held.Peek(a.ID); held && !h.asset.Deleted.IsZero() && a.Deleted.IsZero() {
		return
	}
	l.held.Add(a.ID, heldAsset{a, time.Now()})
}

func (l *Library) load(ctx context.Context, id string) (Asset, error) {
	o, err := l.store.Open(ctx, assetName(id))
	if err != nil {
		return Asset{}, fmt.Errorf("load asset %s: %w", id, err)
	}
	defer o.Close()
	var a Asset
	if err := json.NewDecoder(o).Decode(&a); err != nil {
		return Asset{}, fmt.Errorf("load asset %s: %w", id, err)
	}
	return a, nil
}

// Open opens the original of an asset as a file, from its beginning, which the
// caller closes. Where the store does not keep files it is a copy in memory.
func (l *Library) Open(ctx context.Context, a Asset) (*os.File, error) {
	o, err := l.store.Open(ctx, originalName(a.Original))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			// The asset is there: its bytes are late or lost, which is no 404.
			return nil, fmt.Errorf("%w: original of asset %s: %w", ErrUnavailable, a.ID, errors.New("missing"))
		}
		return nil, fmt.Errorf("%w: open original of asset %s: %w", ErrUnavailable, a.ID, err)
	}
	if f, ok := o.File(); ok {
		return f, nil
	}
	defer o.Close()
	f, err := memfile(o)
	if err != nil {
		return nil, fmt.Errorf("%w: read original of asset %s: %w", ErrUnavailable, a.ID, err)
	}
	return f, nil
}

// Probe asks the store for something small: nil when it answers.
func (l *Library) Probe(ctx context.Context) error {
	_, err := l.store.Stat(ctx, "assets/probe.json")
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

func (l *Library) putJSON(ctx context.Context, name string, v any) error {
	encoded, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return l.putBytes(ctx, name, encoded)
}

func rewind(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return err
}
