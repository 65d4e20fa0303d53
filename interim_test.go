package main_test

import (
	"net/http"
	"testing"
	"time"
)

// Who takes AVIF gets WebP at once, and AVIF soon after; with the setting off, AVIF at once.
func TestInterimAVIF(t *testing.T) {
	t.Parallel()
	const accept = "image/avif,image/webp,*/*"
	for _, mode := range []string{"on", "off"} {
		p := serve(t, t.TempDir(), []string{"--interim=" + mode})
		url := "/image/" + p.upload(testdata(t, "photo.jpg")) + "?w=800&auto=format"
		first := p.get(url, "Accept", accept)
		if interim := first.header.Get("X-Lightwell") == "interim"; first.status != http.StatusOK || interim != (mode == "on") ||
			interim != (first.header.Get("Content-Type") == "image/webp") {
			t.Errorf("with --interim=%s: %d, %v", mode, first.status, first.header)
		}
		eventually(t, 30*time.Second, "there is AVIF", func() bool {
			return p.get(url, "Accept", accept).header.Get("Content-Type") == "image/avif"
		})
		last := p.get(url, "Accept", accept)
		if last.header.Get("X-Lightwell") != "" || last.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("with --interim=%s the AVIF has %v", mode, last.header)
		}
		p.stop()
	}
}
