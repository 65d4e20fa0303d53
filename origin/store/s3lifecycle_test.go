package store_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"

	"github.com/minio/minio-go/v7"
)

// keeper is a server that knows nothing but lifecycle rules. It is asked by one at a time.
type keeper struct {
	t       *testing.T
	rules   string // what is in the LifecycleConfiguration; empty: there is none
	minimum string // the header that comes with it
	refuse  func(r *http.Request) (status int, code string)
	asked   []string // the methods
}

const minimumHeader = "X-Amz-Transition-Default-Minimum-Object-Size"

func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !r.URL.Query().Has("lifecycle") {
		io.WriteString(w, "<ListBucketResult></ListBucketResult>")
		return
	}
	k.asked = append(k.asked, r.Method)
	if k.refuse != nil {
		if status, code := k.refuse(r); status != 0 {
			answerXML(w, status, code)
			return
		}
	}
	if !r.URL.Query().Has("X-Amz-Signature") || r.URL.Path != "/images/" {
		k.t.Errorf("%s %s is not signed, or not for the bucket", r.Method, r.URL)
	}
	switch r.Method {
	case http.MethodGet:
		if k.rules == "" {
			answerXML(w, http.StatusNotFound, "NoSuchLifecycleConfiguration")
			return
		}
		w.Header().Set(minimumHeader, k.minimum)
		io.WriteString(w, `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`+k.rules+`</LifecycleConfiguration>`)
	case http.MethodPut:
		k.rules, k.minimum = k.sent(r), r.Header.Get(minimumHeader)
	case http.MethodDelete:
		k.rules, k.minimum = "", ""
		w.WriteHeader(http.StatusNoContent)
	}
}

// sent is what rules come with a request, whose checksum and headers must be signed.
func (k *keeper) sent(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		k.t.Error(err)
	}
	sum := md5.Sum(body)
	if got, want := r.Header.Get("Content-Md5"), base64.StdEncoding.EncodeToString(sum[:]); got != want {
		k.t.Errorf("Content-MD5 = %q, want %q", got, want)
	}
	if signed := r.URL.Query().Get("X-Amz-SignedHeaders"); !strings.Contains(signed, "content-md5") {
		k.t.Errorf("%s are signed, want content-md5 among them", signed)
	}
	_, rules, _ := strings.Cut(string(body), `<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">`)
	return strings.TrimSuffix(rules, `</LifecycleConfiguration>`)
}

func openKept(t *testing.T) (*keeper, *store.S3) {
	t.Helper()
	k := &keeper{t: t}
	server := httptest.NewServer(k)
	t.Cleanup(server.Close)
	return k, s3test.Open(t, store.S3Options{Endpoint: server.URL, Bucket: "images", Prefix: "a", AccessKey: "a", SecretKey: "secretkey"})
}

var (
	expire = store.LifecycleRule{Name: "incoming", Prefix: "incoming/", ExpireDays: 2}
	abort  = store.LifecycleRule{Name: "parts", AbortDays: 2}
)

// Rules are written when they are not there, and only then; what others have set stays.
func TestS3KeepRules(t *testing.T) {
	k, s := openKept(t)
	theirs := `<Rule><ID>theirs</ID><Prefix>logs/</Prefix><Status>Enabled</Status><Transition><Days>0</Days><StorageClass>X</StorageClass></Transition></Rule>`
	k.rules, k.minimum = theirs, "varies_by_storage_class"
	for _, tt := range []struct {
		rules []store.LifecycleRule
		asks  string
		ids   []string
	}{
		{nil, "GET", []string{"theirs"}},
		{[]store.LifecycleRule{expire, abort}, "GET PUT", []string{"theirs", "lightwell:a/:incoming", "lightwell:a/:parts"}},
		{[]store.LifecycleRule{expire, abort}, "GET", []string{"theirs", "lightwell:a/:incoming", "lightwell:a/:parts"}},
		{[]store.LifecycleRule{abort}, "GET PUT", []string{"theirs", "lightwell:a/:parts"}},
		{nil, "GET PUT", []string{"theirs"}},
	} {
		k.asked = nil
		changed, err := s.KeepRules(t.Context(), tt.rules)
		if err != nil || changed != (tt.asks == "GET PUT") || strings.Join(k.asked, " ") != tt.asks {
			t.Errorf("KeepRules(%+v) = %t, %v after %s, want %s", tt.rules, changed, err, k.asked, tt.asks)
		}
		if n := strings.Count(k.rules, "<ID>"); n != len(tt.ids) || !strings.HasPrefix(k.rules, theirs) || k.minimum != "varies_by_storage_class" {
			t.Errorf("after KeepRules(%+v) there are %s, %s; want %d, and those of others as they were", tt.rules, k.rules, k.minimum, len(tt.ids))
		}
		for _, id := range tt.ids {
			if !strings.Contains(k.rules, "<ID>"+id+"</ID>") {
				t.Errorf("after KeepRules(%+v) there are %s, want %s", tt.rules, k.rules, id)
			}
		}
	}
}

