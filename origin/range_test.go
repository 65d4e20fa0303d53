package origin_test

import (
	"fmt"
	"testing"
)

func TestRange(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	made, key := rendition(t, photo, photoBody, "w=400", "")
	for _, target := range []struct {
		uri, tag string
		body     []byte
		want     headers
	}{
		{"/image/" + photoID, originalTag(photo), photoBody, ofOriginal(photo)},
		{"/image/" + photoID + "?w=400", `"` + key + `"`, made, ofRendition(t, photo, "w=400", "").with(headers{"Server-Timing": "cache;desc=memory"})},
	} {
		d.get(target.uri) // a rendition comes from memory from now on
		n := len(target.body)
		for _, tt := range []struct {
			send        []string
			status      int
			first, last int // of the body
		}{
			{[]string{"Range: bytes=0-0"}, 206, 0, 0},
			{[]string{"Range: bytes=10-19"}, 206, 10, 19},
			{[]string{fmt.Sprintf("Range: bytes=0-%d", n-1)}, 206, 0, n - 1},
			{[]string{"Range: bytes=10-100000"}, 206, 10, n - 1},
			{[]string{"Range: bytes=10-"}, 206, 10, n - 1},
			{[]string{"Range: bytes=-10"}, 206, n - 10, n - 1},
			{[]string{"Range: bytes=-100000"}, 206, 0, n - 1},
			{[]string{"Range: bytes=10-19", "If-Range: " + target.tag}, 206, 10, 19},
			{[]string{"Range: bytes=10-19", `If-Range: "other"`}, 200, 0, n - 1},
			{[]string{"Range: bytes=10-19", "If-Range: W/" + target.tag}, 200, 0, n - 1},
			{[]string{"Range: bytes=10-19", "If-Range: Thu, 01 Jan 1998 00:00:00 GMT"}, 200, 0, n - 1},
			{[]string{"Range: bytes=100000-", `If-Range: "other"`}, 200, 0, n - 1},
			{[]string{"If-Range: " + target.tag}, 200, 0, n - 1},
			{[]string{"Range: bytes=0-1", "Range: bytes=3-4"}, 200, 0, n - 1},
			{[]string{"Range: bytes=10-19", "If-Range: " + target.tag, "If-Range: " + target.tag}, 200, 0, n - 1},
			{[]string{"Range: bytes=10-19", "If-Range: yesterday"}, 200, 0, n - 1},
			{[]string{"Range: bytes=0-1,3-4"}, 200, 0, n - 1},
			{[]string{"Range: bytes=5-2"}, 200, 0, n - 1},
			{[]string{"Range: lines=0-1"}, 200, 0, n - 1},
			{[]string{"Range: nonsense"}, 200, 0, n - 1},
			{[]string{"Range: bytes=100000-"}, 416, 0, 0},
			{[]string{fmt.Sprintf("Range: bytes=%d-", n)}, 416, 0, 0},
			{[]string{"Range: bytes=-0"}, 416, 0, 0},
			{[]string{"Range: bytes=100000-", "If-Range: " + target.tag}, 416, 0, 0},
		} {
			what := fmt.Sprintf("GET %s with %q", target.uri, tt.send)
			got := d.get(target.uri, append(tt.send, withID)...)
			if tt.status == 416 {
				wantProblem(t, what, got, 416, notStored, "", headers{"Content-Range": fmt.Sprintf("bytes */%d", n)})
				continue
			}
			want := target.want.with(headers{"Content-Length": fmt.Sprint(tt.last - tt.first + 1)})
			if tt.status == 206 {
				want = want.with(headers{"Content-Range": fmt.Sprintf("bytes %d-%d/%d", tt.first, tt.last, n)})
			}
			if got.status != tt.status || string(got.body) != string(target.body[tt.first:tt.last+1]) {
				t.Errorf("%s = %d %q, want %d %q", what, got.status, got.body, tt.status, target.body[tt.first:tt.last+1])
			}
			wantHeaders(t, what, got, want)
			// HEAD has no ranges.
			head := d.do("HEAD", target.uri, append(tt.send, withID)...)
			if head.status != 200 || len(head.body) > 0 {
				t.Errorf("HEAD with %q = %d %q, want 200 without a body", tt.send, head.status, head.body)
			}
			wantHeaders(t, "HEAD", head, target.want.with(headers{"Content-Length": fmt.Sprint(n)}))
		}
	}
}

// An original that is shorter on the disk than it should be is not passed off as whole.
func TestShortOriginal(t *testing.T) {
	d := openDoor(t)
	d.photo()
	d.library.mu.Lock()
	d.library.shrink = 100
	d.library.mu.Unlock()
	c := d.dial()
	defer c.Close()
	fmt.Fprintf(c, "GET /image/%s HTTP/1.1\r\nHost: x\r\n\r\n", photoID)
	if got, err := readResponse(c, "GET"); err == nil {
		t.Errorf("GET of a short original = %d and %d bytes, want a broken connection", got.status, len(got.body))
	}
}

// An original has a date, and a range of it may be asked for by that (RFC 9110, section 13.1.5).
func TestIfRangeByDate(t *testing.T) {
	d := openDoor(t)
	d.photo()
	for _, tt := range []struct {
		params, date string
		status       int
	}{
		{"", "Tue, 03 Feb 2026 04:05:06 GMT", 206},
		{"", "Tuesday, 03-Feb-26 04:05:06 GMT", 206},
		{"", "Tue, 03 Feb 2026 04:05:07 GMT", 200}, // the very second, not a later one
		{"", "Tue, 03 Feb 2026 04:05:05 GMT", 200},
		{"?w=10", "Tue, 03 Feb 2026 04:05:06 GMT", 200}, // renditions have none
		{"?w=10", "Mon, 01 Jan 0001 00:00:00 GMT", 200},
	} {
		if got := d.get("/image/"+photoID+tt.params, "Range: bytes=0-1", "If-Range: "+tt.date); got.status != tt.status {
			t.Errorf("GET %s with If-Range %s = %d, want %d", tt.params, tt.date, got.status, tt.status)
		}
	}
}
