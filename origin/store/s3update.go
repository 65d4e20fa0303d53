package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/minio/minio-go/v7"
)

// errBeaten is the error of a conditional Put whose condition does not hold.
var errBeaten = errors.New("the object has been changed meanwhile")

// Update implements Store. It puts on the condition that the object is what was read, by its entity tag, or
// that there still is none.
func (s *S3) Update(ctx context.Context, name string, change Change) error {
	if err := begin(ctx, "update", name); err != nil {
		return err
	}
	for pause := conflictPause; ; pause = min(2*pause, time.Second) {
		err := s.update(ctx, name, change)
		if !errors.Is(err, errBeaten) {
			return err
		}
		select {
		case <-time.After(jittered(pause)):
		case <-ctx.Done():
			return failed("update", name, ctx.Err())
		}
	}
}

func (s *S3) update(ctx context.Context, name string, change Change) error {
	o, tag, err := s.openTagged(ctx, name)
	becomes, err := changed(o, err, change)
	if err != nil || becomes == nil {
		return err
	}
	return failed("update", name, s.putIf(ctx, name, becomes, tag))
}

// putIf puts on the condition that the object's entity tag is this one, or that there is none where it is
// empty. The error wraps errBeaten where that is not so.
func (s *S3) putIf(ctx context.Context, name string, body []byte, tag string) error {
	var options minio.PutObjectOptions
	if tag == "" {
		options.SetMatchETagExcept("*")
	} else {
		options.SetMatchETag(tag)
	}
	ctx, moves := s.watch(ctx)
	defer moves.end()
	err := keptAs(s.client.Client.PutObject(ctx, s.o.Bucket, s.key(name), bytes.NewReader(body), int64(len(body)), options))
	switch answer := minio.ToErrorResponse(err); {
	case answer.StatusCode == http.StatusNotImplemented:
		return fmt.Errorf("the server knows no conditional requests (If-Match, If-None-Match), which Lightwell needs: %w", describe(answer))
	case answer.StatusCode == http.StatusPreconditionFailed, answer.StatusCode == http.StatusConflict,
		tag != "" && answer.StatusCode == http.StatusNotFound && answer.Code != minio.NoSuchBucket:
		return fmt.Errorf("%w: %w", errBeaten, describe(answer))
	}
	return s.meaning(ctx, err)
}
