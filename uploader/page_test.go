package uploader_test

import (
	"net/http"
	"testing"

	"lightwell/uploader/console"
)

// The page is for everybody, also where uploads need a token: it is what asks for one.
func TestThePageNeedsNoToken(t *testing.T) {
	d := lockedDoor(t)
	for _, path := range console.Paths() {
		got := d.get(path)
		if got.status != http.StatusOK || got.header.Get("Cache-Control") != "no-cache" || got.header.Get("Content-Security-Policy") == "" || got.header.Get("X-Request-Id") == "" {
			t.Errorf("GET %s = %d %v, want 200 with the page's headers", path, got.status, got.header)
		}
		if head := d.do("HEAD", path, ""); head.status != http.StatusOK || head.header.Get("Etag") != got.header.Get("Etag") || len(head.body) > 0 {
			t.Errorf("HEAD %s = %d %v, want what GET says", path, head.status, head.header)
		}
		if post := d.do("POST", path, "x"); post.status != http.StatusMethodNotAllowed || post.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("POST %s = %d, Allow %q, want 405", path, post.status, post.header.Get("Allow"))
		}
	}
	for _, path := range []string{"/x", "/index.html", "/console", "/console/", "/console/x.js", "/favicon.ico"} {
		if got := d.get(path); got.status != http.StatusNotFound || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("GET %s = %d %s, want 404 as a problem", path, got.status, got.body)
		}
	}
}
