package uploader

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"lightwell/origin/library"

	tusd "github.com/tus/tusd/v2/pkg/handler"
	"golang.org/x/exp/slog"
)

// Resumable uploads come in parts, after the tus protocol 1.0 (https://tus.io/protocols/resumable-upload)
// with its extensions creation, creation-with-upload, termination and expiration. tusd has the
// protocol; the parts are objects of the store, so that any uploader of a fleet may take over. When all
// have come they are joined, and it goes on as with a presigned upload that is completed.

// resumablePath is where they are served.
const resumablePath = "/upload/resumable/"

// Locks lets one request at a time have an upload that comes in parts.
type Locks interface {
	// Lock waits for the upload as long as ctx lasts. asked is called, perhaps more than once, when
	// another waits for it, too, or when it is not the caller's any more.
	Lock(ctx context.Context, id string, asked func()) (unlock func(), err error)
}

// lockWait is how long a request waits for one that has the upload.
const lockWait = 15 * time.Second

// resumable serves the uploads that come in parts.
type resumable struct {
	u       *Uploader
	handler *tusd.UnroutedHandler
}

func newResumable(u *Uploader) (*resumable, error) {
	composer := tusd.NewStoreComposer()
	parts := partStore{u}
	composer.UseCore(parts)
	composer.UseTerminater(parts)
	composer.UseLocker(partLocker{u.Locks})
	h, err := tusd.NewUnroutedHandler(tusd.Config{
		StoreComposer: composer, BasePath: u.UploadURL + resumablePath, MaxSize: u.MaxBytes,
		RespectForwardedHeaders: true, // of which common has made its own
		Cors:                    &tusd.CorsConfig{Disable: true},
		AcquireLockTimeout:      lockWait,
		Logger:                  slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	return &resumable{u, h}, err
}

// routes are what is served. A POST to an upload may stand for another method.
func (p *resumable) routes() map[string]map[string]route {
	begin, upload := p.do(p.handler.PostFile), p.do(p.byMethod)
	options := route{Public, p.do(nil)}
	all := map[string]route{http.MethodPost: {ScopeUpload, p.u.bounded(begin)}, http.MethodOptions: options}
	return map[string]map[string]route{
		resumablePath + "{$}":                  all,
		strings.TrimSuffix(resumablePath, "/"): all,
		resumablePath + "{id}": {
			http.MethodHead: {ScopeUpload, upload}, http.MethodDelete: {ScopeUpload, upload},
			http.MethodPatch: {ScopeUpload, p.u.bounded(upload)}, http.MethodPost: {ScopeUpload, p.u.bounded(upload)},
			http.MethodOptions: options,
		},
	}
}

// byMethod serves what an upload's URL is asked for, once tusd has looked at X-HTTP-Method-Override.
func (p *resumable) byMethod(w http.ResponseWriter, r *http.Request) {
	serve := map[string]http.HandlerFunc{
		http.MethodHead: p.handler.HeadFile, http.MethodPatch: p.handler.PatchFile, http.MethodDelete: p.handler.DelFile,
	}[r.Method]
	if serve == nil {
		http.Error(w, "POST is not served at this path.", http.StatusMethodNotAllowed)
		return
	}
	if t, ok := w.(*tusWriter); ok {
		t.terminates = r.Method == http.MethodDelete
	}
	serve(w, r)
}

// do has tusd serve something, and makes an error of what it would say that is none of its protocol.
func (p *resumable) do(serve http.HandlerFunc) handler {
	within := p.handler.Middleware(serve)
	return func(w http.ResponseWriter, r *http.Request) error {
		id := r.PathValue("id")
		if id != "" && !library.ValidID(id) {
			return noUpload(id)
		}
		base := uploadBase(r, p.u.UploadURL)
		answered := &tusWriter{ResponseWriter: w}
		r = r.Clone(context.WithValue(r.Context(), tusKey{}, answered))
		r.URL.Path = id
		proto, host, _ := strings.Cut(base, "://")
		r.Header.Del("Forwarded")
		r.Header.Set("X-Forwarded-Proto", proto)
		r.Header.Set("X-Forwarded-Host", host)
		answered.body = &watchedBody{ReadCloser: r.Body}
		r.Body = answered.body
		within.ServeHTTP(answered, r)
		err := answered.failure()
		if err != nil && id == "" {
			p.forget(r.Context(), w.Header().Get(imageIDHeader))
		}
		return err
	}
}

// forget takes away an upload whose creation was refused: nobody was told where it is.
func (p *resumable) forget(ctx context.Context, id string) {
	if id == "" {
		return
	}
	if known, err := p.u.known(ctx, id); !known && err == nil {
		p.u.abandon(context.WithoutCancel(ctx), id)
	}
}

type tusKey struct{}

// failed keeps an error for the answer: tusd would put its text into one of its own.
func failed(ctx context.Context, err error) error {
	if w, ok := ctx.Value(tusKey{}).(*tusWriter); ok && err != nil {
		w.err = err
	}
	return err
}

// describe has the answer tell which image an upload is to be, and when it expires.
func describe(ctx context.Context, id string, in incoming) {
	if w, ok := ctx.Value(tusKey{}).(*tusWriter); ok {
		w.Header().Set(imageIDHeader, id)
		if !in.Expires.IsZero() {
			w.Header().Set("Upload-Expires", in.Expires.UTC().Format(http.TimeFormat))
		}
	}
}

// imageIDHeader has the id of the image that an upload is to be.
const imageIDHeader = "X-Image-Id"
