package origin_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

const problemJSON = "application/problem+json"

// An answer is the same for GET and HEAD, but for the body.
func TestAnswers(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	for _, tt := range []struct {
		name, uri string
		send      []string
		status    int
		want      headers
		body      func() []byte
	}{
		{
			name: "rendition", uri: "/image/" + photoID + "?w=400", status: 200,
			want: ofRendition(t, photo, "w=400", "").with(headers{"Content-Type": "image/jpeg"}),
			body: func() []byte { b, _ := rendition(t, photo, photoBody, "w=400", ""); return b },
		},
		{
			name: "rendition in a format", uri: "/image/" + photoID + "?w=400&fm=webp", status: 200,
			want: ofRendition(t, photo, "w=400&fm=webp", "").with(headers{
				"Content-Type": "image/webp", "Content-Disposition": "inline; filename*=UTF-8''Holiday.webp",
			}),
		},
		{
			name: "rendition by Accept", uri: "/image/" + photoID + "?w=400&auto=format", status: 200,
			send: []string{"Accept: image/avif,image/webp,*/*;q=0.8"},
			want: ofRendition(t, photo, "w=400&auto=format", "image/avif,image/webp").with(headers{
				"Content-Type": "image/avif", "Vary": "Accept", "Content-Disposition": "inline; filename*=UTF-8''Holiday.avif",
			}),
			body: func() []byte {
				b, _ := rendition(t, photo, photoBody, "w=400&auto=format", "image/avif,image/webp")
				return b
			},
		},
		{
			name: "rendition by Accept on several lines", uri: "/image/" + photoID + "?w=404&auto=format", status: 200,
			send: []string{"Accept: text/html", "Accept: image/webp"},
			want: ofRendition(t, photo, "w=404&auto=format", "image/webp").with(headers{
				"Content-Type": "image/webp", "Vary": "Accept", "Content-Disposition": "inline; filename*=UTF-8''Holiday.webp",
			}),
		},
		{
			name: "Accept that is not asked for", uri: "/image/" + photoID + "?w=401", status: 200,
			send: []string{"Accept: image/avif"},
			want: ofRendition(t, photo, "w=401", "").with(headers{"Content-Type": "image/jpeg"}),
		},
		{
			name: "original", uri: "/image/" + photoID, status: 200,
			want: ofOriginal(photo),
			body: func() []byte { return photoBody },
		},
		{
			name: "original with what has no effect", uri: "/image/" + photoID + "?utm_source=mail&v=7&ixlib=js", status: 200,
			want: ofOriginal(photo),
			body: func() []byte { return photoBody },
		},
		{
			name: "info", uri: "/info/" + photoID, status: 200,
			want: ofReport(photo, "application/json", "public, max-age=10", photoInfo),
			body: func() []byte { return []byte(photoInfo) },
		},
	} {
		for _, method := range []string{"GET", "HEAD", "GET"} {
			t.Run(tt.name+"/"+method, func(t *testing.T) {
				what := method + " " + tt.uri
				want := tt.want
				got := d.do(method, tt.uri, append(tt.send, withID)...)
				if got.status != tt.status {
					t.Fatalf("%s = %d, want %d", what, got.status, tt.status)
				}
				if timing := got.header.Get("Server-Timing"); timing == "cache;desc=memory" {
					want = want.with(headers{"Server-Timing": timing})
				}
				length := got.header.Get("Content-Length")
				wantHeaders(t, what, got, want.with(headers{"Content-Length": length}))
				if tt.body == nil {
					return
				}
				body := tt.body()
				if length != strconv.Itoa(len(body)) {
					t.Errorf("%s: Content-Length = %s, want %d", what, length, len(body))
				}
				if method == "HEAD" {
					body = nil
				}
				if !bytes.Equal(got.body, body) {
					t.Errorf("%s = %.200q, want %.200q", what, got.body, body)
				}
			})
		}
	}
}

// ofRendition foretells the headers of a rendition that is made for the request.
func ofRendition(t *testing.T, a library.Asset, params, accept string) headers {
	t.Helper()
	_, key := rendition(t, a, photoBody, params, accept)
	return common.with(headers{
		"Content-Type":        "image/jpeg",
		"ETag":                `"` + key + `"`,
		"Cache-Control":       "public, max-age=31536000, immutable",
		"Accept-Ranges":       "bytes",
		"Content-Disposition": "inline; filename*=UTF-8''Holiday.jpg",
		"Cache-Tag":           a.ID + ",red",
		"Surrogate-Key":       a.ID + " red",
		"Server-Timing":       "cache;desc=miss, queue;dur=1.0, decode;dur=2.0, encode;dur=3.0",
	})
}

func ofOriginal(a library.Asset) headers {
	return common.with(headers{
		"Content-Type":        "image/jpeg",
		"ETag":                originalTag(a),
		"Last-Modified":       "Tue, 03 Feb 2026 04:05:06 GMT",
		"Cache-Control":       "public, max-age=31536000, immutable",
		"Accept-Ranges":       "bytes",
		"Content-Disposition": "inline; filename*=UTF-8''Holiday.jpg",
		"Cache-Tag":           a.ID + ",red",
		"Surrogate-Key":       a.ID + " red",
	})
}

// photoInfo is what is told of the photo.
var photoInfo = `{"id":"` + photoID + `","width":800,"height":600,"format":"jpeg","bytes":500,"orientation":1,` +
	`"frames":1,"alpha":false,"depth":8,"grey":false,"name":"Holiday.JPG","tags":["red"],"created":"2026-02-03T04:05:06.7Z"}` + "\n"

