package store_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/origin/store/s3test"

	"github.com/minio/minio-go/v7/pkg/cors"
)

// preflight asks a bucket, as a browser does, whether a page of an origin may put an object.
func preflight(t *testing.T, to, origin string) (allowed, methods, headers string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodOptions, to, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", origin)
	r.Header.Set("Access-Control-Request-Method", http.MethodPut)
	r.Header.Set("Access-Control-Request-Headers", "content-type,x-amz-checksum-sha256")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	h := resp.Header
	return h.Get("Access-Control-Allow-Origin"), h.Get("Access-Control-Allow-Methods"), h.Get("Access-Control-Allow-Headers")
}

// The bucket lets in pages of the origins that the settings have, and no others, whatever else it has rules for.
func TestS3KeepCORS(t *testing.T) {
	server := s3test.Start(t)
	o := server.Options("crossed")
	o.Prefix = "some/where"
	s := s3test.Open(t, o)
	client := server.Client()
	others := cors.Rule{ID: "theirs", AllowedOrigin: []string{"https://theirs.test"}, AllowedMethod: []string{"GET"}}
	if err := client.SetBucketCors(t.Context(), "crossed", cors.NewConfig([]cors.Rule{others})); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		origins []string
		changed bool
		rules   int
		lets    map[string]bool
	}{
		{nil, false, 1, map[string]bool{"https://a.test": false}},
		{[]string{"https://a.test", "https://b.test"}, true, 2, map[string]bool{"https://a.test": true, "https://b.test": true, "https://c.test": false}},
		{[]string{"https://a.test", "https://b.test"}, false, 2, map[string]bool{"https://a.test": true}},
		{[]string{"*"}, true, 2, map[string]bool{"https://c.test": true}},
		{[]string{"https://c.test"}, true, 2, map[string]bool{"https://a.test": false, "https://c.test": true}},
		{nil, true, 1, map[string]bool{"https://c.test": false}},
	} {
		changed, err := s.KeepCORS(t.Context(), tt.origins)
		if err != nil || changed != tt.changed {
			t.Errorf("KeepCORS(%q) = %v, %v, want %v", tt.origins, changed, err, tt.changed)
		}
		has, err := client.GetBucketCors(t.Context(), "crossed")
		if err != nil || has == nil || len(has.CORSRules) != tt.rules || !slices.ContainsFunc(has.CORSRules, func(r cors.Rule) bool { return r.ID == "theirs" }) {
			t.Errorf("after KeepCORS(%q) the rules are %+v, %v, want %d with theirs", tt.origins, has, err, tt.rules)
		}
		p, err := s.PresignPut(t.Context(), "incoming/a", store.PutTerms{ContentType: "image/png", Bytes: 3, SHA256: sum([]byte("abc"))}, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for origin, lets := range tt.lets {
			allowed, methods, headers := preflight(t, p.URL, origin)
			got := (allowed == origin || allowed == "*") && strings.Contains(methods, "PUT") && (headers == "*" || strings.Contains(strings.ToLower(headers), "x-amz-checksum-sha256"))
			if got != lets {
				t.Errorf("with %q, a page of %s may: origin %q, methods %q, headers %q; want %v", tt.origins, origin, allowed, methods, headers, lets)
			}
		}
	}
}

func TestS3KeepCORSWithoutABucket(t *testing.T) {
	server := s3test.Start(t)
	s := s3test.Open(t, server.Options("gone"))
	if err := server.Client().RemoveBucket(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	if changed, err := s.KeepCORS(t.Context(), []string{"*"}); err == nil || changed {
		t.Errorf("KeepCORS in no bucket = %v, %v, want an error", changed, err)
	}
}
