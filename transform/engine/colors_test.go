package engine

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightwell/transform"

	"github.com/lucasb-eyer/go-colorful"
)

// mostApart is how far colours may be from those of the reference, in CIEDE2000 on the mean.
const mostApart = 1.5

// A photograph with a profile has the colours that Chromium shows, and one of a printer's inks
// those that Little CMS makes of it. LIGHTWELL_UPDATE=1 writes the table of it.
func TestColors(t *testing.T) {
	files := colorFiles(t)
	shown := inChromium(t, files)
	var table strings.Builder
	table.WriteString(colorsHead)
	for i, f := range files {
		t.Run(f.name, func(t *testing.T) { table.WriteString(f.compared(t, shown[i])) })
	}
	if os.Getenv("LIGHTWELL_UPDATE") != "" && os.Getenv("LIGHTWELL_CORPUS") != "" {
		if err := os.WriteFile("../../docs/colors.md", []byte(table.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

const colorsHead = `# Colours, compared with other programs

How far the colours of a rendition look from what another program makes of the same file: the mean ΔE of CIEDE2000, of which 1 is about the least that is seen side by side, over some 50,000 pixels, and in brackets what a hundredth of the pixels exceed. Chromium shows the file on a canvas of sRGB, and for ` + "`cs=p3`" + ` on one of Display P3; Little CMS (` + "`transicc`" + `, perceptual) converts inks to sRGB, by the profile of the file or the one that the engine has for files without. CICP are the numbers by which an AVIF or PNG tells primaries and curve (ITU-T H.273): 9 is BT.2020 and 12 P3; 1 and 13 are sRGB's, 16 is PQ and 18 HLG. The test holds the means in bold below 1.5. Written by:

    LIGHTWELL_UPDATE=1 go test -run=TestColors ./transform/engine

| file | colours | Chromium, sRGB | Chromium, Display P3 | Little CMS, sRGB |
| --- | --- | ---: | ---: | ---: |
`

// colorFile is a file whose colours are compared.
type colorFile struct {
	name, path string
	inks       bool // it is CMYK
}

// colorFiles are those of testdata and of the corpus in which colours have a meaning of their own,
// and that Chromium can read; and a photograph in inks, which is made here: a profile of
// those is too large for testdata.
func colorFiles(t *testing.T) (files []colorFile) {
	t.Helper()
	patterns := []string{"../../testdata/photo-*.jpg", "../../testdata/cmyk.jpg"}
	if corpus := os.Getenv("LIGHTWELL_CORPUS"); corpus != "" {
		for _, pattern := range []string{"d-jpeg-*-photo.jpg", "d-png-*.png", "d-tiff-cmyk-*", "jpeg-cmyk-*", "jpeg-ultrahdr-*", "avif-8bit-*", "d-avif-*", "avif-hdr-*"} {
			patterns = append(patterns, filepath.Join(corpus, "formats", pattern))
		}
	}
	for _, pattern := range patterns {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
			files = append(files, colorFile{name, path, strings.Contains(name, "cmyk")})
		}
	}
	files = append(files, colorFile{"testdata/photo.jpg in inks", printed(t), true})
	for _, told := range []struct {
		fm string
		cicp
	}{
		{"avif", cicp{12, 13, 0}}, {"avif", cicp{9, 1, 0}}, {"avif", cicp{9, 16, 0}}, {"avif", cicp{12, 16, 0}}, {"avif", cicp{9, 18, 0}},
		{"png", cicp{12, 13, 0}}, {"png", cicp{9, 16, 0}}, {"png", cicp{9, 18, 0}},
	} {
		name := fmt.Sprintf("testdata/photo.jpg as %s, told to be %d/%d", told.fm, told.primaries, told.transfer)
		files = append(files, colorFile{name, written(t, "told."+told.fm, toldOf(t, told.fm, told.cicp)), false})
	}
	return files
}

// compared is a file's line of the table.
func (f colorFile) compared(t *testing.T, shown canvas) string {
	t.Helper()
	data, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	line := fmt.Sprintf("| %s | %s |", f.name, f.meaning(t, data))
	for _, space := range []struct{ query, canvas string }{{"fm=png", "srgb"}, {"fm=png&cs=p3", "display-p3"}} {
		if f.inks && space.canvas != "srgb" || shown.Refused != "" {
			line += " |"
			continue
		}
		line += said(t, !f.inks, rendered(t, data, space.query), shown.colors(t, space.canvas))
	}
	if !f.inks {
		return line + " |\n"
	}
	return line + said(t, true, rendered(t, data, "fm=png"), byLittleCMS(t, data)) + "\n"
}

// said compares two rows of colours, for the table.
func said(t *testing.T, held bool, got, want []colorful.Color) string {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d colours, and %d of the reference", len(got), len(want))
	}
	d := apart(some(got), some(want))
	if !held {
		return fmt.Sprintf(" %.2f (%.1f) |", d.mean, d.p99)
	}
	if d.mean >= mostApart {
		t.Errorf("the colours are %.2f (%.2f) from those of the reference, want less than %v on the mean", d.mean, d.p99, mostApart)
	}
	return fmt.Sprintf(" **%.2f** (%.1f) |", d.mean, d.p99)
}

// some are pixels from all over a picture, enough to tell how it differs.
func some(all []colorful.Color) (part []colorful.Color) {
	const enough = 50_000
	for i := 0; i < len(all); i += max(1, len(all)/enough) {
		part = append(part, all[i])
	}
	return part
}

// meaning is what a file says of its colours.
func (f colorFile) meaning(t *testing.T, data []byte) string {
	t.Helper()
	said := "RGB"
	if f.inks {
		said = "CMYK"
	}
	if len(profile(t, data)) > 0 {
		return said + ", ICC"
	}
	if c := heifCICP(data); c.matters() {
		return fmt.Sprintf("%s, CICP %d/%d", said, c.primaries, c.transfer)
	}
	return said
}

// every is how many pixels apart those are that are compared.
const every = 13

// rendered is colours of a rendition of the file, every so many pixels.
func rendered(t *testing.T, data []byte, query string) (colors []colorful.Color) {
	t.Helper()
	r, plan := render(t, data, query)
	img, err := png.Decode(bytes.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	width := img.Bounds().Dx()
	for i := 0; i < width*img.Bounds().Dy(); i += every {
		r, g, b, a := img.At(i%width, i/width).RGBA()
		if a == 0xffff {
			colors = append(colors, colorIn(plan.Space, float64(r)/0xffff, float64(g)/0xffff, float64(b)/0xffff))
		}
	}
	return colors
}

// colorIn is a colour of a space.
func colorIn(s transform.Space, r, g, b float64) colorful.Color {
	if s == transform.SpaceP3 {
		return colorful.DisplayP3(r, g, b)
	}
	return colorful.Color{R: r, G: g, B: b}
}