func ofReport(a library.Asset, contentType, life, body string) headers {
	sum := sha256.Sum256([]byte(body))
	return common.with(headers{
		"Content-Type": contentType, "Cache-Control": life, "ETag": fmt.Sprintf("\"%x\"", sum[:16]),
		"Cache-Tag": a.ID + ",red", "Surrogate-Key": a.ID + " red",
	})
}

func originalTag(a library.Asset) string {
	return `"` + origin.Key(fingerprint, "original", origin.Subject{Asset: a}, transform.Recipe{}) + `"`
}

// The settings decide which headers for other origins there are.
func TestHeadersOfSettings(t *testing.T) {
	for _, tt := range []struct {
		cors, corp string
		want       headers
	}{
		{"", "", headers{"Access-Control-Allow-Origin": "", "Access-Control-Expose-Headers": "", "Cross-Origin-Resource-Policy": ""}},
		{"https://a.test", "same-site", headers{"Access-Control-Allow-Origin": "https://a.test", "Cross-Origin-Resource-Policy": "same-site"}},
	} {
		d := openDoorWith(t, settings{handler: func(h *origin.Handler) { h.CORSOrigin, h.CORP = tt.cors, tt.corp }})
		photo := d.photo()
		got := d.get("/image/"+photoID, withID)
		wantHeaders(t, fmt.Sprintf("GET with %q, %q", tt.cors, tt.corp), got,
			ofOriginal(photo).with(tt.want).with(headers{"Content-Length": "500"}))
	}
}

func TestOptionsAndOtherMethods(t *testing.T) {
	d := openDoor(t)
	d.photo()
	preflight := common.with(headers{
		"Allow": "GET, HEAD, OPTIONS", "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
		"Access-Control-Allow-Headers": "Range, If-None-Match", "Access-Control-Max-Age": "86400",
	})
	refused := common.with(headers{"Allow": "GET, HEAD, OPTIONS", "Content-Type": problemJSON, "Cache-Control": "no-store"})
	for _, tt := range []struct {
		method, uri string
		status      int
		want        headers
	}{
		{"OPTIONS", "/image/" + photoID, 204, preflight},
		{"OPTIONS", "*", 204, preflight},
		{"POST", "/image/" + photoID, 405, refused},
		{"PUT", "/image/" + photoID, 405, refused},
		{"DELETE", "/image/" + photoID, 405, refused},
		{"PATCH", "/", 405, refused},
		{"TRACE", "/image/" + photoID, 405, refused},
		{"PURGE", "/image/" + photoID, 405, refused},
		{"get", "/image/" + photoID, 405, refused},
	} {
		got := d.do(tt.method, tt.uri, withID)
		what := tt.method + " " + tt.uri
		if got.status != tt.status {
			t.Errorf("%s = %d, want %d", what, got.status, tt.status)
		}
		wantHeaders(t, what, got, tt.want.with(headers{"Content-Length": got.header.Get("Content-Length")}))
		if tt.status == 204 && (len(got.body) > 0 || got.header.Get("Content-Length") != "") {
			t.Errorf("%s: body %q, Content-Length %q, want neither", what, got.body, got.header.Get("Content-Length"))
		}
	}
	if n := d.library.opens() + d.renderer.count(); n > 0 {
		t.Errorf("originals opened and renders = %d, want 0", n)
	}
}

func TestRequestID(t *testing.T) {
	d := openDoor(t)
	for _, tt := range []struct {
		given string
		kept  bool
	}{
		{"a", true},
		{"Trace_1-b", true},
		{strings.Repeat("x", 64), true},
		{"", false},
		{strings.Repeat("x", 65), false},
		{"two words", false},
		{"a,b", false},
		{"caf\xc3\xa9", false},
		{"<script>", false},
	} {
		got := d.get("/", "X-Request-Id: "+tt.given).header.Get("X-Request-Id")
		switch {
		case tt.kept && got != tt.given:
			t.Errorf("X-Request-Id for %q = %q, want the same", tt.given, got)
		case !tt.kept && (len(got) != 24 || strings.Trim(got, "0123456789abcdef") != ""):
			t.Errorf("X-Request-Id for %q = %q, want 24 hex digits", tt.given, got)
		}
	}
	one, other := d.get("/").header.Get("X-Request-Id"), d.get("/").header.Get("X-Request-Id")
	if one == other {
		t.Errorf("X-Request-Id of two requests = %q and %q, want two", one, other)
	}
}

// A connection is used again, and one answer's headers are not the next one's.
func TestKeepAlive(t *testing.T) {
	d := openDoor(t)
	photo := d.photo()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for _, tt := range []struct {
		path string
		want headers
	}{
		{"/image/" + photoID, ofOriginal(photo).with(headers{"Content-Length": "500"})},
		{"/image/" + absentID, ofProblem(404, "public, max-age=60")},
		{"/info/" + photoID, ofReport(photo, "application/json", "public, max-age=10", photoInfo)},
		{"/image/" + photoID + "?w=-1", ofProblem(400, "public, max-age=3600")},
	} {
		req, err := http.NewRequest("GET", "http://"+d.addr+tt.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Request-Id", "test-1")
		resp, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		got := response{status: resp.StatusCode, header: resp.Header}
		wantHeaders(t, "GET "+tt.path, got, tt.want.with(headers{"Content-Length": resp.Header.Get("Content-Length")}))
	}
}
