package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
)

// copyStep is how many bytes the kernel copies from file to file before ctx is looked at again.
const copyStep = 8 << 20

// copyExactly copies r to dst and insists that it has size bytes, neither fewer nor more.
//
// A file, or an io.LimitedReader over one, is handed to dst as it is, so that a file as dst can use
// copy_file_range; every other reader is asked for bytes only while ctx lasts.
func copyExactly(ctx context.Context, dst io.Writer, r io.Reader, size int64) error {
	if size < 0 {
		return fmt.Errorf("%w: %d bytes", ErrSize, size)
	}
	if !isFile(r) {
		r = ctxReader{ctx, r}
	}
	for done := int64(0); done < size; {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := copyN(dst, r, min(size-done, copyStep))
		done += n
		if err == io.EOF {
			return fmt.Errorf("%w: %w after %d of %d bytes", ErrSize, io.ErrUnexpectedEOF, done, size)
		}
		if err != nil {
			return err
		}
	}
	return atEnd(r, size)
}

// atEnd reads on to make sure that nothing follows; it also meets the error of a reader that
// checks itself at its end, as a checksumming one does.
func atEnd(r io.Reader, size int64) error {
	var one [1]byte
	switch _, err := io.ReadFull(r, one[:]); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	return fmt.Errorf("%w: more than %d bytes", ErrSize, size)
}

// copyN is io.CopyN, but takes an io.LimitedReader off its reader first: the kernel's copying looks
// through one of them only, and io.CopyN adds another.
func copyN(dst io.Writer, r io.Reader, n int64) (int64, error) {
	l, ok := r.(*io.LimitedReader)
	if !ok {
		return io.CopyN(dst, r, n)
	}
	m, err := io.CopyN(dst, l.R, min(n, l.N))
	l.N -= m
	if err == nil && m < n {
		err = io.EOF
	}
	return m, err
}

func isFile(r io.Reader) bool {
	if l, ok := r.(*io.LimitedReader); ok {
		r = l.R
	}
	_, ok := r.(*os.File)
	return ok
}

// ctxReader stops reading when ctx is done. It lives no longer than the call that ctx belongs to.
type ctxReader struct {
	ctx context.Context
	r   io.Reader
}

func (c ctxReader) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.r.Read(p)
}
