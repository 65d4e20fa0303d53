package uploader

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/tracing"
	"lightwell/transform"
	"lightwell/uploader/queue"
)

// Completed is the answer to an upload that is done, and what is said of an image
// wherever one is described. Sizes are pixels as shown, upright.
type Completed struct {
	Status     string   `json:"status"`
	ImageID    string   `json:"imageId"`
	URL        string   `json:"url"`
	Renditions []string `json:"renditions,omitempty"` // URLs, where several were asked for
	Facts
}

// Facts are what is known of an image that is there.
type Facts struct {
	Width   int              `json:"width"`
	Height  int              `json:"height"`
	Format  transform.Format `json:"format"`
	Bytes   int64            `json:"bytes"`
	Name    string           `json:"name,omitempty"`
	Tags    []string         `json:"tags,omitempty"`
	Created time.Time        `json:"created"`
	// Placeholder is a ThumbHash in base64, to be shown until the image is there.
	Placeholder string `json:"placeholder,omitempty"`
	// Srcset is for an <img>: the image in several widths, each in the best format that
	// the browser takes.
	Srcset string `json:"srcset,omitempty"`
}

// Queued is the answer to a bulk that has been accepted.
type Queued struct {
	Status  string `json:"status"`
	JobID   string `json:"jobId"`
	Message string `json:"message"`
}

func (u *Uploader) url(id, query string) string { return imageURL(u.BaseURL, u.Sign, id, query) }

// imageURL is the URL of an image, signed where something signs.
func imageURL(base string, sign func(id, query string) string, id, query string) string {
	if sign != nil {
		query = sign(id, query)
	}
	url := base + "/image/" + id
	if query != "" {
		url += "?" + query
	}
	return url
}

func (u *Uploader) completed(a library.Asset) Completed {
	return Completed{Status: "completed", ImageID: a.ID, URL: u.url(a.ID, ""), Facts: u.factsOf(a)}
}

func (u *Uploader) factsOf(a library.Asset) Facts {
	size := a.Source.Upright()
	return Facts{
		Width: size.Width, Height: size.Height, Format: a.Source.Format, Bytes: a.Bytes,
		Name: a.Name, Tags: a.Tags, Created: a.Created,
		Placeholder: a.Placeholder, Srcset: srcset(func(query string) string { return u.url(a.ID, query) }, size.Width),
	}
}

// widths are those of common screens and columns, in pixels.
var widths = []int{320, 640, 960, 1280, 1920, 2560, 3840}

// leastWidth is the least that a URL can ask for, in pixels; of a narrower image it gives that one.
const leastWidth = 2

// srcset offers an image in all of widths that are narrower, and in its own.
func srcset(url func(query string) string, width int) string {
	var set []string
	for _, w := range append(widths[:len(widths):len(widths)], width) {
		if w < width || w == width && width <= widths[len(widths)-1] {
			set = append(set, fmt.Sprintf("%s %dw", url(fmt.Sprintf("w=%d&auto=format", max(leastWidth, w))), w))
		}
	}
	return strings.Join(slices.Compact(set), ", ")
}

// errPanic is the result of an upload that has none.
var errPanic = errors.New("panic")

// counted makes a handler of uploads one whose results are counted, and bounded.
func (u *Uploader) counted(do handler) handler {
	do = u.bounded(do)
	return func(w http.ResponseWriter, r *http.Request) error {
		result := errPanic
		defer func() { u.Metrics.uploaded(result) }()
		result = do(w, r)
		return result
	}
}

// bounded makes a handler of what takes room one of which no more than so many are under way.
func (u *Uploader) bounded(do handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := u.enter(w); err != nil {
			return err
		}
		defer u.leave()
		return do(w, r)
	}
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

