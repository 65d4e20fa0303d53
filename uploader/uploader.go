// Package uploader is the push side: images come in, are checked and kept.
//
// The bytes of an upload stream to a temporary file without a name, hashed and counted
// as they come; their first bytes say what they are. Then they are put, whole, where
// every worker finds them, and an item of work goes into the queue: only then is the
// upload promised. A worker has a child process decode all of them, makes them an
// asset, and prepares the renditions that were asked for. One image and ten thousand
// take the same path: who sends one is answered when its item has ended, if that does
// not take long. Whatever is refused leaves nothing behind.
//
// An [intake] takes in the body of a request, a [Worker] does what is in the queue,
// [ImageWork] is how.
//
// An upload may also come straight into the store, by a request that was signed before, or in
// parts, after the tus protocol. It lies there as [Incoming] until it is whole and taken up;
// from then on it goes the same way, but that a worker is the first to see its bytes.
//
// Beside that it has renditions made ahead of their being asked for, and keeps
// presets and marks: recipes and assets with names.
package uploader

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/tracing"
	"lightwell/transform"
	"lightwell/uploader/queue"
)

// Inspector decodes files where that is safe.
type Inspector interface {
	// Inspect decodes the whole of src, which stays the caller's, says what
	// it is and makes its levels. ctx bounds the waiting for a turn. Errors wrap those of package
	// transform.
	Inspect(ctx context.Context, src *os.File, limits transform.Limits) (transform.Inspection, error)
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
	// Stage keeps the bytes of file as those of an asset that Add will publish, and its levels.
	Stage(ctx context.Context, file *os.File, a library.Asset, levels ...transform.LevelFile) (library.Asset, error)
	// Bury makes an id that is no asset yet a tombstone.
	Bury(ctx context.Context, id string) error
	// Add keeps the bytes of file as asset a, durably, and its levels.
	Add(ctx context.Context, file *os.File, a library.Asset, levels ...transform.LevelFile) (library.Asset, error)
	// Asset is what is known of an id.
	Asset(ctx context.Context, id string) (library.Asset, error)
	// Delete makes an asset a tombstone, and Purge gives it a new generation.
	Delete(ctx context.Context, id string) error
	Purge(ctx context.Context, id string) error
	// Tagged calls do for the assets of a tag, several at once.
	Tagged(ctx context.Context, tag string, do func(ctx context.Context, id string) error) error
	// Undo takes away what an Add has left that failed.
	Undo(ctx context.Context, a library.Asset) error
	// Accept keeps bytes that are promised an id, Accepted opens them, Discard forgets them.
	Accept(ctx context.Context, id string, file *os.File, bytes int64) error
	Accepted(ctx context.Context, id string) (*os.File, error)
	Discard(ctx context.Context, id string) error
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

// Queue keeps what is to be done, durably.
type Queue interface {
	queue.Queue
	queue.Watcher
}

// Uploader is the push side's HTTP.
type Uploader struct {
	Library  Library
	Incoming Incoming
	Presets  Presets
	Marks    Marks
	Queue    Queue
	Gate
	// Presigner signs requests that bring images into the store; nil where it cannot, and they come
	// here. Each is good for PresignLife, in whole seconds.
	Presigner   store.Presigner
	PresignLife time.Duration
	// Locks are those of uploads that come in parts, which must be whole within PartsLife.
	Locks     Locks
	PartsLife time.Duration
	// UploadURL is where this is reached from outside, without a final slash; empty for where a
	// request says that it was made to.
	UploadURL string
	// Access says who is let in, and how often; Quota how much a token may bring.
	Access Access
	Quota  Quota
	// Origins are those whose pages may speak to this door; * is every one.
	Origins []string
	// CDN is told of purges and deletes; nil for none.
	CDN CDN
	// BulkItems and BulkBytes are the most images, and bytes of them all, in one upload.
	BulkItems int
	BulkBytes int64
	// BodyTimeout is how long a request's body may come slower than MinRate, in
	// bytes a second. With a rate of 0 any byte will do.
	BodyTimeout time.Duration
	MinRate     int64
	// MaxUploads is how many requests with uploads and to /process may be under way, each
	// upload with a temporary file of up to MaxBytes, or BulkBytes of an archive. 0 for no
	// such bound.
	MaxUploads int
	// SyncWait is how long an answer waits for an upload's image, or for a rendition,
	// before it says 202.
	SyncWait time.Duration
	// Ending is closed when those who follow a job are to go; nil for never.
	Ending <-chan struct{}
	// BaseURL is where images are served, without a final slash, and Sign signs what
	// comes after it: the query of an image, as it is to be sent. Nil for no signatures.
	BaseURL string
	Sign    func(id, query string) string
	Metrics *Metrics
	// Tracer says which requests are traced; nil for none.
	Tracer *tracing.Tracer
	// Audit is told what is changed, and by whom; nil for Log.
	Audit *slog.Logger
	Log   *slog.Logger

	underWay atomic.Int64 // requests that take room
}

// Handler serves the push side's paths.
func (u *Uploader) Handler() (http.Handler, error) {
	parts, err := newResumable(u)
	if err != nil {
		return nil, fmt.Errorf("resumable uploads: %w", err)
	}
	guard := newGuard(u.Access, u.Metrics.turnedAway)
	// Two, for what is below /upload/resumable/ could also be below /upload/{id}/.
	routes := u.routes()
	maps.Copy(routes, pageRoutes())
	all, resumable := u.mux(guard, routes), u.mux(guard, parts.routes())
	return u.traced(u.common(u.cors(u.paced(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path+"/", resumablePath) {
			resumable.ServeHTTP(w, r)
		} else {
			all.ServeHTTP(w, r)
		}
	}))))), nil
}

