package uploader

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"syscall"

	"lightwell/origin/problem"
	"lightwell/origin/store"
	"lightwell/transform"
)

// Gate is what every image passes as it comes in, from wherever it comes.
type Gate struct {
	// TempFile makes an empty file that vanishes when it is closed.
	TempFile func() (*os.File, error)
	// Formats are those that are accepted.
	Formats map[transform.Format]bool
	// MaxBytes is the most that one image may have.
	MaxBytes int64
}

// received is one image that is in. Its file has no name, so that nothing is left of
// it once it is closed, however that comes.
type received struct {
	arrival
	file   *os.File // nil where there is a URL, or it was refused
	bytes  int64
	hash   string // SHA-256, in hex
	format transform.Format
	// refused is why it cannot be an image, in an upload whose others may.
	refused *problem.Problem
}

func (r *received) close() {
	if r.file != nil {
		r.file.Close()
		r.file = nil
	}
}

// fault is what is wrong with one image, where the request that brought it is whole.
type fault struct{ problem.Problem }

func (f fault) Unwrap() error { return f.Problem }

// spool writes an image to a temporary file and looks at its first bytes. The error
// is a fault where it is the image's own.
func (g *Gate) spool(got *received) error {
	file, err := g.TempFile()
	if err != nil {
		return full(err)
	}
	got.file = file
	if err := g.copyTo(got, got.body); err != nil {
		return err
	}
	return g.acceptable(got)
}

func (g *Gate) copyTo(got *received, body io.Reader) error {
	hash := sha256.New()
	sink := &sink{file: got.file}
	n, err := io.Copy(io.MultiWriter(sink, hash), io.LimitReader(body, g.MaxBytes+1))
	got.bytes = n
	switch {
	case sink.err != nil:
		return full(sink.err)
	case err != nil:
		return g.bodyError(err, "The body ends before it is whole.")
	case n > g.MaxBytes:
		return fault{g.tooLarge()}
	}
	got.hash = hex.EncodeToString(hash.Sum(nil))
	got.format, err = formatOf(got.file)
	return err
}

// acceptable refuses what can be seen not to be an image that is taken here.
func (g *Gate) acceptable(got *received) error {
	p := problem.New(http.StatusUnsupportedMediaType, "")
	switch {
	case got.bytes == 0:
		p = problem.New(http.StatusBadRequest, "The upload is empty.")
		p.Param = "file"
	case got.format == transform.NoFormat:
		p.Detail = "This is not an image: its first bytes are those of no format that is known here."
	case !g.Formats[got.format]:
		p.Detail = strings.ToUpper(got.format.String()) + " images are not accepted here."
	default:
		return nil
	}
	return fault{p}
}

// sink remembers the file's own errors: they are ours, and the body's are the client's.
type sink struct {
	file *os.File
	err  error
}

func (s *sink) Write(p []byte) (int, error) {
	n, err := s.file.Write(p)
	if err != nil {
		s.err = err
	}
	return n, err
}

// full makes a disk without room what the store calls it. What else is wrong with
// the disk is for the log: a folder that is missing is no missing image.
func full(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("%w: receive an upload: %w", store.ErrFull, err)
	}
	return fmt.Errorf("receive an upload: %v", err)
}

func (g *Gate) tooLarge() problem.Problem {
	return problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("An image may have at most %d bytes.", g.MaxBytes))
}

// bodyError says why a body could not be read.
func (g *Gate) bodyError(err error, detail string) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return g.tooLarge()
	}
	if p, ok := errors.AsType[problem.Problem](err); ok {
		return p
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return problem.New(http.StatusRequestTimeout, "The body did not arrive in time.")
	}
	return fmt.Errorf("%w: %w", problem.New(http.StatusBadRequest, detail), err)
}
