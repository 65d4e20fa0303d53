package origin_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"lightwell/origin/library"
)

// A hit that is answered the short way is the answer that it was the long way, header for header, and whatever changes
// about its image, or is asked of it beside, is seen at once.
func TestHotHits(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: time.Hour, Entries: 10}})
	a := d.photo()
	for _, tt := range []struct{ uri, accept string }{
		{"/image/" + photoID + "?w=400&fm=webp", "*/*"},
		{"/image/" + photoID + "?w=401&auto=format", "image/avif,image/webp,*/*"},
		{"/image/" + photoID + "/w=402/name.jpg", "*/*"},
	} {
		accept := "Accept: " + tt.accept
		d.get(tt.uri, accept)
		long := d.get(tt.uri, accept) // from memory, and remembered
		for range 3 {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				hot := d.do(method, tt.uri, accept)
				if hot.status != http.StatusOK || method == http.MethodGet && string(hot.body) != string(long.body) || hot.length != long.length || len(hot.header) != len(long.header) {
					t.Errorf("%s %s = %d with %d bytes, %v, want %v", method, tt.uri, hot.status, len(hot.body), hot.header, long.header)
				}
				for name := range long.header {
					if name != "Date" && name != "X-Request-Id" && hot.header.Get(name) != long.header.Get(name) {
						t.Errorf("%s %s: %s is %q, want %q", method, tt.uri, name, hot.header.Get(name), long.header.Get(name))
					}
				}
			}
		}
		if r := d.get(tt.uri, accept, "X-Request-Id: mine"); r.header.Get("X-Request-Id") != "mine" {
			t.Errorf("X-Request-Id is %q, want the client's", r.header.Get("X-Request-Id"))
		}
		if r := d.get(tt.uri, accept, "If-None-Match: "+long.header.Get("ETag")); r.status != http.StatusNotModified {
			t.Errorf("a condition = %d, want 304", r.status)
		}
		if r := d.get(tt.uri, accept, "Range: bytes=0-1"); r.status != http.StatusPartialContent || len(r.body) != 2 {
			t.Errorf("a range = %d with %d bytes, want 206", r.status, len(r.body))
		}
		if r := d.do(http.MethodPost, tt.uri, accept); r.status != http.StatusMethodNotAllowed {
			t.Errorf("POST = %d, want 405", r.status)
		}
		before := long.header.Get("ETag")
		if err := d.library.Purge(context.Background(), a.ID); err != nil {
			t.Fatal(err)
		}
		if r := d.get(tt.uri, accept); r.header.Get("ETag") == before || r.header.Get("Server-Timing") == "cache;desc=memory" {
			t.Errorf("after a purge: %v, want another ETag and a new rendition", r.header)
		}
		d.get(tt.uri, accept)
	}
	if err := d.library.Delete(context.Background(), a.ID); err != nil {
		t.Fatal(err)
	}
	if r := d.get("/image/"+photoID+"?w=400&fm=webp", "Accept: */*"); r.status != http.StatusGone {
		t.Errorf("after a delete: %d, want 410", r.status)
	}
}

// Hits that depend on the time or on other images are never answered the short way.
func TestWhatIsNotHot(t *testing.T) {
	d := openDoorWith(t, settings{library: library.Config{Life: time.Hour, Entries: 10}})
	d.photo()
	d.logo(logoID, 0)
	now := time.Unix(1_800_000_000, 0)
	d.handler.Now = func() time.Time { return now }
	uri := "/image/" + photoID + "?w=300&expires=1800000100"
	marked := "/image/" + photoID + "?w=300&mark=" + logoID
	for range 3 {
		d.get(uri)
		d.get(marked)
	}
	now = now.Add(time.Hour)
	if r := d.get(uri); r.status != http.StatusForbidden {
		t.Errorf("after its end a URL is %d, want 403", r.status)
	}
	before := d.get(marked).header.Get("ETag")
	if err := d.library.Purge(context.Background(), logoID); err != nil {
		t.Fatal(err)
	}
	if after := d.get(marked).header.Get("ETag"); after == before {
		t.Error("a purge of the mark changes nothing")
	}
}