func (u *Uploader) mux(guard *guard, routes map[string]map[string]route) *http.ServeMux {
	mux := http.NewServeMux()
	for path, methods := range routes {
		mux.Handle(path, u.serve(guard, methods))
	}
	mux.Handle("/", u.serve(guard, nil))
	return mux
}

// route is what is done at a path by a method, and who may have it done.
type route struct {
	needs Scope
	do    handler
}

// routes are all of them. What has a signature needs no token. A status needs none, either: its id is 128 random bits that only
// whoever uploaded was told, and a browser's EventSource and WebSocket cannot send one.
func (u *Uploader) routes() map[string]map[string]route {
	return map[string]map[string]route{
		"/upload":               {http.MethodPost: {ScopeUpload, u.counted(u.upload)}},
		"/upload/presign":       {http.MethodPost: {ScopeUpload, u.presign}},
		"/upload/{id}/complete": {http.MethodPost: {Signed, u.counted(u.onUpload(u.complete))}},
		"/upload/{id}/content":  {http.MethodPut: {Public, u.bounded(u.onUpload(u.content))}, http.MethodPost: {Public, u.bounded(u.onUpload(u.content))}},
		"/status/{id}":          {http.MethodGet: {Public, u.status}, http.MethodDelete: {ScopeUpload, u.cancel}},
		"/image/{id}":           {http.MethodDelete: {ScopeDelete, u.remove}},
		"/images":               {http.MethodGet: {AnyToken, u.list}, http.MethodDelete: {ScopeDelete, u.removeTagged}},
		"/purge":                {http.MethodPost: {ScopePurge, u.purge}},
		"/process":              {http.MethodPost: {ScopeProcess, u.process}},
		"/presets":              {http.MethodGet: {AnyToken, u.listPresets}},
		"/presets/{name}": {
			http.MethodGet:    {AnyToken, u.preset},
			http.MethodDelete: {ScopeProcess, u.removePreset},
		},
		"/marks": {http.MethodGet: {AnyToken, u.listMarks}},
		"/marks/{name}": {
			http.MethodGet:    {AnyToken, u.mark},
			http.MethodPut:    {ScopeProcess, u.setMark},
			http.MethodDelete: {ScopeProcess, u.removeMark},
		},
	}
}
