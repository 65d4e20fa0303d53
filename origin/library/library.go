// Package library keeps originals and what is known of them, in a store.
//
// The bytes of an upload are an original, named by their SHA-256 and kept once
// however often they come. Each upload is an asset of its own, with a random id
// that tells nothing about the bytes, and a reference to its original. An
// original without references is swept after a grace period.
//
//	assets/{id}.json            metadata, and after a delete a tombstone
//	originals/{hash}            the bytes as uploaded
//	levels/{hash}/{level}       reduced copies of them
//	refs/{hash}/{id}            who refers to them
//	index/time, index/tag       markers for listing, newest first
//	sweep/{hash}                a sweep is about to take these bytes
//	presets/{name}.json         recipes with names
//	marks/{name}.json           assets with names, to be laid over others
//	accepted/{id}               bytes that are promised an id and are no asset yet
//	incoming/{id}               uploads that nothing is promised for yet
package library

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"

	"lightwell/origin/store"
	"lightwell/transform"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"
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
	transform.Facts
	Name       string    `json:"name,omitempty"` // as uploaded; not clean
	Tags       []string  `json:"tags,omitempty"`
	Created    time.Time `json:"created"`
	Generation int       `json:"generation"` // raised by a purge
	Deleted    time.Time `json:"deleted,omitzero"`
	// Unsettled is that others than the bytes of its file may be accepted under its id by the time it is added, as
	// long as somebody may take up an upload once more: only the file has those that were looked at.
	Unsettled bool `json:"-"`
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
	// IncomingLife is how long an upload may lie in incoming/ until it is taken up;
	// 0: without end.
	IncomingLife time.Duration
	// LevelKept, unless nil, is told of the bytes of each level that is kept.
	LevelKept func(bytes int64)
	// Shared is where the processes of a fleet share metadata; nil for nowhere.
	Shared Shared
}

// Library keeps originals and assets. Its methods may be called at once, and by
// several processes on one store.
type Library struct {
	store store.Store
	cfg   Config
	held  *lru.Cache[string, heldAsset]

	fetches singleflight.Group
	ahead   sync.WaitGroup // of fetches that nobody waits for
	reading sync.Mutex     // guards what is held and outdated where one depends on what was there
	// outdated has when assets have changed of late.
	outdated *lru.Cache[string, time.Time]
	// refreshing has the ids that are being fetched ahead of time.
	refreshing sync.Map

	presets *shelf[Preset]
	marks   *shelf[Mark]
}

// New makes a Library over a store, which stays the caller's.
func New(s store.Store, cfg Config) (*Library, error) {
	held, err := lru.New[string, heldAsset](max(cfg.Entries, 1))
	if err != nil {
		return nil, fmt.Errorf("hold metadata: %w", err)
	}
	outdated, err := lru.New[string, time.Time](max(cfg.Entries, 1))
	if err != nil {
		return nil, fmt.Errorf("hold metadata: %w", err)
	}
	l := &Library{store: s, cfg: cfg, held: held, outdated: outdated}
	if l.presets, err = newShelf[Preset](s, "preset", cfg.Life, l.tell); err != nil {
		return nil, err
	}
	if l.marks, err = newShelf[Mark](s, "mark", cfg.Life, l.tell); err != nil {
		return nil, err
	}
	return l, nil
}

// unavailable says that the store does not answer, unless nobody waits for it
// any more.
func unavailable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}

// Open opens the original of an asset as a file, from its beginning, which the
// caller closes. Where the store does not keep files it is a copy in memory. The error
// wraps ErrUnavailable, or store.ErrArchived.
func (l *Library) Open(ctx context.Context, a Asset) (*os.File, error) {
	o, err := l.store.Open(ctx, originalName(a.Original))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			// The asset is there: its bytes are late or lost, which is no 404.
			return nil, fmt.Errorf("%w: original of asset %s: %w", ErrUnavailable, a.ID, errors.New("missing"))
		}
		if errors.Is(err, store.ErrArchived) { // which is an answer
			return nil, fmt.Errorf("open original of asset %s: %w", a.ID, err)
		}
		return nil, fmt.Errorf("%w: open original of asset %s: %w", ErrUnavailable, a.ID, err)
	}
	if o.Size != a.Bytes { // cut, or not this one
		o.Close()
		return nil, fmt.Errorf("%w: original of asset %s: %d bytes instead of %d", ErrUnavailable, a.ID, o.Size, a.Bytes)
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

func rewind(f *os.File) error {
	_, err := f.Seek(0, io.SeekStart)
	return err
}
