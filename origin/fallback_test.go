package origin_test

import (
	"context"
	"fmt"
	"testing"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

// The fallback image stands for 404 and 422, and keeps their status and life.
func TestFallback(t *testing.T) {
	placeholder := library.NewID()
	d := openDoorWith(t, settings{handler: func(h *origin.Handler) { h.Fallback = placeholder }})
	d.photo()
	png := transform.Source{Format: transform.PNG, Width: 100, Height: 100, Orientation: 1, Frames: 1, Alpha: true}
	picture := []byte("a placeholder")
	fallback := d.add(library.Asset{ID: placeholder, Source: png, Tags: []string{"secret"}, Name: "placeholder.png"}, picture)
	image := func(params, accept, contentType string, vary string) (want headers, body []byte) {
		body, _ = rendition(t, fallback, picture, params, accept)
		return common.with(headers{
			"Content-Type": contentType, "Cache-Control": minute, "Vary": vary, "Content-Length": fmt.Sprint(len(body)),
		}), body
	}
	d.renderer.failWith(nil)
	for _, tt := range []struct {
		uri, accept string
		params      string // of the fallback's rendition
		contentType string
		vary        string
	}{
		{"/image/" + absentID, "", "fm=png", "image/png", ""},
		{"/image/" + absentID + "?w=50", "", "w=50", "image/png", ""},
		{"/image/" + absentID + "?w=50&fm=webp&dl=x", "", "w=50&fm=webp", "image/webp", ""},
		{"/image/" + absentID + "?w=50&auto=format", "image/avif", "w=50&auto=format", "image/avif", "Accept"},
		{"/favicon.ico", "image/avif", "fm=png", "image/png", ""},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			// Neither conditions nor ranges are for errors.
			got := d.do(method, tt.uri, "Accept: "+tt.accept, withID, "If-None-Match: *", "Range: bytes=0-1")
			want, body := image(tt.params, tt.accept, tt.contentType, tt.vary)
			if method == "HEAD" {
				body = nil
			}
			if got.status != 404 || string(got.body) != string(body) {
				t.Errorf("%s %s = %d %q, want 404 %q", method, tt.uri, got.status, got.body, body)
			}
			wantHeaders(t, method+" "+tt.uri, got, want)
		}
	}
	wantProblem(t, "GET of a bad parameter", d.get("/image/"+absentID+"?w=x", withID), 400, hour, "w", nil)
	wantProblem(t, "GET of no asset's information", d.get("/info/"+absentID, withID), 404, minute, "", nil)
	// A recipe that cannot be followed on the fallback either.
	wantProblem(t, "GET of a part outside", d.get("/image/"+absentID+"?rect=500,500,9,9", withID), 404, minute, "", nil)

	body, _ := rendition(t, fallback, picture, "w=60", "")
	d.get("/image/" + absentID + "?w=60") // remembered from here on
	d.renderer.failWith(func() error { return transform.ErrUndecodable })
	if got := d.get("/image/"+photoID+"?w=60", withID); got.status != 422 || string(got.body) != string(body) {
		t.Errorf("GET of what cannot be decoded = %d %q, want 422 %q", got.status, got.body, body)
	} else {
		wantHeaders(t, "422", got, common.with(headers{"Content-Type": "image/png", "Cache-Control": minute, "Content-Length": fmt.Sprint(len(body))}))
	}
	wantProblem(t, "GET of what cannot be decoded, and no fallback", d.get("/image/"+photoID+"?w=61", withID), 422, minute, "", nil)
	d.renderer.failWith(func() error { return transform.ErrCrash })
	wantProblem(t, "GET with a crash", d.get("/image/"+photoID+"?w=60", withID), 503, notStored, "", headers{"Retry-After": "1"})

	// Without the fallback there is the problem.
	if err := d.library.Delete(context.Background(), placeholder); err != nil {
		t.Fatal(err)
	}
	wantProblem(t, "GET with the fallback deleted", d.get("/image/"+absentID+"?w=60", withID), 404, minute, "", nil)
}
