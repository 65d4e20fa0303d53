package uploader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"time"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
	"lightwell/uploader/queue"

	tusd "github.com/tus/tusd/v2/pkg/handler"
)

const (
	// partBytes is the most bytes of a part.
	partBytes = 16 << 20
	// maxParts is the most parts of an upload: each is an object, and all are listed with each request.
	maxParts = 10_000
)

// partTime is how long a part is waited for that comes slowly: what has come by then is kept, and is not lost with this
// process, or with the rest. Tests shorten it.
var partTime = 5 * time.Second

// partStore keeps uploads that come in parts.
type partStore struct{ u *Uploader }

// NewUpload implements tusd.DataStore.
func (s partStore) NewUpload(ctx context.Context, info tusd.FileInfo) (tusd.Upload, error) {
	token := tokenName(ctx)
	opts, err := metadataOptions(info.MetaData)
	if err == nil && info.Size == 0 {
		err = bad("Upload-Length", "The upload is empty.")
	}
	if err == nil {
		err = s.u.Quota.allowance(token, "").fits(ctx, info.Size)
	}
	if err != nil {
		return nil, failed(ctx, err)
	}
	p := &partial{u: s.u, id: library.NewID(), in: incomingOf(opts, token), size: info.Size}
	p.in.Bytes, p.in.Parts, p.in.Expires = info.Size, true, time.Now().Add(s.u.PartsLife).UTC().Truncate(time.Second)
	describe(ctx, p.id, p.in)
	return p, failed(ctx, s.u.begin(ctx, p.id, p.in))
}

// GetUpload implements tusd.DataStore. An upload whose last part came without being promised is promised
// now: a client that sees that all its bytes are here believes that it is done.
func (s partStore) GetUpload(ctx context.Context, id string) (tusd.Upload, error) {
	p := &partial{u: s.u, id: id}
	in, err := s.u.begun(ctx, id)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, failed(ctx, p.recall(ctx))
	case err == nil && !in.Parts:
		err = noUpload(id)
	}
	if err != nil {
		return nil, failed(ctx, err)
	}
	p.in, p.size = in, in.Bytes
	describe(ctx, id, in)
	if p.parts, err = s.u.Incoming.Parts(ctx, id); err != nil {
		return nil, failed(ctx, err)
	}
	if n := len(p.parts); n > 0 {
		p.offset = p.parts[n-1].Offset + p.parts[n-1].Bytes
	} else if known, err := s.u.known(ctx, id); known || err != nil { // an image, whose upload is being forgotten
		p.offset = p.size
		return p, failed(ctx, err)
	}
	switch {
	case terminates(ctx): // whatever there is
		return p, nil
	case p.offset >= p.size:
		return p, p.FinishUpload(ctx)
	case !time.Now().Before(in.Expires):
		s.u.abandon(ctx, id)
		return nil, failed(ctx, problem.New(http.StatusGone, "The upload has expired."))
	case len(p.parts) >= maxParts:
		return nil, failed(ctx, problem.New(http.StatusBadRequest, fmt.Sprintf("The upload has come in %d parts, and may not have more: begin again, with larger ones.", maxParts)))
	}
	return p, nil
}

// AsTerminatableUpload implements tusd.TerminaterDataStore.
func (s partStore) AsTerminatableUpload(upload tusd.Upload) tusd.TerminatableUpload {
	return upload.(*partial)
}

// partial is an upload that comes in parts. A request has it for itself.
type partial struct {
	u      *Uploader
	id     string
	in     incoming
	size   int64 // bytes in all
	offset int64 // that have come
	parts  []library.Part
	broken bool // the request's body
}

// recall is for an upload of which there is no record any more: it may be an image by now.
func (p *partial) recall(ctx context.Context) error {
	j, items, err := p.u.Queue.Get(ctx, p.id, 0, 1)
	if errors.Is(err, queue.ErrNotFound) || err == nil && (j.ID != p.id || len(items) != 1) {
		return noUpload(p.id)
	}
	if err != nil {
		return err
	}
	t, err := taskOf(items[0])
	if err == nil && !t.Direct {
		err = noUpload(p.id)
	}
	p.size, p.offset = t.Bytes, t.Bytes
	describe(ctx, p.id, p.in)
	return err
}

