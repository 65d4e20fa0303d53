package store

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

// uploads is how many parts of one object are sent at once.
const uploads = 3

// conflictPause is before the second try after a conflict; it doubles each time.
const conflictPause = 20 * time.Millisecond

// Put implements Store. Nothing is sent before all of r is there and has the announced size: what comes from
// a file is sent out of it, what is up to a MiB is kept in memory, and all else goes through a file without a
// name. So a request that fails can be made again, and a reader that fails costs the server nothing.
func (s *S3) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := begin(ctx, "put", name); err != nil {
		return err
	}
	body, err := s.body(ctx, r, size)
	if err != nil {
		return failed("put", name, err)
	}
	defer body.close()
	return failed("put", name, s.put(ctx, name, body, size))
}

func (s *S3) put(ctx context.Context, name string, body payload, size int64) error {
	ctx, moves := s.watch(ctx)
	defer moves.end() // the client's goroutines end after it, and read no more
	section := io.NewSectionReader(watched{ctx, body.ReaderAt, moves}, body.start, size)
	options := minio.PutObjectOptions{
		PartSize: uint64(s.o.PartSize), NumThreads: uploads,
		// A signature of nothing would be a body where none is expected: versitygw takes it for the next
		// request.
		DisableContentSha256: size == 0,
	}
	return s.withoutConflict(ctx, func() error {
		kept, err := s.client.Client.PutObject(ctx, s.o.Bucket, s.key(name), section, size, options)
		return keptAs(kept, err)
	})
}

// keptAs is an error for an answer to a Put that does not say as what the object was kept. It is no promise of
// an S3 server's.
func keptAs(kept minio.UploadInfo, err error) error {
	if err == nil && kept.ETag == "" {
		return fmt.Errorf("%w: no entity tag", errNotS3)
	}
	return err
}

// withoutConflict tries again what meets another request, which is what 409 stands for and the client does
// not try again. versitygw says so when the last object of a folder is deleted while another comes into it.
func (s *S3) withoutConflict(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if try >= s.o.Tries || minio.ToErrorResponse(err).StatusCode != http.StatusConflict {
			return s.meaning(ctx, err)
		}
		select {
		case <-time.After(jittered(conflictPause << (try - 1))):
		case <-ctx.Done():
			return endOf(ctx)
		}
	}
}

// jittered is a pause, and up to half as long again, so that those who met do not meet again.
func jittered(pause time.Duration) time.Duration { return pause + rand.N(pause/2) }

// payload is what is sent, from start on.
type payload struct {
	io.ReaderAt
	start int64
	close func() error
}

// body finds or makes something that has the bytes of r and can be read more than once.
func (s *S3) body(ctx context.Context, r io.Reader, size int64) (payload, error) {
	if p, err := seekable(r, size); err != nil || p.ReaderAt != nil {
		return p, err
	}
	if size <= inMemory {
		var b bytes.Buffer
		b.Grow(int(max(size, 0)))
		err := copyExactly(ctx, &b, r, size)
		return payload{bytes.NewReader(b.Bytes()), 0, func() error { return nil }}, err
	}
	f, err := s.o.TempFile()
	if err != nil {
		return payload{}, err
	}
	if err := copyExactly(ctx, f, r, size); err != nil {
		f.Close()
		return payload{}, err
	}
	return payload{f, 0, f.Close}, nil
}

// seekable is r itself where that can be read at any place, and its bytes are as many as announced. It
// leaves r at its end, as reading does.
func seekable(r io.Reader, size int64) (payload, error) {
	most := int64(-1)
	if l, ok := r.(*io.LimitedReader); ok {
		r, most = l.R, l.N
	}
	f, ok := r.(interface {
		io.ReaderAt
		io.Seeker
	})
	if !ok || size < 0 {
		return payload{}, nil
	}
	start, err := f.Seek(0, io.SeekCurrent)
	if err != nil { // a pipe
		return payload{}, nil
	}
	end, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return payload{}, err
	}
	has := end - start
	if most >= 0 && has > most {
		has = most
		if _, err := f.Seek(start+has, io.SeekStart); err != nil {
			return payload{}, err
		}
	}
	switch {
	case has < size:
		return payload{}, fmt.Errorf("%w: %w after %d of %d bytes", ErrSize, io.ErrUnexpectedEOF, max(has, 0), size)
	case has > size:
		return payload{}, fmt.Errorf("%w: %d bytes, more than %d", ErrSize, has, size)
	}
	return payload{f, start, func() error { return nil }}, nil
}
