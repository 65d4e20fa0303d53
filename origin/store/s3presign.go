package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// Presigner makes requests with which somebody who has no keys stores one object, without the bytes passing
// through here.
//
// Such a request can be made any number of times until it expires, also at the same moment, and each
// replaces what the one before brought. So what came with one is not to be trusted where it lies: copy
// it to a name that nobody outside can write to, and look at the copy.
type Presigner interface {
	// PresignPut signs the PUT of an object of which everything is known. Nobody is asked for that, so
	// it says nothing of whether the store is there. The life is in whole seconds, from one to seven
	// days; keys of a machine's or a container's role may end before. Terms and lives out of range, and
	// names that CheckName refuses, are errors.
	PresignPut(ctx context.Context, name string, terms PutTerms, life time.Duration) (Presigned, error)

	// PresignPost signs a form with which an object comes whose size and type are known in general only.
	// All else is as with PresignPut.
	PresignPost(ctx context.Context, name string, terms PostTerms, life time.Duration) (Presigned, error)
}

// PutTerms are what an object must be that comes with a presigned PUT.
type PutTerms struct {
	// ContentType is a media type without parameters, such as image/jpeg.
	ContentType string
	// Bytes is the exact size: 1 to 5 GiB.
	Bytes int64
	// SHA256 is the checksum in hex. Empty: not known, and not checked.
	SHA256 string
}

// PostTerms are what an object must be that comes with a presigned form.
type PostTerms struct {
	// ContentType is what the form's field Content-Type must be, a media type without parameters.
	// Where it is not known, ContentTypePrefix is what it must begin with, such as image/.
	ContentType, ContentTypePrefix string
	// Least and Most are how many bytes it may have: 0 to 5 GiB.
	Least, Most int64
	// SHA256 is as in PutTerms.
	SHA256 string
}

// Presigned is a request that is signed.
type Presigned struct {
	Method string // PUT or POST
	URL    string
	// Headers must be sent as they are, with the object as the body. HTTP libraries and browsers set
	// Content-Length by themselves, to the size of the body. Nil for a POST.
	Headers map[string]string
	// Fields are those of a multipart/form-data, in any order, to which Content-Type is to be added where
	// it is not among them, and as the last one file, with the object. Nil for a PUT.
	Fields map[string]string
	// Expires is when the request must have begun.
	Expires time.Time
}

const (
	maxLife   = 7 * 24 * time.Hour // Amazon's
	maxObject = 5 << 30            // bytes of one request; Amazon's, too
)

var (
	mediaType       = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$`)
	mediaTypePrefix = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9!#&^_.+-]*/[A-Za-z0-9!#&^_.+-]*$`)
)

// PresignPut implements Presigner, for the PublicEndpoint.
func (s *S3) PresignPut(ctx context.Context, name string, terms PutTerms, life time.Duration) (Presigned, error) {
	headers, err := terms.headers()
	if err == nil {
		err = checkLife(life)
	}
	if err := errors.Join(begin(ctx, "presign", name), failed("presign", name, err)); err != nil {
		return Presigned{}, err
	}
	signed := http.Header{}
	for header, value := range headers {
		signed.Set(header, value)
	}
	expires := expiry(life)
	u, err := s.public.PresignHeader(ctx, http.MethodPut, s.o.Bucket, s.key(name), life, nil, signed)
	if err != nil {
		return Presigned{}, failed("presign", name, err)
	}
	return Presigned{Method: http.MethodPut, URL: u.String(), Headers: headers, Expires: expires}, nil
}

// PresignPost implements Presigner, for the PublicEndpoint.
func (s *S3) PresignPost(ctx context.Context, name string, terms PostTerms, life time.Duration) (Presigned, error) {
	err := errors.Join(terms.check(), checkLife(life))
	if err := errors.Join(begin(ctx, "presign", name), failed("presign", name, err)); err != nil {
		return Presigned{}, err
	}
	expires := expiry(life)
	policy := minio.NewPostPolicy()
	if err := terms.into(policy, s.o.Bucket, s.key(name), expires); err != nil {
		return Presigned{}, failed("presign", name, err)
	}
	u, fields, err := s.public.PresignedPostPolicy(ctx, policy)
	if err != nil {
		return Presigned{}, failed("presign", name, err)
	}
	if terms.ContentType == "" {
		delete(fields, "Content-Type") // which is only the beginning of one
	}
	return Presigned{Method: http.MethodPost, URL: u.String(), Fields: fields, Expires: expires}, nil
}

// expiry is when something ends that is signed now: servers count whole seconds.
func expiry(life time.Duration) time.Time { return time.Now().UTC().Truncate(time.Second).Add(life) }

func checkLife(life time.Duration) error {
	if life < time.Second || life > maxLife || life%time.Second != 0 {
		return fmt.Errorf("a life of %v is not one of whole seconds, from 1s to %v", life, maxLife)
	}
	return nil
}

// headers are those that hold whoever sends an object to the terms.
func (t PutTerms) headers() (map[string]string, error) {
	if !mediaType.MatchString(t.ContentType) {
		return nil, fmt.Errorf("%q is not a media type such as image/jpeg", t.ContentType)
	}
	if t.Bytes < 1 || t.Bytes > maxObject {
		return nil, fmt.Errorf("%d bytes are not from 1 to %d", t.Bytes, maxObject)
	}
	headers := map[string]string{"Content-Type": t.ContentType, "Content-Length": strconv.FormatInt(t.Bytes, 10)}
	if t.SHA256 == "" {
		return headers, nil
	}
	sum, err := digest(t.SHA256)
	if err != nil {
		return nil, err
	}
	headers["X-Amz-Checksum-Sha256"] = base64.StdEncoding.EncodeToString(sum)
	return headers, nil
}

func digest(text string) ([]byte, error) {
	sum, err := hex.DecodeString(text)
	if err != nil || len(sum) != sha256.Size {
		return nil, fmt.Errorf("%q is not a SHA-256 in hex", text)
	}
	return sum, nil
}

// into makes a policy of the terms.
func (t PostTerms) into(policy *minio.PostPolicy, bucket, key string, expires time.Time) error {
	err := errors.Join(policy.SetBucket(bucket), policy.SetKey(key), policy.SetExpires(expires), policy.SetContentLengthRange(t.Least, t.Most))
	if t.ContentType != "" {
		err = errors.Join(err, policy.SetContentType(t.ContentType))
	} else {
		err = errors.Join(err, policy.SetContentTypeStartsWith(t.ContentTypePrefix))
	}
	if t.SHA256 == "" || err != nil {
		return err
	}
	sum, err := digest(t.SHA256)
	if err != nil {
		return err
	}
	return policy.SetChecksum(minio.NewChecksum(minio.ChecksumSHA256, sum))
}

// check also keeps out of the types what has a meaning in the policy's JSON: minio-go puts them in as they are.
func (t PostTerms) check() error {
	if t.ContentType != "" && !mediaType.MatchString(t.ContentType) || strings.Contains(t.ContentType, "$") {
		return fmt.Errorf("%q is not a media type such as image/jpeg", t.ContentType)
	}
	if t.ContentType == "" && !mediaTypePrefix.MatchString(t.ContentTypePrefix) {
		return fmt.Errorf("%q is not the beginning of a media type such as image/", t.ContentTypePrefix)
	}
	if t.Least < 0 || t.Most < 1 || t.Least > t.Most || t.Most > maxObject {
		return fmt.Errorf("from %d to %d bytes is not a range within 0 to %d", t.Least, t.Most, maxObject)
	}
	return nil
}
