package store

import (
	"context"
	"fmt"
	"time"

	"github.com/minio/minio-go/v7"
)

// AbortParts deletes the parts of uploads that were begun before some time and have not become an object, and
// tells of how many: for a bucket without a lifecycle rule that does. Whoever is still at such an upload will
// fail. Like a sweep it may run on several machines at once.
func (s *S3) AbortParts(ctx context.Context, before time.Time) (n int, err error) {
	for key, id := "", ""; ; {
		page, err := s.client.ListMultipartUploads(ctx, s.o.Bucket, s.o.Prefix, key, id, "", 1000)
		if err != nil {
			return n, fmt.Errorf("list incomplete uploads: %w", s.meaning(ctx, err))
		}
		for _, u := range page.Uploads {
			if !u.Initiated.Before(before) {
				continue
			}
			err := s.client.AbortMultipartUpload(ctx, s.o.Bucket, u.Key, u.UploadID)
			if err != nil && answerOf(err).Code != minio.NoSuchUpload { // somebody was faster
				return n, fmt.Errorf("abort an incomplete upload of %s: %w", u.Key, s.meaning(ctx, err))
			}
			n++
		}
		if !page.IsTruncated || page.NextKeyMarker == key && page.NextUploadIDMarker == id {
			return n, nil
		}
		key, id = page.NextKeyMarker, page.NextUploadIDMarker
	}
}
