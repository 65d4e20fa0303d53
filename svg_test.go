package main_test

import (
	"bytes"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"lightwell/transform"
)

// An SVG that runs scripts and reaches for files and hosts: what is delivered as
// its original has neither, no rendition shows a local file, and nobody calls.
func TestAnSVGNeitherRunsNorReachesOut(t *testing.T) {
	canary, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer canary.Close()
	var calls atomic.Int32
	go func() {
		for {
			conn, err := canary.Accept()
			if err != nil {
				return
			}
			calls.Add(1)
			conn.Close()
		}
	}()
	there := "http://" + canary.Addr().String()
	p := serve(t, t.TempDir(), nil)
	plain := `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="100"><rect width="100" height="100" fill="#0a0"/>%</svg>`
	want := p.get("/image/" + p.upload([]byte(strings.Replace(plain, "%", "", 1))) + "?fm=png")
	for _, reach := range []string{
		`<image width="100" height="100" href="` + there + `/x.png"/>`, `<image width="100" height="100" xlink:href="file:///etc/passwd"/>`,
		`<image width="100" height="100" xlink:href="file://` + testdataPath(t, "photo.jpg") + `"/>`,
		`<image width="100" height="100" xlink:href="` + testdataPath(t, "photo.jpg") + `"/>`,
		`<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="` + there + `/x" parse="text"/>`, `<use xlink:href="` + there + `/x.svg#a"/>`,
		`<style>@import '` + there + `/x.css'; rect{fill:url(` + there + `/x.svg#a)}</style>`, `<script>fetch('` + there + `')</script>`,
	} {
		document := strings.Replace(plain, "%", reach, 1)
		a := p.post([]byte(document))
		if a.status != http.StatusOK {
			continue // refused is as good
		}
		_, id, _ := strings.Cut(string(a.body), `"imageId":"`)
		original := p.get("/image/" + id[:26])
		if text := string(original.body); original.status != http.StatusOK || strings.Contains(text, "127.0.0.1") || strings.Contains(text, "file:") ||
			strings.Contains(text, "script") || strings.Contains(text, "photo.jpg") || !strings.Contains(text, "<rect") {
			t.Errorf("the original of %s is delivered as %d %s", reach, original.status, text)
		}
		if got := p.get("/image/" + id[:26] + "?fm=png"); !bytes.Equal(got.body, want.body) && !strings.Contains(reach, "<style>") {
			t.Errorf("%s changed the picture", reach)
		}
	}
	if n := calls.Load(); n > 0 {
		t.Errorf("%d connections were made", n)
	}
	rasterizing := serve(t, t.TempDir(), []string{"--svg=rasterize"})
	got := rasterizing.get("/image/" + rasterizing.upload([]byte(strings.Replace(plain, "%", "", 1))))
	if transform.Sniff(got.body) != transform.PNG || got.header.Get("Content-Type") != "image/png" {
		t.Errorf("with --svg=rasterize the original is %s", got.header.Get("Content-Type"))
	}
}
