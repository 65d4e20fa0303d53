package origin_test

import (
	"testing"

	"lightwell/transform"
)

// What came out smaller is told by the headers of the body, also to HEAD and from the cache; and who
// has it need not have it again.
func TestVerdicts(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.renderer.answer(transform.JPEG)
	uri, accept := "/image/"+photoID+"?w=400&auto=format", "Accept: image/avif,image/webp"
	var tag string
	for _, method := range []string{"HEAD", "GET", "GET"} {
		got := d.do(method, uri, accept)
		if got.status != 200 || got.header.Get("Content-Type") != "image/jpeg" || got.header.Get("Content-Disposition") != "inline; filename*=UTF-8''Holiday.jpg" || got.header.Get("Vary") != "Accept" {
			t.Errorf("%s = %d %v, want the JPEG that came out smaller", method, got.status, got.header)
		}
		tag = got.header.Get("ETag")
	}
	if got := d.get(uri, accept, "If-None-Match: "+tag); got.status != 304 {
		t.Errorf("with its tag = %d, want 304", got.status)
	}
	if n := d.renderer.count(); n != 1 {
		t.Errorf("%d renditions were made, want one", n)
	}
	if got := d.get(uri, "Accept: image/webp"); got.header.Get("ETag") == tag {
		t.Error("another client's choice has the same tag")
	}
}

// A format that the client does not take is no answer, whatever made it.
func TestNoOtherFormat(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.renderer.answer(transform.TIFF)
	for _, query := range []string{"?w=400&auto=format", "?w=400&fm=webp"} {
		if got := d.get("/image/"+photoID+query, "Accept: image/avif,image/webp"); got.status != 500 {
			t.Errorf("GET %s that came out as TIFF = %d %s, want 500", query, got.status, got.header.Get("Content-Type"))
		}
	}
}
