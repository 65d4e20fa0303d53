package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

var errNoBucket = errors.New("there is no such bucket")

// meaning turns what went wrong into what the contract calls it. An error that was ctx's doing is ctx's.
func (s *S3) meaning(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if end := endOf(ctx); end != nil {
		return end
	}
	var answer minio.ErrorResponse
	if !errors.As(err, &answer) {
		return fmt.Errorf("%s: %w", s.o.Endpoint, err)
	}
	switch {
	case answer.Code == minio.NoSuchKey:
		return fmt.Errorf("%w: %w", fs.ErrNotExist, answer)
	case answer.Code == minio.NoSuchBucket:
		return fmt.Errorf("%w as %s: %w", errNoBucket, s.o.Bucket, answer)
	case answer.StatusCode == http.StatusInsufficientStorage, strings.Contains(answer.Code, "QuotaExceeded"), strings.Contains(answer.Code, "StorageFull"):
		return fmt.Errorf("%w: %w", ErrFull, describe(answer))
	case answer.Code == "InvalidObjectState":
		return fmt.Errorf("%w: %w", ErrArchived, describe(answer))
	case answer.Code == "RequestTimeTooSkewed":
		return fmt.Errorf("the clock of this machine and that of the server differ by too much; here it is %s: %w", time.Now().UTC().Format(time.RFC3339), describe(answer))
	case badKey[answer.Code]:
		return fmt.Errorf("the access key or the secret key is wrong, or for another region: %w", describe(answer))
	}
	return describe(answer)
}

// badKey are the codes of answers to whoever signs with keys that the server does not know.
var badKey = map[string]bool{
	"InvalidAccessKeyId": true, "InvalidAccessKeyID": true, "SignatureDoesNotMatch": true, "InvalidToken": true,
	"AuthorizationHeaderMalformed": true, "XAdminUserNotFound": true, // the last is versitygw's
}

// describe adds to an answer what its own text leaves out.
func describe(answer minio.ErrorResponse) error {
	return fmt.Errorf("%d %s: %w", answer.StatusCode, answer.Code, answer)
}
