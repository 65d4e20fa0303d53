package engine

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/davidbyttow/govips/v2/vips"
)

// header is an image's, without its pixels.
func header(t testing.TB, body []byte) *vips.ImageRef {
	t.Helper()
	img, err := vips.NewImageFromBuffer(body)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(img.Close)
	return img
}

func profile(t *testing.T, body []byte) []byte {
	return header(t, body).GetBlob("icc-profile-data")
}

// profiled are the formats that can say in which space their colours are.
var profiled = []string{"jpg", "png", "webp", "avif", "jxl", "tiff"}

// Colours look alike in each space, and the file says which it is.
func TestSpaces(t *testing.T) {
	for _, name := range []string{"photo-p3.jpg", "photo-adobergb.jpg", "photo.tif", "cmyk.jpg"} {
		data := fixture(t, name)
		plain, _ := render(t, data, "w=100&fm=png")
		want := decodePicture(t, plain.Body)
		for _, fm := range profiled {
			for _, cs := range []string{"p3", "origin"} {
				r, _ := render(t, data, "w=100&q=97&cs="+cs+"&fm="+fm)
				img := header(t, r.Body)
				if !img.HasICCProfile() && name != "cmyk.jpg" && fm != "jxl" {
					t.Errorf("%s as %s with cs=%s has no profile", name, fm, cs)
				}
				if got := pixelsSeen(t, img); !perceive(got, want).within(perceived{3, 14}) {
					t.Errorf("%s as %s with cs=%s looks %+v from sRGB", name, fm, cs, perceive(got, want))
				}
				if cs == "origin" && name != "cmyk.jpg" && fm != "jxl" && !bytes.Equal(profile(t, r.Body), profile(t, data)) {
					t.Errorf("%s as %s with cs=origin has another profile", name, fm)
				}
			}
			if r, _ := render(t, data, "w=100&fm="+fm); fm != "jxl" && len(profile(t, r.Body)) > 0 {
				t.Errorf("%s as %s has a profile unasked", name, fm)
			}
		}
	}
}

// What has no profile and the numbers of Adobe RGB looks dull: that is what strip is asked for.
func TestStrippedSpaceKeepsTheNumbers(t *testing.T) {
	data := fixture(t, "photo-adobergb.jpg")
	stripped, _ := render(t, data, "w=100&fm=png&cs=strip")
	kept, _ := render(t, data, "w=100&fm=png&cs=origin")
	if len(profile(t, stripped.Body)) > 0 {
		t.Error("cs=strip has a profile")
	}
	a, b := decodePicture(t, stripped.Body), decodePicture(t, kept.Body) // neither follows a profile
	if d := distance(t, a, b); d > 0.5 {
		t.Errorf("cs=strip has numbers %.1f from those of the source", d)
	}
}

// 16 bits stay where the format has them, and go where pixels are changed by their colours.
func TestDepth(t *testing.T) {
	for query, want := range map[string]vips.BandFormat{
		"fm=png": vips.BandFormatUshort, "w=16&fm=png": vips.BandFormatUshort, "fm=tiff": vips.BandFormatUshort,
		"fm=jxl&lossless=1": vips.BandFormatUshort, "fm=avif": vips.BandFormatUchar, "fm=jpg": vips.BandFormatUchar,
		"fm=webp": vips.BandFormatUchar, "fm=png8": vips.BandFormatUchar, "fm=png&sat=50": vips.BandFormatUchar,
		"fm=png&pad=3": vips.BandFormatUchar, "fm=tiff&blur=20": vips.BandFormatUchar,
	} {
		r, _ := render(t, fixture(t, "basn2c16.png"), query)
		if img := header(t, r.Body); img.BandFormat() != want {
			t.Errorf("%s of 16 bits has a depth of %v, want %v", query, img.BandFormat(), want)
		}
	}
	deep, _ := render(t, fixture(t, "basn2c16.png"), "fm=png")
	if d := distance(t, decodePicture(t, deep.Body), decodePicture(t, fixture(t, "basn2c16.png"))); d > 0 {
		t.Errorf("16 bits come out %.2f from what they were", d)
	}
}

// What has no colours is written without, until it gets some.
func TestGreyStaysGrey(t *testing.T) {
	grey, err := vips.NewImageFromMemory(bytes.Repeat([]byte{0, 80, 160, 240}, 64*16), 64, 64, 1, vips.BandFormatUchar, vips.InterpretationBW)
	if err != nil {
		t.Fatal(err)
	}
	defer grey.Close()
	data, err := save(grey, "pngsave_buffer", "strip=true")
	if err != nil {
		t.Fatal(err)
	}
	for query, want := range map[string]int{
		"fm=jpg": 1, "fm=pjpg": 1, "fm=png": 1, "fm=jxl&lossless=1": 1, "fm=tiff": 1, "fm=jpg&w=32&con=20&pad=4&bg=888": 1,
		"fm=jpg&sepia=50": 3, "fm=png&border=2,red": 3, "fm=jpg&monochrome=blue": 3, "fm=webp": 3,
	} {
		r, _ := render(t, data, query)
		if img := header(t, r.Body); img.Bands() != want {
			t.Errorf("%s of grey has %d bands, want %d", query, img.Bands(), want)
		}
	}
	same, _ := render(t, data, "fm=png")
	if d := distance(t, decodePicture(t, same.Body), decodePicture(t, data)); d > 0 {
		t.Errorf("grey comes out %.2f from what it was", d)
	}
}

