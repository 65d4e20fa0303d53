package origin_test

import (
	"fmt"
	"testing"
)

// kept are the headers of a 304: of what describes the body there is nothing.
func kept(of headers) headers {
	return of.with(headers{"Server-Timing": "", "Content-Type": "", "Content-Disposition": "", "Accept-Ranges": "", "Last-Modified": ""})
}

// What a client has already is not sent, and not even read or made.
func TestIfNoneMatch(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	_, key := rendition(t, photo, photoBody, "w=400", "")
	_, avif := rendition(t, photo, photoBody, "w=400&auto=format", "image/avif")
	image := "/image/" + photoID
	for _, target := range []struct {
		uri, tag string
		want     headers
		send     string
	}{
		{image + "?w=400", `"` + key + `"`, kept(ofRendition(t, photo, "w=400", "")), ""},
		{image + "?w=400&auto=format", `"` + avif + `"`, kept(ofRendition(t, photo, "w=400&auto=format", "image/avif")).with(headers{"Vary": "Accept"}), "Accept: image/avif"},
		{image, originalTag(photo), kept(ofOriginal(photo)), ""},
	} {
		for _, lines := range [][]string{
			{target.tag},
			{"W/" + target.tag},
			{`"x", ` + target.tag + `, "y"`},
			{`"x"`, target.tag},
			{`*`},
		} {
			for _, method := range []string{"GET", "HEAD"} {
				send := []string{withID}
				if target.send != "" {
					send = append(send, target.send)
				}
				for _, line := range lines {
					send = append(send, "If-None-Match: "+line)
				}
				// Where both are given, the date does not count, nor does a range.
				send = append(send, "If-Modified-Since: Thu, 01 Jan 1998 00:00:00 GMT", "Range: bytes=0-1")
				got := d.do(method, target.uri, send...)
				what := fmt.Sprintf("%s %s with If-None-Match %q", method, target.uri, lines)
				if got.status != 304 || len(got.body) > 0 || got.header.Get("Content-Length") != "" {
					t.Errorf("%s = %d, body %q, Content-Length %q, want 304 and neither", what, got.status, got.body, got.header.Get("Content-Length"))
				}
				wantHeaders(t, what, got, target.want)
			}
		}
	}
	if opens, renders := d.library.opens(), d.renderer.count(); opens > 0 || renders > 0 {
		t.Errorf("originals opened, renders = %d, %d, want 0, 0", opens, renders)
	}
}

func TestIfNoneMatchDoesNot(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	_, key := rendition(t, photo, photoBody, "w=400", "")
	_, other := rendition(t, photo, photoBody, "w=401", "")
	for _, line := range []string{`"` + other + `"`, key, `"` + key, `x"` + key + `"`, `"x" "` + key + `"`, originalTag(photo), `"x", *`} {
		// A date does not count where there is a tag, even one that does not match.
		got := d.get("/image/"+photoID+"?w=400", "If-None-Match: "+line, "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT")
		if got.status != 200 || len(got.body) == 0 {
			t.Errorf("GET with If-None-Match %s = %d %q, want 200 and a body", line, got.status, got.body)
		}
	}
	got := d.get("/image/"+photoID, `If-None-Match: "x"`, "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT")
	if got.status != 200 || string(got.body) != string(photoBody) {
		t.Errorf("GET of the original with another tag and a later date = %d, want 200", got.status)
	}
	if missing := d.get("/image/"+absentID, "If-None-Match: *"); missing.status != 404 {
		t.Errorf("GET of nothing with If-None-Match * = %d, want 404", missing.status)
	}
	// The variants of one URL have tags of their own.
	auto := "/image/" + photoID + "?w=400&auto=format"
	avif := d.get(auto, "Accept: image/avif").header.Get("ETag")
	if got := d.get(auto, "Accept: image/webp", "If-None-Match: "+avif); got.status != 200 {
		t.Errorf("GET of the WebP with the AVIF's tag = %d, want 200", got.status)
	}
}

func TestIfModifiedSince(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	for _, tt := range []struct {
		params, date string
		want         int
	}{
		{"", "Tue, 03 Feb 2026 04:05:06 GMT", 304}, // the second of its creation
		{"", "Tue, 03 Feb 2026 04:05:07 GMT", 304},
		{"", "Tuesday, 03-Feb-26 04:05:06 GMT", 304}, // the obsolete spellings
		{"", "Tue Feb  3 04:05:06 2026", 304},
		{"", "Tue, 03 Feb 2026 04:05:05 GMT", 200},
		{"", "2026-02-03T04:05:06Z", 200},
		{"", "yesterday", 200},
		{"?w=10", "Fri, 01 Jan 2100 00:00:00 GMT", 200}, // renditions have no date
	} {
		got := d.get("/image/"+photoID+tt.params, "If-Modified-Since: "+tt.date, withID)
		if got.status != tt.want {
			t.Errorf("GET %s with If-Modified-Since %s = %d, want %d", tt.params, tt.date, got.status, tt.want)
		}
		if tt.want == 304 {
			wantHeaders(t, "304 for "+tt.date, got, kept(ofOriginal(photo)))
		}
	}
	if n := d.library.opens(); n != 4 { // one for each 200
		t.Errorf("originals opened = %d, want 4", n)
	}
}

// If-Match and If-Unmodified-Since must be evaluated (RFC 9110, sections 13.1.1 and 13.1.4).
func TestPreconditionFailed(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	tag := originalTag(photo)
	for _, tt := range []struct {
		params, line string
		want         int
	}{
		{"", "If-Match: " + tag, 200},
		{"", `If-Match: "x", ` + tag, 200},
		{"", "If-Match: *", 200},
		{"", "If-Match: W/" + tag, 412}, // compared strongly
		{"", `If-Match: "x"`, 412},
		{"", `If-Match: x`, 412},
		{"?w=10", `If-Match: ` + tag, 412},
		{"", "If-Unmodified-Since: Tue, 03 Feb 2026 04:05:06 GMT", 200},
		{"", "If-Unmodified-Since: Tue, 03 Feb 2026 04:05:05 GMT", 412},
		{"", "If-Unmodified-Since: yesterday", 200},
		{"?w=10", "If-Unmodified-Since: Thu, 01 Jan 1998 00:00:00 GMT", 200},
		{"", "If-Match: " + tag + "\r\nIf-Unmodified-Since: Thu, 01 Jan 1998 00:00:00 GMT", 200}, // the tag counts
		{"", `If-Match: "x"` + "\r\nIf-None-Match: " + tag, 412},                                 // this one first
	} {
		got := d.get("/image/"+photoID+tt.params, tt.line, withID)
		if got.status != tt.want {
			t.Errorf("GET %s with %q = %d, want %d", tt.params, tt.line, got.status, tt.want)
		}
		if tt.want == 412 {
			wantProblem(t, "GET with "+tt.line, got, 412, notStored, "", nil)
		}
	}
}
