package engine

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"lightwell/transform"
)

// chosenFor is what is made of a file for a client.
func chosenFor(t *testing.T, data []byte, query, accept string) (transform.Rendition, transform.Plan) {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	seen, err := Inspect(data, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	recipe, _ := req.Recipe.Resolve(seen.Source, accept, transform.Writable)
	plan, err := recipe.Plan(seen.Source, transform.Found{}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Render(data, Layers{}, &plan)
	if err != nil {
		t.Fatalf("Render(%s) = %v", query, err)
	}
	if got := transform.Sniff(r.Body[:min(len(r.Body), transform.SniffLen)]); got != r.Format || !plan.Admits(r.Format) {
		t.Fatalf("Render(%s) = a file of %v, said to be %v", query, got, r.Format)
	}
	return r, plan
}

const (
	modern = "image/avif,image/webp,*/*;q=0.8"
	middle = "image/webp,*/*;q=0.8"
	old    = "*/*"
)

// chart is a drawing: a few colours and sharp edges.
func chart(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	colors := []color.NRGBA{{255, 255, 255, 255}, {200, 30, 40, 255}, {20, 60, 160, 255}, {0, 0, 0, 255}}
	for y := range height {
		for x := range width {
			bar := x / 16 % len(colors)
			if y < height-(x/16*37)%height {
				bar = 0
			}
			img.SetNRGBA(x, y, colors[bar])
		}
	}
	return img
}

// What comes out for a client is never larger than what one gets that takes no more than the usual; but for
// auto=compress, which has each format look alike.
func TestNothingIsLargerThanForOthers(t *testing.T) {
	files := map[string][]byte{"a chart": encodePNG(t, chart(400, 300)), "a tiny chart": encodePNG(t, chart(20, 20)), "a disc": transparent(t), "a GIF": fixture(t, "iss634.gif")}
	for _, name := range []string{"photo.jpg", "photo.avif", "logo.svg", "lossy-alpha.webp", "alpha-irot.avif", "basn2c16.png"} {
		files[name] = fixture(t, name)
	}
	for name, data := range files {
		for _, query := range []string{"w=16&auto=format", "w=240&auto=format", "w=100&mask=ellipse&auto=format"} {
			if name == "a GIF" && query != "w=16&auto=format" {
				continue // an animation takes seconds
			}
			usual, _ := chosenFor(t, data, query, old)
			for _, accept := range []string{modern, middle, "image/avif"} {
				got, plan := chosenFor(t, data, query, accept)
				// What would be transparent is white for who knows no transparency: another picture.
				if other := plan.Encode.Format.Alpha() && !usual.Format.Alpha() && query == "w=100&mask=ellipse&auto=format"; len(got.Body) > len(usual.Body) && !other {
					t.Errorf("%s, %s for %s: %v of %d bytes, and %v of %d for others", name, query, accept, got.Format, len(got.Body), usual.Format, len(usual.Body))
				}
			}
		}
	}
}

// A small photograph stays in the format that the client prefers, in no more bytes than others get
// and looking no worse.
func TestPreferredFormatsMeetOthers(t *testing.T) {
	for _, name := range []string{"photo.jpg", "mona-lisa.jpg"} {
		data := fixture(t, name)
		for _, width := range []int{100, 140, 240, 320} {
			query := fmt.Sprintf("w=%d&auto=format", width)
			exact, _ := render(t, data, fmt.Sprintf("w=%d&fm=png", width))
			usual, _ := chosenFor(t, data, query, old)
			want := decodePicture(t, exact.Body)
			for accept, format := range map[string]transform.Format{modern: transform.AVIF, middle: transform.WebP} {
				got, _ := chosenFor(t, data, query, accept)
				if got.Format != format || len(got.Body) > len(usual.Body) {
					t.Errorf("%s, %s for %s: %v of %d bytes, want %v of no more than %d", name, query, accept, got.Format, len(got.Body), format, len(usual.Body))
				}
				if score, theirs := msssim(decodePicture(t, got.Body), want), msssim(decodePicture(t, usual.Body), want); score < theirs-0.001 {
					t.Errorf("%s, %s for %s scores %.4f, and %.4f for others", name, query, accept, score, theirs)
				}
			}
		}
	}
}

// Drawings lose nothing: not one pixel is another. Photographs do.
func TestDrawingsLoseNothing(t *testing.T) {
	drawing := chart(400, 300)
	data := encodePNG(t, drawing)
	for _, accept := range []string{modern, middle, old} {
		got, _ := chosenFor(t, data, "auto=format", accept)
		want := transform.WebP
		if accept == old {
			want = transform.PNG
		}
		if p := decodePicture(t, got.Body); got.Format != want || !bytes.Equal(p.rgba, drawing.Pix) {
			t.Errorf("a drawing for %s is a %v, its pixels kept: %v; want %v", accept, got.Format, bytes.Equal(p.rgba, drawing.Pix), want)
		}
	}
	for accept, want := range map[string]transform.Format{modern: transform.AVIF, middle: transform.WebP, old: transform.JPEG} {
		got, plan := chosenFor(t, fixture(t, "photo.jpg"), "w=400&auto=format", accept)
		if got.Format != want {
			t.Errorf("a photograph for %s is a %v, want %v; it was chosen among %+v", accept, got.Format, want, plan.Choice)
		}
	}
}

// Who takes more formats gets no larger file, also where that is without loss, or is to be small.
func TestNobodyGetsMore(t *testing.T) {
	drawing, photo := encodePNG(t, chart(300, 200)), fixture(t, "photo.jpg")
	webp := renderAs(t, drawing, "fm=webp&lossless=1")
	blurred := renderAs(t, drawing, "fm=png&blur=15")
	for _, asked := range []struct {
		name, query string
		data        []byte
	}{
		{"photo", "w=120&auto=format&max-bytes=100", photo}, {"drawing", "auto=format&max-bytes=100", drawing},
		{"drawing", "w=60&auto=format", drawing}, {"drawing", "w=45&auto=format,compress", drawing}, {"soft drawing", "w=63&auto=format,compress", blurred},
		{"WebP", "w=75&auto=format", webp}, {"WebP", "w=9&auto=format", webp}, {"WebP", "w=27&auto=format&mask=ellipse", webp},
	} {
		least := math.MaxInt
		for _, accept := range []string{old, middle, modern} {
			got, _ := chosenFor(t, asked.data, asked.query, accept)
			if len(got.Body) > least {
				t.Errorf("%s, %s: %s gets %d bytes of %v, and others %d", asked.name, asked.query, accept, len(got.Body), got.Format, least)
			}
			least = min(least, len(got.Body))
		}
	}
}

// What has a meaning in the format alone that the client prefers keeps no source from standing in.
func TestSourcesStandInForOthers(t *testing.T) {
	drawing := encodePNG(t, chart(300, 200))
	for query, want := range map[string]bool{
		"auto=format": true, "auto=format&chromasub=420": true, "auto=format&cs=origin": false, "auto=format&meta=copyright": false,
	} {
		if _, plan := chosenFor(t, drawing, query, modern); plan.Choice.Source != want {
			t.Errorf("%s of a PNG: the source may stand in: %v, want %v", query, plan.Choice.Source, want)
		}
	}
}

// No number of colours is tried twice: each costs as much as the whole picture.
func TestPalettesOfASmallerFile(t *testing.T) {
	for _, f := range []transform.Format{transform.PNG, transform.GIF} {
		palettes, seen := palettesOf(transform.Encode{Format: f}), map[int]bool{}
		for _, colors := range palettes {
			bits := depth(colors)
			if f == transform.GIF {
				bits = gifDepth(colors)
			}
			if seen[bits] || 1<<bits != colors {
				t.Errorf("%v has %d colours in %d bits, among %v", f, colors, bits, palettes)
			}
			seen[bits] = true
		}
		if len(palettes) < 4 {
			t.Errorf("%v may have %v colours", f, palettes)
		}
	}
}

// A PNG of few colours has a palette of just these.
func TestFewColorsAreIndexed(t *testing.T) {
	drawing := chart(400, 300)
	for i := 3; i < len(drawing.Pix)/2; i += 4 {
		drawing.Pix[i] = 128
	}
	got, _ := chosenFor(t, encodePNG(t, drawing), "fm=png", "")
	img, err := png.Decode(bytes.NewReader(got.Body))
	if err != nil {
		t.Fatal(err)
	}
	paletted, ok := img.(*image.Paletted)
	if !ok || len(paletted.Palette) > 8 || !bytes.Equal(decodePicture(t, got.Body).rgba, drawing.Pix) {
		t.Errorf("a PNG of few colours is a %T, want a palette and every pixel as it was", img)
	}
}

// drab is a photo in a JPEG of a low quality, which says who made it.
func drab(t *testing.T) []byte {
	t.Helper()
	p := decodePicture(t, labelledPhoto(t))
	var body bytes.Buffer
	if err := jpeg.Encode(&body, &image.NRGBA{Pix: p.rgba, Stride: 4 * p.width, Rect: image.Rect(0, 0, p.width, p.height)}, &jpeg.Options{Quality: 20}); err != nil {
		t.Fatal(err)
	}
	labelled := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00 Anna"
	segment := append([]byte{0xff, 0xe1, 0, byte(len(labelled) + 2)}, labelled...)
	return slices.Insert(body.Bytes(), 2, segment...)
}

// A larger file than the source's, of the same pixels, is not sent: the source's is, without what it
// says beside its picture.
func TestSourcesStandIn(t *testing.T) {
	photo := drab(t)
	for query, want := range map[string]bool{
		"fm=jpg": true, "fm=jpg&q=90": true, "auto=format": true, "w=5000&fm=jpg": true, "rect=0,0,10000,10000&fm=jpg": true, "auto=format&rot=0": true,
		"fm=jpg&q=5": false, "fm=pjpg": false, "fm=jpg&meta=copyright": false, "fm=jpg&cs=origin": false, "fm=jpg&chromasub=444": false, "fm=webp&lossless=1": false,
		"fm=jpg&flip=h": false, "fm=jpg&sat=10": false, "w=300&fm=jpg": false, "fm=jpg&blur=1": false, "fm=jpg&rot=180": false, "fm=jpg&orient=3": false, "fm=jpg&border=1,red": false,
	} {
		got, _ := chosenFor(t, photo, query, old)
		is := len(got.Body) == len(plainJPEG(photo)) && bytes.Equal(decodePicture(t, got.Body).rgba, decodePicture(t, photo).rgba)
		if is != want {
			t.Errorf("%s: the answer is the source: %v, want %v; it has %d bytes, and the source %d", query, is, want, len(got.Body), len(photo))
		}
		if bytes.Contains(got.Body, []byte("Anna")) {
			t.Errorf("%s: the answer has metadata", query)
		}
		if want && len(got.Body) > len(photo) {
			t.Errorf("%s: %d bytes of %d", query, len(got.Body), len(photo))
		}
	}
}

// max-bytes is kept to where a lower quality can do it, and no quality is given away for nothing.
func TestMaxBytes(t *testing.T) {
	photo := fixture(t, "photo.jpg")
	for _, fm := range []string{"jpg", "webp", "avif", "jxl", "png", "gif"} {
		whole, _ := chosenFor(t, photo, "w=200&fm="+fm, "")
		for _, part := range []int{90, 60, 30} {
			most := len(whole.Body) * part / 100
			got, _ := chosenFor(t, photo, fmt.Sprintf("w=200&fm=%s&max-bytes=%d", fm, most), "")
			least := most * 7 / 10
			if fm == "png" || fm == "gif" { // their palettes come in steps
				least = most / 4
			}
			if len(got.Body) > most || len(got.Body) < least {
				t.Errorf("%s in %d bytes, %d %% of %d, has %d", fm, most, part, len(whole.Body), len(got.Body))
			}
		}
		same, _ := chosenFor(t, photo, fmt.Sprintf("w=200&fm=%s&max-bytes=%d", fm, len(whole.Body)), "")
		if !bytes.Equal(same.Body, whole.Body) {
			t.Errorf("%s in as many bytes as it has is another file", fm)
		}
		least, _ := chosenFor(t, photo, "w=200&fm="+fm+"&max-bytes=100", "")
		if len(least.Body) >= len(whole.Body) {
			t.Errorf("%s in 100 bytes has %d, want the least there is", fm, len(least.Body))
		}
	}
	drawing, _ := chosenFor(t, encodePNG(t, chart(400, 300)), "auto=format&max-bytes=800", modern)
	if len(drawing.Body) > 800 {
		t.Errorf("a drawing in 800 bytes has %d", len(drawing.Body))
	}
	if moving, _ := chosenFor(t, fixture(t, "iss634.gif"), "w=60&fm=webp&max-bytes=20000", ""); len(moving.Body) > 20000 || header(t, moving.Body).Pages() < 2 {
		t.Errorf("an animation in 20000 bytes has %d, and %d frames", len(moving.Body), header(t, moving.Body).Pages())
	}
}

// Files without what they say beside their pixels have the same pixels, and whatever is broken is
// refused or at least ends.
func TestPlainFiles(t *testing.T) {
	files := map[string][]byte{"drab": drab(t), "labelled": labelledPhoto(t)}
	for name := range fixtures {
		files[name] = fixture(t, name)
	}
	if dir := os.Getenv("LIGHTWELL_CORPUS"); dir != "" {
		paths, err := filepath.Glob(filepath.Join(dir, "formats", "*"))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if files[filepath.Base(path)], err = os.ReadFile(path); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, data := range files {
		format := transform.Sniff(data[:min(len(data), transform.SniffLen)])
		plain := plainFile(data, format)
		if plain == nil {
			continue
		}
		if len(plain) > len(data) {
			t.Errorf("%s became larger: %d of %d bytes", name, len(plain), len(data))
		}
		if transform.Sniff(plain) != format || !bytes.Equal(decodePicture(t, plain).rgba, decodePicture(t, data).rgba) {
			t.Errorf("%s has other pixels without what it says", name)
		}
		for _, said := range []string{"Exif\x00", "http://ns.adobe.com/xap", "Photoshop 3.0", "tEXt", "eXIf", "ICC_PROFILE"} {
			if bytes.Contains(plain, []byte(said)) {
				t.Errorf("%s still says %q", name, said)
			}
		}
		for cut := 0; cut < len(data); cut += 1 + len(data)/200 {
			plainFile(data[:cut], format)
			wrong := bytes.Clone(data)
			wrong[cut] ^= 0xff
			plainFile(wrong, format)
		}
	}
}

// What a file can hold beside a picture goes, wherever it is: a thumbnail of JFIF shows what was cut
// off or painted over since.
func TestPlainFilesSayNothing(t *testing.T) {
	segment := func(marker byte, data string) string {
		return string([]byte{0xff, marker, 0, byte(len(data) + 2)}) + data
	}
	whole := encodePNG(t, chart(64, 48))
	jpg, webp, anim := renderAs(t, whole, "fm=jpg"), renderAs(t, whole, "fm=webp&lossless=1"), renderAs(t, fixture(t, "iss634.gif"), "w=60&fm=gif")
	const secret = "SECRET"
	said := segment(0xe0, "JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x02\x01"+secret) + segment(0xe0, "JFXX\x00\x10"+secret) +
		segment(0xe0, "CIFF"+secret) + segment(0xee, secret) + segment(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x01"+secret)
	extended := append(bytes.Clone(webp), "SECR\x06\x00\x00\x00"+secret...)
	binary.LittleEndian.PutUint32(extended[4:], uint32(len(extended)-8))
	for name, data := range map[string][]byte{
		"JPEG":                          []byte(string(jpg[:2]) + said + string(jpg[2:])),
		"WebP with a chunk of its own":  extended,
		"WebP with something behind it": append(bytes.Clone(webp), secret...),
		"GIF":                           bytes.Replace(anim, []byte("NETSCAPE2.0\x03\x01\x00\x00"), []byte("NETSCAPE2.0\x03\x01\x00\x00\x06"+secret), 1),
	} {
		format := transform.Sniff(data[:min(len(data), transform.SniffLen)])
		if !bytes.Contains(data, []byte(secret)) {
			t.Fatalf("%s is not what is to be tested", name)
		}
		plain := plainFile(data, format)
		if bytes.Contains(plain, []byte(secret)) {
			t.Errorf("%s without what it says still says it", name)
		}
		if plain != nil && !bytes.Equal(decodePicture(t, plain).rgba, decodePicture(t, data).rgba) {
			t.Errorf("%s has other pixels without what it says", name)
		}
		if plain == nil && format != transform.GIF {
			t.Errorf("%s is not made plain", name)
		}
	}
}

func renderAs(t *testing.T, data []byte, query string) []byte {
	t.Helper()
	r, _ := chosenFor(t, data, query, "")
	return r.Body
}

// Comments go from a GIF, and how often it is shown stays.
func TestPlainGIF(t *testing.T) {
	frame := func(c color.Color) *image.Paletted {
		p := image.NewPaletted(image.Rect(0, 0, 8, 8), color.Palette{color.Black, c})
		p.Pix[9] = 1
		return p
	}
	var body bytes.Buffer
	if err := gif.EncodeAll(&body, &gif.GIF{Image: []*image.Paletted{frame(color.White), frame(color.RGBA{255, 0, 0, 255})}, Delay: []int{5, 7}, LoopCount: 3}); err != nil {
		t.Fatal(err)
	}
	data := body.Bytes()
	at := bytes.IndexByte(data[13:], '!') + 13
	commented := slices.Insert(bytes.Clone(data), at, []byte("!\xfe\x04Anna\x00!\xff\x0bXMP DataXMP\x02hi\x00")...)
	if plain := plainGIF(append(commented, "after the end"...)); !bytes.Equal(plain, data) {
		t.Errorf("plainGIF = %q, want %q", plain, data)
	}
}