// exifText spells a text as libvips reads it.
func exifText(text string) string {
	return fmt.Sprintf("%s (%s, ASCII, %d components, %d bytes)", text, text, len(text)+1, len(text)+1)
}

// labelledPhoto is a photograph that says who made it, and where.
func labelledPhoto(t *testing.T) []byte {
	t.Helper()
	img := header(t, fixture(t, "photo.webp"))
	for field, text := range map[string]string{
		"exif-ifd0-Artist": "Anna", "exif-ifd0-Copyright": "(c) 2026 Anna, all rights", "exif-ifd0-Model": "Camera 5",
		"exif-ifd2-MakerNote": "home address", "exif-ifd0-ImageDescription": "A view",
	} {
		img.SetString(field, exifText(text))
	}
	img.SetString("exif-ifd3-GPSLatitude", "48/1 51/1 24/1 (48, 51, 24, Rational, 3 components, 24 bytes)")
	img.SetString("exif-ifd3-GPSLatitudeRef", exifText("N"))
	img.SetBlob("xmp-data", []byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.4N"/></rdf:RDF></x:xmpmeta>`))
	data, err := save(img, "jpegsave_buffer", "Q=90")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// What is kept is what was asked for, and the position only where the operator allows it.
func TestMetadata(t *testing.T) {
	data := labelledPhoto(t)
	for _, fm := range []string{"jpg", "png", "webp", "avif", "tiff"} {
		for _, tt := range []struct {
			query    string
			position bool
			has, not []string
		}{
			{"", true, nil, []string{"Anna", "rights", "Camera 5", "GPS", "home address", "A view"}},
			{"&meta=strip&cs=p3", true, nil, []string{"Anna", "rights", "Camera 5", "GPS", "home address", "A view"}},
			{"&meta=copyright", true, []string{"Anna", "(c) 2026 Anna, all rights"}, []string{"Camera 5", "GPS", "home address", "A view"}},
			{"&meta=keep", false, []string{"Anna", "Camera 5", "A view"}, []string{"GPS", "home address"}},
			{"&meta=keep", true, []string{"Anna", "Camera 5", "A view", "GPSLatitude"}, nil},
		} {
			if fm == "tiff" && strings.Contains(tt.query, "keep") {
				continue // libvips writes no EXIF there
			}
			said := sayings(t, data, "w=100&fm="+fm+tt.query, tt.position)
			for _, text := range tt.has {
				if !strings.Contains(said, text) {
					t.Errorf("%s%s, position %v: %q is not kept", fm, tt.query, tt.position, text)
				}
			}
			for _, text := range tt.not {
				if strings.Contains(said, text) {
					t.Errorf("%s%s, position %v: %q is kept", fm, tt.query, tt.position, text)
				}
			}
		}
	}
}

// sayings are all that the metadata of a rendition says, and the file's own text.
func sayings(t *testing.T, data []byte, query string, position bool) string {
	t.Helper()
	plan := planned(t, data, query)
	plan.Position = position
	r, err := Render(data, Layers{}, &plan)
	if err != nil {
		t.Fatalf("Render(%s) = %v", query, err)
	}
	img := header(t, r.Body)
	var said strings.Builder
	for _, field := range img.ImageFields() {
		said.WriteString(field + "=" + img.GetString(field) + "\n")
	}
	said.Write(img.GetBlob("exif-data"))
	said.Write(img.GetBlob("xmp-data"))
	return said.String()
}

func TestEXIFTexts(t *testing.T) {
	block := header(t, labelledPhoto(t)).GetBlob("exif-data")
	said := readExif(block)
	if said.text(artistTag) != "Anna" || !strings.HasPrefix(said.text(copyrightTag), "(c) 2026 Anna, all rights") {
		t.Errorf("readExif = %v", said)
	}
	broken(block, func(b []byte) { readExif(b) })
}

func TestDublinCore(t *testing.T) {
	packet := `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>Anna</rdf:li><rdf:li>Bo</rdf:li></rdf:Seq></dc:creator>
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">All rights</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>`
	if creator, rights := dublinCore([]byte(packet)); creator != "Anna; Bo" || rights != "All rights" {
		t.Errorf("dublinCore = %q, %q", creator, rights)
	}
	for _, nonsense := range []string{"", "<", "<a>", strings.Repeat("<a>", 1000), "\x00"} {
		if creator, rights := dublinCore([]byte(nonsense)); creator+rights != "" {
			t.Errorf("dublinCore(%.10q) = %q, %q", nonsense, creator, rights)
		}
	}
}

// Names are kept as people write them.
func TestCreditsInAnyScript(t *testing.T) {
	img := header(t, fixture(t, "photo.webp"))
	const creator, rights = "Anna Ångström & 山田", "<all> rights"
	img.SetBlob("xmp-data", []byte(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator><rdf:Seq><rdf:li>Anna Ångström &amp; 山田</rdf:li></rdf:Seq></dc:creator><dc:rights><rdf:Alt><rdf:li>&lt;all&gt; rights</rdf:li></rdf:Alt></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>`))
	data, err := save(img, "jpegsave_buffer", "Q=90")
	if err != nil {
		t.Fatal(err)
	}
	for _, fm := range []string{"jpg", "png", "webp", "avif", "tiff"} {
		r, _ := render(t, data, "w=50&meta=copyright&fm="+fm)
		if gotCreator, gotRights := dublinCore(header(t, r.Body).GetBlob("xmp-data")); gotCreator != creator || gotRights != rights {
			t.Errorf("%s says %q and %q, want %q and %q", fm, gotCreator, gotRights, creator, rights)
		}
	}
}
