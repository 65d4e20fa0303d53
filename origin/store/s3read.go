package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
)

// inMemory is how many bytes an object may have that is read into memory to be opened: what is not an
// image mostly is far below.
const inMemory = 1 << 20

// Open implements Store. The object is read whole before it returns: into memory up to a MiB, else into a
// file without a name, so that the Object has a File, which is in memory, too, while the disk is full. So an answer that is cut, or comes from a server that
// goes away, is an error here and read again, never a short object later.
func (s *S3) Open(ctx context.Context, name string) (Object, error) {
	o, _, err := s.openTagged(ctx, name)
	return o, err
}

// openTagged is Open, which tells the object's entity tag, too.
func (s *S3) openTagged(ctx context.Context, name string) (Object, string, error) {
	if err := begin(ctx, "open", name); err != nil {
		return Object{}, "", err
	}
	for try := 1; ; try++ {
		o, tag, err := s.open(ctx, name)
		if err == nil {
			return o, tag, nil
		}
		var cut cutError
		if !errors.As(err, &cut) || try >= s.o.Tries {
			return Object{}, "", failed("open", name, err)
		}
	}
}

// cutError is the error of an answer whose body did not come whole.
type cutError struct{ error }

func (e cutError) Unwrap() error { return e.error }

func (s *S3) open(ctx context.Context, name string) (Object, string, error) {
	ctx, moves := s.watchReading(ctx)
	defer moves.end()
	body, found, _, err := s.client.GetObject(ctx, s.o.Bucket, s.key(name), minio.GetObjectOptions{})
	if err != nil {
		return Object{}, "", s.meaning(ctx, err)
	}
	defer body.Close()
	if found.Size < 0 {
		return Object{}, "", errors.New("the answer does not say how long it is")
	}
	if found.Size > maxObject {
		return Object{}, "", fmt.Errorf("%w: an object of %d bytes", errNotS3, found.Size)
	}
	kept, err := s.keep(ctx, &answer{body: body, moves: moves}, found.Size)
	if err != nil {
		return Object{}, "", err
	}
	return Object{Info{name, found.Size, found.LastModified}, kept}, found.ETag, nil
}

// keep reads a body to its end.
func (s *S3) keep(ctx context.Context, body *answer, size int64) (io.ReadCloser, error) {
	if size <= inMemory {
		var b bytes.Buffer
		b.Grow(int(size) + bytes.MinRead)
		if err := s.copyBody(ctx, &b, body, size); err != nil {
			return nil, err
		}
		return io.NopCloser(&b), nil
	}
	f, err := s.fileFor(size)
	if err != nil {
		return nil, err
	}
	if err = s.copyBody(ctx, f, body, size); err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// fileFor makes a file for so many bytes: on the disk, or where that is full in memory.
func (s *S3) fileFor(size int64) (*os.File, error) {
	f, err := s.o.TempFile()
	if err == nil {
		if err = reserve(f, size); err == nil {
			return f, nil
		}
		f.Close()
	}
	if !isFull(err) {
		return nil, err
	}
	return s.spare.file(size)
}

// copyBody says of an error whether it was the server's or that of dst.
func (s *S3) copyBody(ctx context.Context, dst io.Writer, body *answer, size int64) error {
	err := copyExactly(ctx, dst, body, size)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return endOf(ctx)
	case body.err != nil || errors.Is(err, ErrSize):
		return cutError{fmt.Errorf("read the answer of %s: %w", s.o.Endpoint, err)}
	}
	return err
}

// answer is the body of an answer. It remembers its error.
type answer struct {
	body  io.Reader
	moves *motion
	err   error
}

func (a *answer) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	a.moves.on()
	if err != nil && err != io.EOF {
		a.err = err
	}
	return n, err
}

// List implements Store. The server is asked for a thousand names at a time. Keys in the bucket that are
// no names are left out.
func (s *S3) List(ctx context.Context, prefix, after string) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		err := checkPrefix(prefix)
		if err == nil {
			err = failed("list", prefix, ctx.Err())
		}
		if err != nil {
			yield(Info{}, err)
			return
		}
		s.list(ctx, query{prefix, after})(yield)
	}
}

func (s *S3) list(ctx context.Context, q query) iter.Seq2[Info, error] {
	return func(yield func(Info, error) bool) {
		options := minio.ListObjectsOptions{Prefix: s.key(q.prefix), Recursive: true, StartAfter: s.startAfter(q.after)}
		noOwner := false
		options.FetchOwner = &noOwner
		for found := range s.client.ListObjectsIter(ctx, s.o.Bucket, options) {
			if found.Err != nil {
				yield(Info{}, failed("list", q.prefix, s.meaning(ctx, found.Err)))
				return
			}
			name, ours := strings.CutPrefix(found.Key, s.o.Prefix)
			if !ours || name <= q.after || CheckName(name) != nil {
				continue
			}
			if !yield(Info{name, found.Size, found.LastModified}, nil) {
				return
			}
		}
		if err := ctx.Err(); err != nil { // then the client's listing just ends
			yield(Info{}, failed("list", q.prefix, err))
		}
	}
}

// startAfter is the last key that comes before the names asked for, or one still before that: some servers
// refuse keys with bytes that names do not have, so it ends before the first of those.
func (s *S3) startAfter(after string) string {
	if after == "" {
		return ""
	}
	end := strings.IndexFunc(after, func(r rune) bool { return r >= 0x80 || r != '/' && !nameByte(byte(r)) })
	if end >= 0 {
		after = after[:end]
	}
	if after == "" && s.o.Prefix == "" {
		return ""
	}
	return s.key(after)
}
