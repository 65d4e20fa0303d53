// Package uploader is the push side: images come in, are checked and kept.
//
// The bytes of an upload stream to a temporary file, hashed and counted as they
// come; their first bytes say what they are; a child process decodes all of
// them; then the library keeps them, and only then is the upload answered with
// success. Whatever is refused leaves nothing behind: the temporary file has no
// name to begin with.
//
// Beside that it has renditions made ahead of their being asked for, and keeps
// presets and marks: recipes and assets with names.
package uploader

import (
	"context"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"lightwell/origin/library"
	"lightwell/transform"
)

// Inspector decodes files where that is safe.
type Inspector interface {
	// Inspect decodes the whole of src, which stays the caller's, and says what
	// it is. ctx bounds the waiting for a turn. Errors wrap those of package
	// transform.
	Inspect(ctx context.Context, src *os.File, limits transform.Limits) (transform.Source, error)
}

// Suspects remembers what has ended the processes that inspect.
type Suspects interface {
	// Check refuses with an error that wraps transform.ErrSuspect. The key of a
	// rendition is empty here.
	Check(hash, key string) error
	// Inspected takes note of how an inspection went; err may be nil.
	Inspected(hash string, err error)
}

// Library keeps assets.
type Library interface {
	// Add keeps the bytes of file as asset a, durably.
	Add(ctx context.Context, file *os.File, a library.Asset) (library.Asset, error)
	// Asset is what is known of an id.
	Asset(ctx context.Context, id string) (library.Asset, error)
	// Delete makes an asset a tombstone.
	Delete(ctx context.Context, id string) error
	// List finds assets, newest first.
	List(ctx context.Context, q library.Query) (library.Page, error)
}

// Presets keeps recipes by name.
type Presets interface {
	// Preset finds one; the error wraps fs.ErrNotExist or library.ErrUnavailable.
	Preset(ctx context.Context, name string) (library.Preset, error)
	// SetPreset keeps one, durably, and tells whether it took another's place.
	SetPreset(ctx context.Context, p library.Preset) (replaced bool, err error)
	// DeletePreset forgets one; the error is as Preset's.
	DeletePreset(ctx context.Context, name string) error
	// Presets lists at most limit of those after a name; next is empty on the last page.
	Presets(ctx context.Context, after string, limit int) (presets []library.Preset, next string, err error)
}

// Marks keeps names of assets, as Presets keeps those of recipes.
type Marks interface {
	Mark(ctx context.Context, name string) (library.Mark, error)
	SetMark(ctx context.Context, m library.Mark) (replaced bool, err error)
	DeleteMark(ctx context.Context, name string) error
	Marks(ctx context.Context, after string, limit int) (marks []library.Mark, next string, err error)
}

// Uploader is the push side's HTTP.
type Uploader struct {
	Library   Library
	Presets   Presets
	Marks     Marks
	Inspector Inspector
	Suspects  Suspects
	// TempFile makes an empty file that vanishes when it is closed.
	TempFile func() (*os.File, error)
	// Formats are those that are accepted.
	Formats map[transform.Format]bool
	Limits  transform.Limits
	// MaxBytes is the most that one image may have.
	MaxBytes int64
	// BodyTimeout is how long a request's body may come slower than MinRate, in
	// bytes a second. With a rate of 0 any byte will do.
	BodyTimeout time.Duration
	MinRate     int64
	// MaxUploads is how many uploads and renditions of /process may be under way,
	// each upload with a temporary file of up to MaxBytes. 0 for no such bound.
	MaxUploads int
	// Prepare makes the rendition of a request, so that a GET of it is a hit. It
	// bounds its own time; errors wrap those of package transform.
	Prepare func(ctx context.Context, a library.Asset, req transform.Request) error
	// SyncWait is how long an answer waits for that before it says 202.
	SyncWait time.Duration
	// BaseURL is where images are served, without a final slash.
	BaseURL string
	Metrics *Metrics
	Log     *slog.Logger

	underWay   atomic.Int64 // uploads and processings
	processing sync.WaitGroup
	slow       processings
}

// Wait returns when nothing is processed any more.
func (u *Uploader) Wait() { u.processing.Wait() }

// Handler serves the push side's paths.
func (u *Uploader) Handler() http.Handler {
	routes := map[string]map[string]handler{
		"/upload":         {http.MethodPost: u.upload},
		"/status/{id}":    {http.MethodGet: u.status},
		"/image/{id}":     {http.MethodDelete: u.remove},
		"/images":         {http.MethodGet: u.list},
		"/process":        {http.MethodPost: u.process},
		"/presets":        {http.MethodGet: u.listPresets},
		"/presets/{name}": {http.MethodGet: u.preset, http.MethodDelete: u.removePreset},
		"/marks":          {http.MethodGet: u.listMarks},
		"/marks/{name}":   {http.MethodGet: u.mark, http.MethodPut: u.setMark, http.MethodDelete: u.removeMark},
	}
	mux := http.NewServeMux()
	for path, methods := range routes {
		mux.Handle(path, u.serve(methods))
	}
	mux.Handle("/", u.serve(nil))
	return u.common(u.paced(mux))
}