// A bucket without rules has none again in the end, which S3 wants to be asked for otherwise.
func TestS3KeepRulesAlone(t *testing.T) {
	k, s := openKept(t)
	for _, tt := range []struct {
		rules []store.LifecycleRule
		asks  string
	}{
		{nil, "GET"}, {[]store.LifecycleRule{expire}, "GET PUT"}, {nil, "GET DELETE"}, {nil, "GET"},
	} {
		k.asked = nil
		if _, err := s.KeepRules(t.Context(), tt.rules); err != nil || strings.Join(k.asked, " ") != tt.asks {
			t.Errorf("KeepRules(%+v) = %v after %s, want %s", tt.rules, err, k.asked, tt.asks)
		}
	}
	if k.rules != "" {
		t.Errorf("there are %s, want none", k.rules)
	}
}

func TestS3KeepRulesRefused(t *testing.T) {
	k, s := openKept(t)
	for _, tt := range []struct {
		method string
		status int
		code   string
		final  bool
	}{
		{"GET", 501, "NotImplemented", true},
		{"GET", 405, "MethodNotAllowed", true},
		{"GET", 403, "AccessDenied", true},
		{"PUT", 403, "AccessDenied", true},
		{"PUT", 400, "MalformedXML", true},
		{"GET", 503, "SlowDown", false},
		{"PUT", 500, "InternalError", false},
		{"PUT", 409, "OperationAborted", false},
	} {
		left := 1000
		k.refuse = func(r *http.Request) (int, string) {
			if left--; r.Method != tt.method || left < 0 {
				return 0, ""
			}
			return tt.status, tt.code
		}
		k.rules = ""
		_, err := s.KeepRules(t.Context(), []store.LifecycleRule{expire})
		if errors.Is(err, store.ErrNoLifecycle) != tt.final || err == nil || !strings.Contains(err.Error(), tt.code) || strings.Contains(err.Error(), "Signature=") {
			t.Errorf("KeepRules with %s %s = %v, want an error of which store.ErrNoLifecycle is %t", tt.method, tt.code, err, tt.final)
		}
		if left = 2; tt.final {
			continue
		}
		if _, err := s.KeepRules(t.Context(), []store.LifecycleRule{expire}); err != nil || k.rules == "" {
			t.Errorf("KeepRules with %s %s twice = %v, want nil", tt.method, tt.code, err)
		}
	}
	k.refuse = func(*http.Request) (int, string) { return 200, "IsNoList" }
	if _, err := s.KeepRules(t.Context(), []store.LifecycleRule{expire}); !errors.Is(err, store.ErrNoLifecycle) || k.asked[len(k.asked)-1] != "GET" {
		t.Errorf("KeepRules with an answer that is no list = %v, want store.ErrNoLifecycle and nothing written", err)
	}
}

// A server without such rules says so, and what they would do can be done without them.
func TestS3WithoutLifecycle(t *testing.T) {
	server := s3test.Start(t)
	o := server.Options("old")
	o.Prefix = "a"
	s := s3test.Open(t, o)
	if _, err := s.KeepRules(t.Context(), []store.LifecycleRule{expire, abort}); !errors.Is(err, store.ErrNoLifecycle) || !strings.Contains(err.Error(), "NotImplemented") {
		t.Errorf("KeepRules = %v, want store.ErrNoLifecycle and NotImplemented", err)
	}
	client := server.Client()
	put(t, s, "originals/x", "stays")
	for _, key := range []string{"a/originals/x", "a/originals/x", "a/accepted/y", "ab/z"} {
		id, err := client.NewMultipartUpload(t.Context(), "old", key, minio.PutObjectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		part := bytes.Repeat([]byte("x"), 100)
		if _, err := client.PutObjectPart(t.Context(), "old", key, id, 1, bytes.NewReader(part), int64(len(part)), minio.PutObjectPartOptions{}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		before time.Time
		n      int
	}{{time.Now().Add(-time.Hour), 0}, {time.Now().Add(time.Hour), 3}, {time.Now().Add(time.Hour), 0}} {
		if n, err := s.AbortParts(t.Context(), tt.before); n != tt.n || err != nil {
			t.Errorf("AbortParts(%v) = %d, %v; want %d", tt.before, n, err, tt.n)
		}
	}
	left, err := client.ListMultipartUploads(t.Context(), "old", "", "", "", "", 100)
	if err != nil || len(left.Uploads) != 1 || left.Uploads[0].Key != "ab/z" {
		t.Errorf("incomplete uploads %+v, %v are left; want ab/z, which is another's", left.Uploads, err)
	}
	wantBody(t, s, "originals/x", []byte("stays"))
}

// A context that ends keeps nobody waiting.
func TestS3KeepRulesCancelled(t *testing.T) {
	k, s := openKept(t)
	k.refuse = func(*http.Request) (int, string) { return 503, "SlowDown" }
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := s.KeepRules(ctx, []store.LifecycleRule{expire}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("KeepRules = %v, want context.DeadlineExceeded", err)
	}
}
