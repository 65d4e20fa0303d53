package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"

	"github.com/minio/minio-go/v7"
)

// S3 is a Store in a bucket of Amazon S3 or a server like it. Any number of processes on any number of
// machines may have it open.
//
// In two points S3 can do less than the contract of Store asks, and what is built on it must bear that:
//
//   - After an error of Put, Copy or Delete that says that the server did not answer, it may have done
//     what was asked. What is there then is whole, and as before or as asked for.
//   - An open object is a copy that Open has made: of small ones in memory, of others in a file without
//     a name. S3 cannot keep an object for those who read it while it is replaced or deleted.
//
// Parts of an upload that was broken off by a crash stay in the bucket, unseen, until a lifecycle rule
// ([S3.KeepRules]) or [S3.AbortParts] removes them.
type S3 struct {
	client *minio.Core
	public *minio.Core // makes no requests: it signs those of others
	o      S3Options
	spare  spare
}

// OpenS3 makes sure that the bucket is there and can be used.
func OpenS3(ctx context.Context, o S3Options) (*S3, error) {
	s, err := newS3(o)
	if err == nil {
		err = s.prepare(ctx)
	}
	if err != nil {
		return nil, fmt.Errorf("open S3 bucket %s: %w", o.Bucket, err)
	}
	return s, nil
}

// prepare looks at the bucket, and makes it if that is wanted.
//
// It lists instead of asking whether there is such a bucket: the answer to that has no body, and so
// cannot tell what is wrong.
func (s *S3) prepare(ctx context.Context) error {
	err := s.look(ctx)
	if !errors.Is(err, errNoBucket) || !s.o.CreateBucket {
		return err
	}
	err = s.client.MakeBucket(ctx, s.o.Bucket, minio.MakeBucketOptions{Region: s.o.Region})
	switch minio.ToErrorResponse(err).Code {
	case minio.BucketAlreadyOwnedByYou, minio.BucketAlreadyExists: // somebody else was faster, or it is another's
		err = nil
	}
	if err != nil {
		return fmt.Errorf("make it: %w", s.meaning(ctx, err))
	}
	return s.look(ctx)
}

func (s *S3) look(ctx context.Context) error {
	for _, err := range s.list(ctx, query{prefix: "probe/"}) {
		return err
	}
	return nil
}

// Stat implements Store. Its Modified is in whole seconds.
func (s *S3) Stat(ctx context.Context, name string) (Info, error) {
	if err := begin(ctx, "stat", name); err != nil {
		return Info{}, err
	}
	ctx, moves := s.watchReading(ctx)
	defer moves.end()
	found, err := s.client.StatObject(ctx, s.o.Bucket, s.key(name), minio.StatObjectOptions{})
	if err != nil {
		return Info{}, failed("stat", name, s.meaning(ctx, err))
	}
	return Info{name, found.Size, found.LastModified}, nil
}

// Copy implements Store. The server copies; one object may have 5 GiB for that.
func (s *S3) Copy(ctx context.Context, from, to string) error {
	if err := errors.Join(begin(ctx, "copy", from), begin(ctx, "copy to", to)); err != nil {
		return err
	}
	if from == to { // which S3 refuses
		_, err := s.Stat(ctx, from)
		return err
	}
	ctx, moves := s.watch(ctx)
	defer moves.end()
	err := s.withoutConflict(ctx, func() error {
		_, err := s.client.Client.CopyObject(ctx,
			minio.CopyDestOptions{Bucket: s.o.Bucket, Object: s.key(to)},
			minio.CopySrcOptions{Bucket: s.o.Bucket, Object: s.key(from)})
		return err
	})
	return failed("copy "+from+" to", to, err)
}

// Delete implements Store.
func (s *S3) Delete(ctx context.Context, name string) error {
	if err := begin(ctx, "delete", name); err != nil {
		return err
	}
	ctx, moves := s.watch(ctx)
	defer moves.end()
	err := s.meaning(ctx, s.client.RemoveObject(ctx, s.o.Bucket, s.key(name), minio.RemoveObjectOptions{}))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return failed("delete", name, err)
}

// Close lets go of the connections that are not in use.
func (s *S3) Close() error {
	(&http.Client{Transport: s.o.Transport.(genuine).next}).CloseIdleConnections()
	return nil
}

func (s *S3) key(name string) string { return s.o.Prefix + name }
