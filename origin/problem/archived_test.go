package problem_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/origin/store"
)

// What S3 says of an object that was moved to GLACIER is an answer, however often it is asked, and a 503
// that tells why.
func TestArchivedOriginal(t *testing.T) {
	s3 := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		if !strings.Contains(r.URL.Path, "/originals/") {
			io.WriteString(w, `<ListBucketResult></ListBucketResult>`)
			return
		}
		w.WriteHeader(http.StatusForbidden)
		io.WriteString(w, `<Error><Code>InvalidObjectState</Code><Message>The operation is not valid for the object's storage class</Message><StorageClass>GLACIER</StorageClass></Error>`)
	}))
	defer s3.Close()
	bucket, err := store.OpenS3(t.Context(), store.S3Options{Endpoint: s3.URL, Bucket: "images", AccessKey: "a", SecretKey: "secretkey"})
	if err != nil {
		t.Fatal(err)
	}
	defer bucket.Close()
	breaker := store.NewBreaker(bucket, nil)
	defer breaker.Close()
	l, err := library.New(breaker, library.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		_, err := l.Open(t.Context(), library.Asset{ID: "some", Original: "abc"})
		if !errors.Is(err, store.ErrArchived) || errors.Is(err, library.ErrUnavailable) {
			t.Fatalf("Open = %v, want store.ErrArchived and not library.ErrUnavailable", err)
		}
		p := problem.From(err)
		if p.Status != 503 || p.RetryAfter != 3600 || !strings.Contains(p.Detail, "must be restored") {
			t.Fatalf("From(%v) = %d, %d s, %q; want 503, 3600 s and that it must be restored", err, p.Status, p.RetryAfter, p.Detail)
		}
	}
}
