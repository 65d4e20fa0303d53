// Package origin is the pull side: a URL comes in, a rendition goes out.
//
// The handler reads the URL into an asset and a recipe and knows HTTP; the
// Service makes renditions, each at most once at a time, remembers them, and
// knows nothing of HTTP. Between them is the key, which names a rendition for
// the cache, the flight and the ETag alike.
package origin

import (
	"context"
	"os"

	"lightwell/cache"
	"lightwell/origin/library"
	"lightwell/transform"
)

// Renderer makes renditions. Errors wrap those of package transform.
type Renderer interface {
	// Render carries a plan out on files, which stay the caller's: the image, and
	// where the plan has a mark the mark's. ctx bounds the waiting for a turn.
	Render(ctx context.Context, files []*os.File, plan transform.Plan) (transform.Rendition, error)
	// Search looks for something in a source of the given kind, which stays the
	// caller's. ctx is as Render's.
	Search(ctx context.Context, src *os.File, s transform.Source, search transform.Search, limits transform.Limits) (transform.Found, error)
	// Levels makes the levels of a source, which stays the caller's. ctx is as Render's.
	Levels(ctx context.Context, src *os.File, limits transform.Limits) ([]transform.LevelFile, error)
}

// Suspects remembers what has ended the processes that render.
type Suspects interface {
	// Check refuses with an error that wraps transform.ErrSuspect.
	Check(hash, key string) error
	// Rendered takes note of how a rendition went; err may be nil.
	Rendered(hash, key string, err error)
}

// Library knows the assets and has their originals.
type Library interface {
	// Asset is what is known of an id; the error wraps fs.ErrNotExist,
	// library.ErrDeleted or library.ErrUnavailable.
	Asset(ctx context.Context, id string) (library.Asset, error)
	// Held is what Asset has in memory of an asset that there is, nil where it has to ask somebody, or would do so
	// beforehand. It is the same pointer for as long as nothing changes; nobody changes what it points to.
	Held(id string) *library.Asset
	// Open opens an asset's original at its beginning; the caller closes it. The error
	// wraps library.ErrUnavailable or store.ErrArchived.
	Open(ctx context.Context, a library.Asset) (*os.File, error)
	// OpenLevel opens a level as Open does the original. The error wraps library.ErrNoLevel or
	// library.ErrUnavailable; PutLevels keeps levels that were not there, and AddLevels those that the asset did
	// not have.
	OpenLevel(ctx context.Context, a library.Asset, level transform.Level) (*os.File, error)
	PutLevels(ctx context.Context, a library.Asset, levels []transform.LevelFile) error
	AddLevels(ctx context.Context, a library.Asset, levels []transform.LevelFile) error
	// Preset is the preset of a name; the error wraps fs.ErrNotExist or
	// library.ErrUnavailable.
	Preset(ctx context.Context, name string) (library.Preset, error)
	// Mark is the asset that a name stands for; the error is as Preset's.
	Mark(ctx context.Context, name string) (library.Mark, error)
}

// Cache remembers renditions, in tiers.
type Cache interface {
	// Lookup finds an entry and says which tier had it; a miss is cache.ErrMiss.
	Lookup(ctx context.Context, key string) (e *cache.Entry, tier string, err error)
	// Near is Lookup where that costs nothing: in the nearest tier.
	Near(ctx context.Context, key string) (e *cache.Entry, tier string, err error)
	Set(ctx context.Context, e *cache.Entry) error
	// Settled waits until what was set under a key is where others find it who share the cache, or
	// was given up.
	Settled(ctx context.Context, key string) error
}

// Fleet gives the making of a rendition to one process of many.
type Fleet interface {
	// Acquire gives the caller the only right to make what a key names, until it calls release. The
	// error wraps cache.ErrHeld when another has it; any other means that the caller goes on alone.
	Acquire(ctx context.Context, key string) (release func(context.Context) error, err error)
}
