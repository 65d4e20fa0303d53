package client

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// errNoPieces is a server that takes files in a single request only.
var errNoPieces = errors.New("the server has no resumable uploads")

// maxConflicts is how often in a row the server may say that it has got somewhere else than it
// said before.
const maxConflicts = 5

// inPieces uploads a file after tus 1.0, from where an earlier run has got to.
func (r *run) inPieces(ctx context.Context, s Source, e *entry) (answer, error) {
	m := &meter{run: r, s: s}
	for again := false; ; again = true { // once more where the server has thrown away what it had
		offset, err := r.resume(ctx, m, e)
		if err == nil {
			err = r.pieces(ctx, m, e, offset)
		}
		if err == nil {
			e.State = stateAccepted
			r.Journal.put(*e, false)
			r.Progress.Waiting(s)
			var ans answer
			if ans, err = r.follow(ctx, s, e.ImageID); !gone(err) {
				return ans, err
			}
		}
		if !gone(err) || again {
			return answer{ImageID: e.ImageID}, err
		}
	}
}

// resume finds how much of a file is there, and begins where there is nothing yet.
func (r *run) resume(ctx context.Context, m *meter, e *entry) (int64, error) {
	if e.Resumable != "" {
		offset, err := r.offset(ctx, e)
		if err == nil && offset == m.s.Size {
			err = r.finish(ctx, e, offset)
		}
		if err == nil {
			m.at = offset
			r.Progress.Resumed(m.s, offset)
			return offset, nil
		}
		if !gone(err) {
			return 0, err
		}
		// What is whole may be forgotten as an upload, and be an image.
		if _, err = r.do(ctx, call{method: http.MethodGet, path: "/status/" + url.PathEscape(e.ImageID)}); err == nil {
			return m.s.Size, nil
		}
		if !gone(err) {
			return 0, err
		}
		e.anew(e.Salt)
	}
	return 0, r.create(ctx, m.s, e)
}

// finish has the server promise what was whole when it was interrupted, if it has not.
func (r *run) finish(ctx context.Context, e *entry, size int64) error {
	_, err := r.do(ctx, call{method: http.MethodGet, path: "/status/" + url.PathEscape(e.ImageID)})
	if gone(err) {
		_, err = r.do(ctx, call{method: http.MethodPatch, path: e.Resumable, header: patchHeader(size)})
	}
	return err
}

func tusHeader(more ...string) map[string]string {
	header := map[string]string{"Tus-Resumable": "1.0.0"}
	for i := 0; i < len(more); i += 2 {
		header[more[i]] = more[i+1]
	}
	return header
}

func patchHeader(offset int64) map[string]string {
	return tusHeader("Content-Type", "application/offset+octet-stream", "Upload-Offset", strconv.FormatInt(offset, 10))
}

// create begins an upload, and writes down where.
func (r *run) create(ctx context.Context, s Source, e *entry) error {
	rep, err := r.do(ctx, call{method: http.MethodPost, path: "/upload/resumable/", header: tusHeader(
		"Upload-Length", strconv.FormatInt(s.Size, 10), "Upload-Metadata", r.metadata(nameOf(s)))})
	switch statusOf(err) {
	case http.StatusNotFound, http.StatusNotImplemented:
		return errNoPieces
	}
	if err != nil {
		return err
	}
	at, err := r.below(rep.header.Get("Location"))
	id := rep.header.Get("X-Image-Id")
	if err != nil || id == "" || rep.status != http.StatusCreated {
		return errors.New("the server's answer is not that of a resumable upload: is it a Lightwell?")
	}
	e.State, e.Resumable, e.ImageID, e.URL, e.Renditions = stateOpen, at, id, "", nil
	r.Journal.put(*e, true)
	return nil
}

// metadata is the options as tus has them.
func (r *run) metadata(name string) string {
	pairs := []string{"filename " + base64.StdEncoding.EncodeToString([]byte(name))}
	if len(r.Options.Tags) > 0 {
		pairs = append(pairs, "tags "+base64.StdEncoding.EncodeToString([]byte(strings.Join(r.Options.Tags, ","))))
	}
	if r.Options.Instructions != "" {
		pairs = append(pairs, "instructions "+base64.StdEncoding.EncodeToString([]byte(r.Options.Instructions)))
	}
	return strings.Join(pairs, ",")
}

// below is the path and query of a Location. Its host is not believed: behind a proxy the server
// may not know its own, and the token is for Server alone.
func (r *run) below(location string) (string, error) {
	base, err := url.Parse(r.Server + "/upload/resumable/")
	if err != nil {
		return "", err
	}
	at, err := base.Parse(location)
	if err != nil || location == "" {
		return "", fmt.Errorf("there is no upload at %q", location)
	}
	prefix, _ := strings.CutSuffix(base.Path, "/upload/resumable/")
	return "/" + strings.TrimLeft(strings.TrimPrefix(at.RequestURI(), prefix), "/"), nil
}

// offset is how many bytes the server has.
func (r *run) offset(ctx context.Context, e *entry) (int64, error) {
	rep, err := r.do(ctx, call{method: http.MethodHead, path: e.Resumable, header: tusHeader()})
	if err != nil {
		return 0, err
	}
	return offsetIn(rep)
}

func offsetIn(rep reply) (int64, error) {
	offset, err := strconv.ParseInt(rep.header.Get("Upload-Offset"), 10, 64)
	if err != nil || offset < 0 {
		return 0, errors.New("the server does not say how much it has of the upload")
	}
	return offset, nil
}

// pieces sends what is missing.
func (r *run) pieces(ctx context.Context, m *meter, e *entry, offset int64) error {
	p, conflicts := r.patience(), 0
	for offset < m.s.Size {
		next, err := r.piece(ctx, m, e, offset, p, &conflicts)
		if err != nil {
			return err
		}
		if next > m.s.Size {
			return fmt.Errorf("the server says that it has %d of %d bytes", next, m.s.Size)
		}
		if next > offset {
			p.renew()
			conflicts = 0
		}
		offset = next
	}
	return nil
}

// piece sends one piece from offset on, or waits and asks after it was broken off. It returns how
// much the server has then.
func (r *run) piece(ctx context.Context, m *meter, e *entry, offset int64, p *patience, conflicts *int) (int64, error) {
	size := min(r.Chunk, m.s.Size-offset)
	opens := m.opens(offset)
	rep, err := r.once(ctx, call{
		method: http.MethodPatch, path: e.Resumable, header: patchHeader(offset), size: size, moved: m.moved,
		open: func() (io.ReadCloser, error) {
			file, err := opens()
			if err != nil {
				return nil, err
			}
			return section{io.LimitReader(file, size), file}, nil
		},
	})
	if err == nil && rep.status < 300 {
		return offsetIn(rep)
	}
	if err == nil && rep.status == http.StatusConflict && *conflicts < maxConflicts {
		*conflicts++ // an earlier piece has got further than its answer
	} else if err := p.wait(ctx, rep, err); err != nil {
		return 0, r.final(err)
	}
	return r.offset(ctx, e)
}

// section is a part of a file.
type section struct {
	io.Reader
	io.Closer
}
