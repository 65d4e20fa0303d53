package uploader

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"syscall"

	"lightwell/origin/problem"
	"lightwell/origin/store"
	"lightwell/transform"
)

// received is one image on its way in. Its file has no name, so that nothing is
// left of it once it is closed, however that comes.
type received struct {
	file   *os.File
	bytes  int64
	hash   string // SHA-256, in hex
	format transform.Format
	opts   options
}

// receiveRaw takes the body as the image.
func (u *Uploader) receiveRaw(w http.ResponseWriter, r *http.Request, opts options) (*received, error) {
	if r.ContentLength > u.MaxBytes {
		return nil, u.tooLarge()
	}
	return u.spool(http.MaxBytesReader(w, r.Body, u.MaxBytes), opts)
}

// spool writes an image to a temporary file and says what it is.
func (u *Uploader) spool(body io.Reader, opts options) (*received, error) {
	file, err := u.TempFile()
	if err != nil {
		return nil, full(err)
	}
	got, err := u.copyTo(file, body)
	if err != nil {
		file.Close()
		return nil, err
	}
	got.opts = opts
	return got, nil
}

func (u *Uploader) copyTo(file *os.File, body io.Reader) (*received, error) {
	hash := sha256.New()
	sink := &sink{file: file}
	n, err := io.Copy(io.MultiWriter(sink, hash), io.LimitReader(body, u.MaxBytes+1))
	switch {
	case sink.err != nil:
		return nil, full(sink.err)
	case err != nil:
		return nil, u.bodyError(err, "The body ends before it is whole.")
	case n > u.MaxBytes:
		return nil, u.tooLarge()
	}
	head := make([]byte, transform.SniffLen)
	m, err := file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read an upload back: %w", err)
	}
	return &received{
		file: file, bytes: n, hash: hex.EncodeToString(hash.Sum(nil)), format: transform.Sniff(head[:m]),
	}, nil
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

func (u *Uploader) tooLarge() error {
	return problem.New(http.StatusRequestEntityTooLarge, fmt.Sprintf("An image may have at most %d bytes.", u.MaxBytes))
}

// bodyError says why a body could not be read.
func (u *Uploader) bodyError(err error, detail string) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return u.tooLarge()
	}
	if p, ok := errors.AsType[problem.Problem](err); ok {
		return p
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return problem.New(http.StatusRequestTimeout, "The body did not arrive in time.")
	}
	return fmt.Errorf("%w: %w", problem.New(http.StatusBadRequest, detail), err)
}
