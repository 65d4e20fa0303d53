package store_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"
)

var _ store.Presigner = (*store.S3)(nil)

// openPublic opens a store that is reached from outside at another address, which it tells.
func openPublic(t *testing.T, bucket string) (s *store.S3, server *s3test.Server, public string) {
	t.Helper()
	server = s3test.Start(t)
	o := server.Options(bucket)
	o.Prefix, o.PublicEndpoint = "some/where", startGateway(t, server).url
	return s3test.Open(t, o), server, o.PublicEndpoint
}

// send makes a request as somebody does who has nothing but what was signed, and says how it went.
func send(t *testing.T, method, to string, headers map[string]string, body []byte) (status int, said string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, to, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

func sum(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}

func TestS3PresignPut(t *testing.T) {
	s, server, public := openPublic(t, "presigned")
	photo := []byte(strings.Repeat("photo", 1000))
	other := bytes.ToUpper(photo)
	terms := store.PutTerms{ContentType: "image/jpeg", Bytes: int64(len(photo)), SHA256: sum(photo)}
	for _, tt := range []struct {
		what   string
		spoil  func(p *store.Presigned)
		body   []byte
		status int
		says   string
	}{
		{"all as signed", nil, photo, 200, ""},
		{"once more", nil, photo, 200, ""},
		{"other bytes", nil, other, 400, "BadDigest"},
		{"fewer bytes", nil, photo[1:], 403, "SignatureDoesNotMatch"},
		{"more bytes", nil, append(bytes.Clone(photo), '!'), 403, "SignatureDoesNotMatch"},
		{"another type", func(p *store.Presigned) { p.Headers["Content-Type"] = "text/html" }, photo, 403, "SignatureDoesNotMatch"},
		{"no type", func(p *store.Presigned) { delete(p.Headers, "Content-Type") }, photo, 403, "SignatureDoesNotMatch"},
		{"another checksum", func(p *store.Presigned) {
			raw := sha256.Sum256(other)
			p.Headers["X-Amz-Checksum-Sha256"] = base64.StdEncoding.EncodeToString(raw[:])
		}, other, 403, "SignatureDoesNotMatch"},
		{"no checksum", func(p *store.Presigned) { delete(p.Headers, "X-Amz-Checksum-Sha256") }, other, 403, "SignatureDoesNotMatch"},
		{"another key", func(p *store.Presigned) { p.URL = strings.Replace(p.URL, "incoming", "originals", 1) }, photo, 403, "SignatureDoesNotMatch"},
		{"another life", func(p *store.Presigned) {
			p.URL = strings.Replace(p.URL, "X-Amz-Expires=60", "X-Amz-Expires=600", 1)
		}, photo, 403, "SignatureDoesNotMatch"},
		{"another host", func(p *store.Presigned) { p.URL = strings.Replace(p.URL, public, server.URL(), 1) }, photo, 403, "SignatureDoesNotMatch"},
		{"another method", func(p *store.Presigned) { p.Method = http.MethodDelete }, nil, 403, "SignatureDoesNotMatch"},
	} {
		p, err := s.PresignPut(t.Context(), "incoming/a", terms, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if left := time.Until(p.Expires); p.Method != http.MethodPut || !strings.HasPrefix(p.URL, public+"/") || left > time.Minute || left < 50*time.Second {
			t.Errorf("PresignPut = %+v, want a PUT to %s within a minute", p, public)
		}
		if tt.spoil != nil {
			tt.spoil(&p)
		}
		if status, said := send(t, p.Method, p.URL, p.Headers, tt.body); status != tt.status || !strings.Contains(said, tt.says) {
			t.Errorf("a request with %s = %d %s, want %d %s", tt.what, status, said, tt.status, tt.says)
		}
	}
	wantBody(t, s, "incoming/a", photo)
}

// Where the checksum is not known, the rest holds.
func TestS3PresignPutUnknown(t *testing.T) {
	s, _, _ := openPublic(t, "unknown")
	p, err := s.PresignPut(t.Context(), "incoming/a", store.PutTerms{ContentType: "image/png", Bytes: 3}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if status, said := send(t, p.Method, p.URL, p.Headers, []byte("abc")); status != 200 {
		t.Errorf("PUT = %d %s, want 200", status, said)
	}
	wantBody(t, s, "incoming/a", []byte("abc"))
	time.Sleep(time.Until(p.Expires) + 1100*time.Millisecond) // the server's clock is no test's
	if status, said := send(t, p.Method, p.URL, p.Headers, []byte("abc")); status != 403 || !strings.Contains(said, "expired") {
		t.Errorf("PUT after %v = %d %s, want 403 and that it has expired", p.Expires, status, said)
	}
}

// form is what a browser makes of fields and a file.
func form(t *testing.T, fields map[string]string, body []byte) (contentType string, sent []byte) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range fields {
		if err := w.WriteField(name, value); err != nil {
			t.Fatal(err)
		}
	}
	file, err := w.CreateFormFile("file", "a.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := file.Write(body); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return w.FormDataContentType(), b.Bytes()
}

func TestS3PresignPost(t *testing.T) {
	s, _, public := openPublic(t, "posted")
	terms := store.PostTerms{ContentTypePrefix: "image/", Least: 3, Most: 5}
	for _, tt := range []struct {
		what   string
		fields map[string]string // over those signed; empty ones are left out
		body   string
		status int
	}{
		{"the fewest bytes", nil, "abc", 204},
		{"the most bytes", nil, "abcde", 204},
		{"another type of the kind", map[string]string{"Content-Type": "image/avif"}, "abcd", 204},
		{"fewer bytes", nil, "ab", 400},
		{"more bytes", nil, "abcdef", 400},
		{"a type of another kind", map[string]string{"Content-Type": "text/html"}, "abcd", 403},
		{"no type", map[string]string{"Content-Type": ""}, "abcd", 403},
		{"another key", map[string]string{"key": "some/where/originals/a"}, "abcd", 403},
		{"no policy", map[string]string{"policy": ""}, "abcd", 400},
		{"a field that is not signed", map[string]string{"x-amz-storage-class": "GLACIER"}, "abcd", 403},
	} {
		p, err := s.PresignPost(t.Context(), "incoming/a", terms, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if p.Method != http.MethodPost || !strings.HasPrefix(p.URL, public+"/") || time.Until(p.Expires) > time.Minute {
			t.Errorf("PresignPost = %+v, want a POST to %s within a minute", p, public)
		}
		p.Fields["Content-Type"] = "image/jpeg"
		for name, value := range tt.fields {
			if p.Fields[name] = value; value == "" {
				delete(p.Fields, name)
			}
		}
		contentType, sent := form(t, p.Fields, []byte(tt.body))
		status, said := send(t, p.Method, p.URL, map[string]string{"Content-Type": contentType}, sent)
		if status != tt.status {
			t.Errorf("a form with %s = %d %s, want %d", tt.what, status, said, tt.status)
		}
	}
	wantBody(t, s, "incoming/a", []byte("abcd"))
}

// The policy is what Amazon's documentation asks for, and so is its signature (Signature Version 4,
// "Authenticating requests: browser-based uploads using POST").
func TestS3PresignedPolicy(t *testing.T) {
	s, err := store.OpenS3(t.Context(), s3test.Start(t).Options("policy"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	p, err := s.PresignPost(t.Context(), "incoming/a", store.PostTerms{ContentTypePrefix: "image/", Most: 7}, time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := base64.StdEncoding.DecodeString(p.Fields["policy"])
	if err != nil {
		t.Fatal(err)
	}
	var policy struct {
		Expiration time.Time
		Conditions [][]any
	}
	if err := json.Unmarshal(raw, &policy); err != nil {
		t.Fatal(err)
	}
	if !policy.Expiration.Equal(p.Expires) {
		t.Errorf("the policy ends at %v, want %v", policy.Expiration, p.Expires)
	}
	conditions, err := json.Marshal(policy.Conditions)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`["eq","$bucket","policy"]`, `["eq","$key","incoming/a"]`, `["starts-with","$Content-Type","image/"]`, `["content-length-range",0,7]`,
	} {
		if !strings.Contains(string(conditions), want) {
			t.Errorf("the conditions are %s, want in them %s", conditions, want)
		}
	}
	key := []byte("AWS4" + s3test.SecretKey)
	for _, part := range []string{p.Fields["x-amz-date"][:8], "us-east-1", "s3", "aws4_request", p.Fields["policy"]} {
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(part))
		key = mac.Sum(nil)
	}
	if got, want := p.Fields["x-amz-signature"], hex.EncodeToString(key); got != want {
		t.Errorf("the signature is %s, want %s", got, want)
	}
}

func TestS3PresignRefuses(t *testing.T) {
	s := s3test.Open(t, s3test.Start(t).Options("refused"))
	put, post := store.PutTerms{ContentType: "image/jpeg", Bytes: 1}, store.PostTerms{ContentTypePrefix: "image/", Most: 1}
	for _, tt := range []struct {
		what, name string
		put        store.PutTerms
		post       store.PostTerms
		life       time.Duration
	}{
		{"a bad name", "../a", put, post, time.Minute},
		{"no life", "a", put, post, 0},
		{"part of a second", "a", put, post, 1500 * time.Millisecond},
		{"eight days", "a", put, post, 8 * 24 * time.Hour},
		{"no type", "a", store.PutTerms{Bytes: 1}, store.PostTerms{Most: 1}, time.Minute},
		{"what breaks out of a type", "a", store.PutTerms{ContentType: "image/a\r\nx: y", Bytes: 1}, store.PostTerms{ContentTypePrefix: `image/"],["`, Most: 1}, time.Minute},
		{"no bytes", "a", store.PutTerms{ContentType: "image/jpeg"}, store.PostTerms{ContentTypePrefix: "image/"}, time.Minute},
		{"too many bytes", "a", store.PutTerms{ContentType: "image/jpeg", Bytes: 5<<30 + 1}, store.PostTerms{ContentTypePrefix: "image/", Most: 5<<30 + 1}, time.Minute},
		{"half a checksum, fewer than none", "a", store.PutTerms{ContentType: "image/jpeg", Bytes: 1, SHA256: "abcd"}, store.PostTerms{ContentTypePrefix: "image/", Least: 2, Most: 1}, time.Minute},
	} {
		if p, err := s.PresignPut(t.Context(), tt.name, tt.put, tt.life); err == nil {
			t.Errorf("PresignPut with %s = %+v, want an error", tt.what, p)
		}
		if p, err := s.PresignPost(t.Context(), tt.name, tt.post, tt.life); err == nil {
			t.Errorf("PresignPost with %s = %+v, want an error", tt.what, p)
		}
	}
	p, err := s.PresignPut(t.Context(), "incoming/a", put, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if u, err := url.Parse(p.URL); err != nil || u.Query().Get("X-Amz-SignedHeaders") != "content-length;content-type;host" {
		t.Errorf("PresignPut = %s, %v; want size, type and host signed", p.URL, err)
	}
}
