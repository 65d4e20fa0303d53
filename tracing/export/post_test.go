package export

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	tracepb "go.opentelemetry.io/proto/otlp/trace/v1"
)

// What a collector answers other than that it has taken the spans is an error, which does not show where they were
// sent; and the headers, which may let somebody in, go nowhere else.
func TestPoster(t *testing.T) {
	const path, key = "/v1/secret", "key-0123456789"
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another server got %s %s with %v, want nothing", r.Method, r.URL, r.Header)
	}))
	defer elsewhere.Close()
	for _, tt := range []struct {
		status int
		want   string
	}{
		{200, ""}, {202, ""},
		{307, "send spans: the collector answers 307"},
		{400, "send spans: the collector answers 400"},
		{503, "send spans: the collector answers 503"},
	} {
		s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != path || r.Header.Get("X-Key") != key {
				t.Errorf("the collector got %s with %v, want %s with X-Key: %s", r.URL, r.Header, path, key)
			}
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(tt.status)
		}))
		p := newPoster(Options{URL: s.URL + path, Headers: map[string]string{"X-Key": key}})
		got := ""
		if err := p.UploadTraces(t.Context(), []*tracepb.ResourceSpans{{}}); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("UploadTraces answered %d = %q, want %q", tt.status, got, tt.want)
		}
		s.Close()
		err := p.UploadTraces(t.Context(), nil)
		if err == nil || strings.Contains(err.Error(), path) {
			t.Errorf("UploadTraces to nobody = %v, want an error without %s", err, path)
		}
	}
}
