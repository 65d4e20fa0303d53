package main_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// reds counts the pixels of a PNG that are red.
func reds(t *testing.T, encoded []byte) (n int, where image.Rectangle) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if c := color.NRGBAModel.Convert(img.At(x, y)); c == (color.NRGBA{255, 0, 0, 255}) {
				n++
				where = where.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return n, where
}

// Text over a photograph, from the URL to the pixels, in both forms and as a preset.
func TestTextIsWrittenOverAPhotograph(t *testing.T) {
	data := t.TempDir()
	p := serve(t, data, nil)
	photo := p.upload(testdata(t, "photo.jpg"))
	byQuery := "/image/" + photo + "?w=300&fm=png&txt=Hello,%20%F0%9F%8C%8D&txt-size=40&txt-color=f00&txt-align=top,left&txt-font=dejavu%20sans,bold"
	got := p.get(byQuery)
	if n, where := reds(t, got.body); got.status != http.StatusOK || n < 300 || !where.In(image.Rect(10, 10, 200, 60)) {
		t.Errorf("GET %s = %d, %d red pixels at %v", byQuery, got.status, n, where)
	}
	for _, same := range []string{
		"?fm=png&w=300&t64=SGVsbG8sIPCfjI0&tsz=40&tc=red&ta=left,top&tf=bold,DejaVu+Sans&txt-lead=0&txt-clip=end",
		"/w=300,fm=png,txt=Hello%2C%20%F0%9F%8C%8D,txt-size=40,txt-color=f00,txt-align=top%2Cleft,txt-font=dejavu%20sans%2Cbold/hello.png",
	} {
		if a := p.get("/image/" + photo + same); a.header.Get("ETag") != got.header.Get("ETag") || a.header.Get("ETag") == "" {
			t.Errorf("GET %s: %d, ETag %s, want %s", same, a.status, a.header.Get("ETag"), got.header.Get("ETag"))
		}
	}
	p.api(http.MethodPost, "/process", `{"name":"greet","instructions":{"txt-size":40,"txt-color":"f00","txt-align":["top","left"],"txt-font":"dejavu sans,bold"}}`)
	preset := p.get("/image/" + photo + "?w=300&fm=png&preset=greet&txt=Hello,%20%F0%9F%8C%8D")
	if preset.header.Get("ETag") != got.header.Get("ETag") {
		t.Errorf("text in a preset's font = %d, ETag %s, want %s", preset.status, preset.header.Get("ETag"), got.header.Get("ETag"))
	}
	out, err := lightwell(t, nil, "explain", "--data="+data, byQuery+"&txt-line-color=fff")
	for _, want := range []string{"recipe     w=300&txt=Hello,%20%F0%9F%8C%8D&txt-align=top,left&", "inert      txt-line-color=fff\n", `"families": "dejavu sans",`, strings.Trim(got.header.Get("ETag"), `"`)} {
		if err != nil || !strings.Contains(out, want) {
			t.Errorf("explain of a text = %v, want %q\n%s", err, want, out)
		}
	}
}

// What is no text is a 400 that names it, at once, however long it is.
func TestTextThatIsRefused(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	photo := p.upload(testdata(t, "photo.jpg"))
	for _, query := range []string{"txt=" + strings.Repeat("a", 1001), "txt=%00", "txt=%FF", "t=%1B"} {
		a := p.get("/image/" + photo + "?" + query)
		if doc := a.problem(); a.status != http.StatusBadRequest || doc.Param != "txt" {
			t.Errorf("GET ?%.20s = %d %+v, want a 400 of txt", query, a.status, doc)
		}
	}
	began := time.Now()
	resp, err := http.Get(p.images + "/image/" + photo + "?txt=" + strings.Repeat("a", 10<<20))
	if err == nil {
		resp.Body.Close()
		if resp.StatusCode < 400 || resp.StatusCode > 499 {
			t.Errorf("GET of 10 MB of text = %d", resp.StatusCode)
		}
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("10 MB of text were refused after %v", took)
	}
	if a := p.get("/image/" + photo + "?w=50&txt=ok"); a.status != http.StatusOK {
		t.Errorf("after that, GET = %d", a.status)
	}
}

// Each family that is listed can be written in.
func TestFontsAreListed(t *testing.T) {
	out, err := lightwell(t, nil, "fonts")
	if err != nil || !strings.Contains(out, "\nDejaVu Sans Mono: Bold, Bold Oblique, Book, Oblique\n") {
		t.Fatalf("fonts = %v\n%.500s", err, out)
	}
	asJSON, err := lightwell(t, nil, "fonts", "--json")
	lines := strings.Split(strings.TrimSpace(asJSON), "\n")
	if err != nil || len(lines) != strings.Count(out, "\n") {
		t.Fatalf("fonts --json = %d lines, %v, want %d", len(lines), err, strings.Count(out, "\n"))
	}
	p := serve(t, t.TempDir(), nil)
	photo := p.upload(testdata(t, "photo.jpg"))
	for _, line := range lines[:10] {
		var f struct {
			Family string
			Styles []string
		}
		if err := json.Unmarshal([]byte(line), &f); err != nil || len(f.Styles) == 0 {
			t.Fatalf("fonts --json has %s: %v", line, err)
		}
		if a := p.get("/image/" + photo + "?w=50&txt=a&txt-font=" + url.QueryEscape(f.Family)); a.status != http.StatusOK {
			t.Errorf("GET with txt-font=%s = %d %s", f.Family, a.status, a.body)
		}
	}
}