// upload is POST /upload: it takes in an upload, promises it, and says how it went where that does not
// take long.
func (u *Uploader) upload(w http.ResponseWriter, r *http.Request) error {
	job, opts, single, err := u.receive(w, r)
	if err != nil {
		w.Header().Set("Connection", "close") // the rest of the body is not worth reading
		return err
	}
	u.audit(r.Context()).Info("upload accepted", "job", job, "bulk", !single)
	if !single {
		return answer(w, http.StatusAccepted, Queued{Status: "processing", JobID: job, Message: "Bulk upload queued, check /status/" + job})
	}
	if opts.async { // the same answer however quick it was
		return answer(w, http.StatusAccepted, processingOf(job, job))
	}
	return u.answerInTime(w, r, job, processingOf(job, job), func(item queue.Item) (any, error) {
		return u.ended(r.Context(), item)
	})
}

// receive takes a request's images in, by the kind of its body, and promises them.
func (u *Uploader) receive(w http.ResponseWriter, r *http.Request) (job string, opts options, single bool, err error) {
	if opts, err = queryOptions(r.URL.RawQuery); err != nil {
		return "", opts, false, err
	}
	if opts.key, err = idempotencyKey(r); err != nil {
		return "", opts, false, err
	}
	opts.key = keyOf(tokenName(r.Context()), opts.key)
	in := &intake{u: u, ctx: r.Context(), opts: &opts, print: sha256.New()}
	in.allowed = u.Quota.allowance(tokenName(r.Context()), opts.key)
	if err := in.allowed.fits(r.Context(), u.least(r)); err != nil {
		dismiss(w)
		return "", opts, false, err
	}
	in.accepting.SetLimit(acceptsAtOnce)
	defer in.abandon()
	if err := u.readTraced(w, r, in); err != nil {
		return "", opts, false, err
	}
	job, err = in.commit()
	return job, opts, !in.bulk, err
}

// idempotencyKey is the key of a request, "" for none.
func idempotencyKey(r *http.Request) (string, error) {
	keys := r.Header.Values("Idempotency-Key")
	if len(keys) == 0 {
		return "", nil
	}
	key := keys[0]
	if len(keys) > 1 || key == "" || len(key) > maxKey || strings.Trim(key, visible) != "" {
		return "", bad("Idempotency-Key", "The header is given once and has 1 to %d characters of ASCII that can be seen.", maxKey)
	}
	return key, nil
}

const maxKey = 255

// visible is the ASCII characters that can be seen.
var visible = func() string {
	var b strings.Builder
	for c := byte(' ' + 1); c < 0x7f; c++ {
		b.WriteByte(c)
	}
	return b.String()
}()

// isImage tells the types of a body that is the bytes of an image.
func isImage(mediaType string) bool {
	return mediaType == "" || mediaType == "application/octet-stream" || strings.HasPrefix(mediaType, "image/")
}

func (u *Uploader) readTraced(w http.ResponseWriter, r *http.Request, in *intake) (err error) {
	_, span := tracing.Start(r.Context(), "receive")
	defer func() {
		span.Number("lightwell.images", int64(in.count))
		span.Number("lightwell.bytes", in.bytes)
		endSpan(span, err)
	}()
	return u.read(w, r, in)
}

// read reads a body to its end.
func (u *Uploader) read(w http.ResponseWriter, r *http.Request, in *intake) error {
	kind := r.Header.Get("Content-Type")
	mediaType, _, err := mime.ParseMediaType(kind)
	if err != nil && kind != "" {
		return problem.New(http.StatusBadRequest, "The Content-Type is malformed.")
	}
	switch {
	case isImage(mediaType):
		if r.ContentLength > u.MaxBytes {
			return u.tooLarge()
		}
		return in.add(arrival{body: http.MaxBytesReader(w, r.Body, u.MaxBytes)})
	case mediaType == "multipart/form-data":
		return u.readForm(r, in)
	}
	switch mediaType {
	case "application/json":
		return u.readJSON(r.Body, in)
	case "application/x-ndjson":
		return u.readLines(r.Body, in)
	case "application/zip":
		return u.readZip(r.Body, in)
	case "application/x-tar":
		return u.readTar(r.Body, in)
	case "application/gzip":
		return u.readGzip(r.Body, in)
	}
	return problem.New(http.StatusUnsupportedMediaType, mediaType+" is not taken: send the image's bytes as image/* or "+
		"application/octet-stream, multipart/form-data, URLs as application/json or application/x-ndjson, or an archive as "+
		"application/zip, application/x-tar or application/gzip.")
}
