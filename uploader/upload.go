package uploader

import (
	"context"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"strings"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// Completed is the answer to an upload that is done, and what is said of an image
// wherever one is described. Sizes are pixels as shown, upright.
type Completed struct {
	Status  string           `json:"status"`
	ImageID string           `json:"imageId"`
	URL     string           `json:"url"`
	Width   int              `json:"width"`
	Height  int              `json:"height"`
	Format  transform.Format `json:"format"`
	Bytes   int64            `json:"bytes"`
	Name    string           `json:"name,omitempty"`
	Tags    []string         `json:"tags,omitempty"`
	Created time.Time        `json:"created"`
}

func (u *Uploader) imageURL(id string) string { return u.BaseURL + "/image/" + id }

func (u *Uploader) completed(a library.Asset) Completed {
	size := a.Source.Upright()
	return Completed{
		Status: "completed", ImageID: a.ID, URL: u.imageURL(a.ID),
		Width: size.Width, Height: size.Height, Format: a.Source.Format, Bytes: a.Bytes,
		Name: a.Name, Tags: a.Tags, Created: a.Created,
	}
}

// errPanic is the result of an upload that has none.
var errPanic = errors.New("panic")

// upload is POST /upload, counted and bounded.
func (u *Uploader) upload(w http.ResponseWriter, r *http.Request) error {
	result := errPanic
	defer func() { u.Metrics.uploaded(result) }()
	if result = u.enter(w); result == nil {
		defer u.leave()
		result = errPanic
		result = u.take(w, r)
	}
	return result
}

// enter counts work that takes room, or refuses it: whoever is let in leaves.
func (u *Uploader) enter(w http.ResponseWriter) error {
	if n := u.underWay.Add(1); u.MaxUploads == 0 || n <= int64(u.MaxUploads) {
		return nil
	}
	u.leave()
	w.Header().Set("Connection", "close")
	p := problem.New(http.StatusServiceUnavailable, "Too many uploads are under way at the moment.")
	p.RetryAfter = 1
	return p
}

func (u *Uploader) leave() { u.underWay.Add(-1) }

// take takes one upload: how depends on what it gets.
func (u *Uploader) take(w http.ResponseWriter, r *http.Request) error {
	got, err := u.receive(w, r)
	if err != nil {
		w.Header().Set("Connection", "close") // the rest of the body is not worth reading
		return err
	}
	defer got.file.Close()
	a, err := u.keep(r.Context(), got)
	if err != nil {
		return err
	}
	u.Log.Info("image stored", "asset", a.ID, "format", a.Source.Format.String(), "bytes", a.Bytes,
		"width", a.Source.Width, "height", a.Source.Height)
	return answer(w, http.StatusOK, u.completed(a))
}

// receive reads the request's one image to a file, by the kind of its body.
func (u *Uploader) receive(w http.ResponseWriter, r *http.Request) (*received, error) {
	if r.Header.Get("Idempotency-Key") != "" {
		return nil, bad("Idempotency-Key", "Idempotency keys are not built yet in this version of Lightwell.")
	}
	opts, err := queryOptions(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	kind := r.Header.Get("Content-Type")
	mediaType, _, err := mime.ParseMediaType(kind)
	if err != nil && kind != "" {
		return nil, problem.New(http.StatusBadRequest, "The Content-Type is malformed.")
	}
	switch {
	case kind == "" || mediaType == "application/octet-stream" || strings.HasPrefix(mediaType, "image/"):
		return u.receiveRaw(w, r, opts)
	case mediaType == "multipart/form-data":
		return u.receiveForm(r, opts)
	}
	switch mediaType {
	case "application/json", "application/x-ndjson", "application/zip", "application/x-tar", "application/gzip":
		return nil, problem.New(http.StatusUnsupportedMediaType,
			mediaType+" bodies are not built yet in this version of Lightwell: send one image, or multipart/form-data with one file.")
	}
	return nil, problem.New(http.StatusUnsupportedMediaType,
		mediaType+" is not taken: send the image's bytes as image/* or application/octet-stream, or multipart/form-data with one file.")
}

// keep checks what was received and makes an asset of it.
func (u *Uploader) keep(ctx context.Context, got *received) (library.Asset, error) {
	if got.bytes == 0 {
		return library.Asset{}, bad("file", "The upload is empty.")
	}
	if !u.Formats[got.format] {
		if got.format == transform.NoFormat {
			return library.Asset{}, problem.New(http.StatusUnsupportedMediaType, "This is not an image: its first bytes are those of no format that is known here.")
		}
		return library.Asset{}, problem.New(http.StatusUnsupportedMediaType, strings.ToUpper(got.format.String())+" images are not accepted here.")
	}
	if err := u.Suspects.Check(got.hash, ""); err != nil {
		return library.Asset{}, err
	}
	source, err := u.Inspector.Inspect(ctx, got.file, u.Limits)
	u.Suspects.Inspected(got.hash, err)
	if err != nil {
		return library.Asset{}, inspectionFailed(err)
	}
	// From here on it is kept, whether the client still listens or not.
	a, err := u.Library.Add(context.WithoutCancel(ctx), got.file, library.Asset{
		ID: library.NewID(), Original: got.hash, Bytes: got.bytes, Source: source,
		Name: got.opts.name, Tags: got.opts.tags, Created: time.Now(),
	})
	if err != nil { // a store without room says so itself
		return a, fmt.Errorf("%w: %w", library.ErrUnavailable, err)
	}
	return a, nil
}

// inspectionFailed makes the file's fault a 422. That includes what ended the
// child: other files go through it.
func inspectionFailed(err error) error {
	detail := ""
	switch {
	case errors.Is(err, transform.ErrLimit), errors.Is(err, transform.ErrUndecodable):
		detail = problem.From(err).Detail
	case errors.Is(err, transform.ErrDeadline):
		detail = "Decoding this image takes longer than is allowed."
	case errors.Is(err, transform.ErrMemory):
		detail = "Decoding this image takes more memory than is allowed."
	case errors.Is(err, transform.ErrCrash):
		detail = "Decoding this image ended the decoder."
	case errors.Is(err, transform.ErrBusy), errors.Is(err, transform.ErrFormat):
		return err
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%w: %w", problem.New(http.StatusBadRequest, "The client left before the upload was looked at."), err)
	default: // whatever it wraps means something else here
		return fmt.Errorf("inspect an upload: %v", err)
	}
	return fmt.Errorf("%w: %w", problem.New(http.StatusUnprocessableEntity, detail), err)
}
