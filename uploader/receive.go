package uploader

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
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

const (
	maxField     = 64 << 10 // bytes of a form field
	formOverhead = 1 << 20  // bytes of a form beside its file
)

// receiveRaw takes the body as the image.
func (u *Uploader) receiveRaw(w http.ResponseWriter, r *http.Request, opts options) (*received, error) {
	if r.ContentLength > u.MaxBytes {
		return nil, u.tooLarge()
	}
	return u.spool(http.MaxBytesReader(w, r.Body, u.MaxBytes), opts)
}

// receiveForm takes the one file of a multipart form; fields may come before and
// after it.
func (u *Uploader) receiveForm(w http.ResponseWriter, r *http.Request, opts options) (got *received, err error) {
	if r.ContentLength > u.MaxBytes+formOverhead {
		return nil, u.tooLarge()
	}
	body := &faultKeeper{Reader: http.MaxBytesReader(w, r.Body, u.MaxBytes+formOverhead)}
	// A form that is cut off among a part's headers looks like one at its end, unless
	// an empty line follows and makes it one that is cut off in a part.
	r.Body = io.NopCloser(io.MultiReader(body, strings.NewReader("\r\n\r\n")))
	form, err := r.MultipartReader()
	if err != nil {
		return nil, problem.New(http.StatusBadRequest, "The multipart form is malformed: "+err.Error()+".")
	}
	defer func() {
		if err != nil && got != nil {
			got.file.Close()
			got = nil
		}
	}()
	for {
		part, err := form.NextRawPart()
		if err == io.EOF { // a wrapped one is a form without an end
			break
		}
		if err != nil {
			return got, u.bodyError(errors.Join(err, body.fault), "The multipart form is malformed or ends in the middle.")
		}
		if part.FileName() == "" && part.FormName() != "file" {
			if err := u.readField(part, &opts); err != nil {
				return got, err
			}
			continue
		}
		if got != nil {
			return got, bad("file", "Several files in one form are not built yet in this version of Lightwell: send them one by one.")
		}
		if opts.name == "" {
			opts.name = clip(part.FileName())
		}
		if got, err = u.spool(part, opts); err != nil {
			return got, err
		}
	}
	if got == nil {
		return nil, bad("file", "The form has no file.")
	}
	got.opts = opts
	return got, nil
}

// faultKeeper remembers why a body could not be read: what parses a part's headers
// may say only that they are malformed.
type faultKeeper struct {
	io.Reader
	fault error
}

func (k *faultKeeper) Read(p []byte) (int, error) {
	n, err := k.Reader.Read(p)
	if err != nil && err != io.EOF {
		k.fault = err
	}
	return n, err
}

func (u *Uploader) readField(part *multipart.Part, opts *options) error {
	value, err := io.ReadAll(io.LimitReader(part, maxField+1))
	if err != nil {
		return u.bodyError(err, "The multipart form is malformed or ends in the middle.")
	}
	if len(value) > maxField {
		return bad(part.FormName(), "The field has more than %d bytes.", maxField)
	}
	return opts.set(part.FormName(), string(value))
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
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return problem.New(http.StatusRequestTimeout, "The body did not arrive in time.")
	}
	return fmt.Errorf("%w: %w", problem.New(http.StatusBadRequest, detail), err)
}
