package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"
)

// oneColor is a PNG.
func oneColor(t *testing.T, width, height int, c color.NRGBA) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		img.SetNRGBA(i%width, i/width, c)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// pixel is one of a PNG's, counted from the right lower corner.
func pixel(t *testing.T, encoded []byte, fromRight, fromBottom int) color.NRGBA {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	b := img.Bounds()
	return color.NRGBAModel.Convert(img.At(b.Max.X-fromRight, b.Max.Y-fromBottom)).(color.NRGBA)
}

// From the upload of a photograph and a logo to the logo's end, over both doors.
func TestAMarkIsLaidOverAPhotograph(t *testing.T) {
	const life = 300 * time.Millisecond
	data := t.TempDir()
	p := serve(t, data, []string{"--metadata-life=" + life.String()})
	other := serve(t, data, []string{"--metadata-life=" + life.String()}) // over the same store
	red, green := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 200, 0, 255}
	photo, logo, second := p.upload(testdata(t, "photo.jpg")), p.upload(oneColor(t, 40, 20, red)), p.upload(oneColor(t, 40, 20, green))
	name := func(id string, status int) {
		t.Helper()
		if a := p.api(http.MethodPut, "/marks/logo.png", `{"imageId":"`+id+`"}`); a.status != status {
			t.Fatalf("PUT /marks/logo.png = %d %s, want %d", a.status, a.body, status)
		}
	}
	name(logo, http.StatusCreated)
	byName, byID := "/image/"+photo+"?w=300&fm=png&mark=logo.png", "/image/"+photo+"?w=300&fm=png&mark="+logo

	got := p.get(byName)
	if got.status != http.StatusOK || pixel(t, got.body, 6, 6) != red || pixel(t, got.body, 45, 25) != red || pixel(t, got.body, 5, 6) == red || pixel(t, got.body, 46, 6) == red {
		t.Errorf("GET %s = %d: the mark is not where it should be", byName, got.status)
	}
	if c := got.header.Get("Cache-Control"); c != "public, max-age=600" {
		t.Errorf("GET %s: Cache-Control = %q", byName, c)
	}
	if tags := got.header.Get("Cache-Tag"); tags != photo+","+logo {
		t.Errorf("GET %s: Cache-Tag = %q, want both images", byName, tags)
	}
	fixed := p.get(byID)
	if fixed.header.Get("ETag") != got.header.Get("ETag") || !strings.Contains(fixed.header.Get("Cache-Control"), "immutable") || fixed.header.Get("Server-Timing") != "cache;desc=memory" {
		t.Errorf("GET %s: ETag %s, %q, %s, want the same rendition, immutable", byID, fixed.header.Get("ETag"), fixed.header.Get("Cache-Control"), fixed.header.Get("Server-Timing"))
	}
	if other.get(byName).header.Get("ETag") != got.header.Get("ETag") {
		t.Error("the other process has another ETag")
	}

	// The same in JSON, ahead and as a preset.
	done := p.api(http.MethodPost, "/process", fmt.Sprintf(`{"imageId":"%s","w":300,"format":"png","watermark":"logo.png"}`, photo))
	var made struct{ Status, URL string }
	if err := json.Unmarshal(done.body, &made); err != nil || done.status != http.StatusOK || !strings.Contains(made.URL, "mark=logo.png") {
		t.Fatalf("POST /process = %d %s", done.status, done.body)
	}
	if a := do(t, request(t, http.MethodGet, made.URL, nil)); a.header.Get("ETag") != got.header.Get("ETag") {
		t.Errorf("GET %s: ETag %s, want %s", made.URL, a.header.Get("ETag"), got.header.Get("ETag"))
	}
	p.api(http.MethodPost, "/process", `{"name":"signed","instructions":{"watermark":{"image":"logo.png","position":"top-left","opacity":0.5,"width":0.2}}}`)
	preset, explicit := p.get("/image/"+photo+"?preset=signed&w=301"), p.get("/image/"+photo+"?w=301&m="+logo+"&mark-align=left,top&mark-alpha=50&mark-w=0.2")
	if preset.status != http.StatusOK || preset.header.Get("ETag") != explicit.header.Get("ETag") {
		t.Errorf("a preset with a mark = %d, ETag %s, want %s", preset.status, preset.header.Get("ETag"), explicit.header.Get("ETag"))
	}
	out, err := lightwell(t, nil, "explain", "--data="+data, byName+"&mark-pad=9&mark-fit=crop")
	if err != nil || !strings.Contains(out, "mark       logo.png: "+logo+", png, 40 x 20 upright") || !strings.Contains(out, "inert      mark-fit=crop\n") {
		t.Errorf("explain of a mark = %v\n%s", err, out)
	}
	if out, err := lightwell(t, nil, "explain", "--data="+data, byName); err != nil || !strings.Contains(out, strings.Trim(got.header.Get("ETag"), `"`)) {
		t.Errorf("explain = %v, want the key %s\n%s", err, got.header.Get("ETag"), out)
	}

	// The name is given to another image, which shows everywhere; the id stands for what it did.
	name(second, http.StatusOK)
	for _, at := range []*process{p, other} {
		eventually(t, 20*life, "the other mark", func() bool { return pixel(t, at.get(byName).body, 6, 6) == green })
	}
	if a := p.get(byID); pixel(t, a.body, 6, 6) != red {
		t.Errorf("GET %s changed with the name", byID)
	}

	// The image under the name is deleted.
	if a := p.api(http.MethodDelete, "/image/"+second, ""); a.status != http.StatusNoContent {
		t.Fatalf("DELETE of the logo = %d %s", a.status, a.body)
	}
	for _, at := range []*process{p, other} {
		eventually(t, 20*life, "a 404", func() bool { return at.get(byName).status == http.StatusNotFound })
		a := at.get(byName)
		if doc := a.problem(); doc.Param != "mark" || !strings.Contains(doc.Detail, `"logo.png"`) || a.header.Get("Cache-Control") != "public, max-age=60" {
			t.Errorf("GET with a mark that is gone = %+v, %q", doc, a.header.Get("Cache-Control"))
		}
	}
	refused := p.api(http.MethodPost, "/process", `{"imageId":"`+photo+`","watermark":"logo.png"}`)
	if doc := refused.problem(); refused.status != http.StatusNotFound || doc.Param != "mark" {
		t.Errorf("POST /process with a mark that is gone = %d %s", refused.status, refused.body)
	}
	if out, err := lightwell(t, nil, "explain", "--data="+data, byName); err == nil || !strings.Contains(out+err.Error(), "There is no mark") {
		t.Errorf("explain of a mark that is gone = %v\n%s", err, out)
	}
	if a := p.get(byID); a.status != http.StatusOK || pixel(t, a.body, 6, 6) != red {
		t.Errorf("GET %s = %d, want it as before", byID, a.status)
	}
}