// GetInfo implements tusd.Upload.
func (p *partial) GetInfo(context.Context) (tusd.FileInfo, error) {
	return tusd.FileInfo{ID: p.id, Size: p.size, Offset: p.offset}, nil
}

// GetReader implements tusd.Upload; nobody is shown an upload here.
func (p *partial) GetReader(context.Context) (io.ReadCloser, error) {
	return nil, tusd.ErrNotImplemented
}

// WriteChunk implements tusd.Upload: it keeps what comes, a part at a time.
func (p *partial) WriteChunk(ctx context.Context, offset int64, src io.Reader) (n int64, err error) {
	began, body := offset, newStream(src)
	defer func() {
		body.end(func() { interrupt(ctx) })
		p.sound(ctx, p.size-began)
	}()
	for more := true; more; offset += n {
		if n, more, err = p.keepPart(ctx, offset, body); err != nil {
			return offset - began, failed(ctx, err)
		}
	}
	return offset - began, nil
}

// sound looks whether a body that should have so many bytes at most ended as it should. What has more than was
// announced is none of what was, and goes; and nothing is promised in a request that was broken off.
func (p *partial) sound(ctx context.Context, most int64) {
	n, err := bodyOf(ctx)
	if p.broken = n > most || err != nil; n > most {
		p.u.abandon(context.WithoutCancel(ctx), p.id)
	}
}

// keepPart keeps one part of what comes, and tells whether more may come.
func (p *partial) keepPart(ctx context.Context, offset int64, body *stream) (n int64, more bool, err error) {
	file, err := p.u.TempFile()
	if err != nil {
		return 0, false, full(err)
	}
	defer file.Close()
	n, more, err = body.fill(file)
	if err != nil || n == 0 {
		return 0, more, err
	}
	if offset == 0 {
		if err := p.looksRight(file, n); err != nil {
			p.u.abandon(ctx, p.id)
			return 0, false, err
		}
	}
	if err := p.u.Incoming.BringPart(ctx, p.id, offset, file, n); err != nil {
		return 0, false, err
	}
	p.parts = append(p.parts, library.Part{Offset: offset, Bytes: n})
	return n, more, nil
}

// looksRight refuses an upload whose first part can be seen not to be the beginning of an image.
func (p *partial) looksRight(file *os.File, n int64) error {
	if n < transform.SniffLen && n < p.size {
		return nil // a worker sees it later
	}
	format, err := formatOf(file)
	if err != nil {
		return err
	}
	return p.u.acceptable(&received{bytes: n, format: format})
}

// FinishUpload implements tusd.Upload: it promises what has come whole, once.
func (p *partial) FinishUpload(ctx context.Context) error {
	if p.broken {
		return errBroken
	}
	known, err := p.u.known(ctx, p.id)
	if known {
		return nil
	}
	if err == nil {
		err = p.finish(ctx)
	}
	if err == nil {
		p.u.audit(ctx).Info("upload accepted", "job", p.id, "bulk", false)
	}
	p.u.Metrics.uploaded(err)
	return failed(ctx, err)
}

// errBroken is why an upload is not finished by a request that is refused for its body.
var errBroken = errors.New("the body is not as it should be")

// joinTime is how long joining the parts of an upload may take.
const joinTime = 15 * time.Minute

// finish goes on though the client leaves, or asks again: it would have to begin anew each time.
func (p *partial) finish(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), joinTime)
	defer cancel()
	n, err := p.u.Incoming.Brought(ctx, p.id)
	if errors.Is(err, fs.ErrNotExist) || err == nil && n != p.size {
		err = p.u.Incoming.Join(ctx, p.id, p.parts, p.size)
	}
	if err != nil {
		return err
	}
	return p.u.takeUp(ctx, p.id, p.in)
}

// Terminate implements tusd.TerminatableUpload.
func (p *partial) Terminate(ctx context.Context) error {
	known, err := p.u.known(ctx, p.id)
	if known {
		err = problem.New(http.StatusConflict, "The upload is done: it is an image, or will be one.")
	}
	if err == nil {
		err = p.u.Incoming.Abandon(ctx, p.id)
	}
	return failed(ctx, err)
}

// abandon forgets an upload. What it cannot, the sweep does.
func (u *Uploader) abandon(ctx context.Context, id string) {
	if err := u.Incoming.Abandon(ctx, id); err != nil {
		u.Log.Warn("an upload is left to the sweep", "upload", id, "error", err)
	}
}
