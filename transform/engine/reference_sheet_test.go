package engine

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/davidbyttow/govips/v2/vips"
)

// The sheet shows three references beside each other, each as three pictures.
const (
	sheetAcross, sheetDown = 3, 11
	sheetCell, sheetGap    = 162, 6
	sheetCaption           = 30
	sheetWidth             = sheetAcross * (3*(sheetCell+sheetGap) + 4*sheetGap)
)

// With LIGHTWELL_REFERENCE_SHEET in the environment, a name with a %d for the page,
// every reference is drawn as ours, theirs and the difference: white is none, black a
// ΔE of 10. Without it a few are, so that it can be drawn when it is wanted.
func TestReferenceSheet(t *testing.T) {
	name, references := os.Getenv("LIGHTWELL_REFERENCE_SHEET"), references
	if name == "" {
		name, references = filepath.Join(t.TempDir(), "%d.jpg"), references[:2*sheetAcross]
	}
	perPage := sheetAcross * sheetDown
	for page := 0; page*perPage < len(references); page++ {
		rows := references[page*perPage : min((page+1)*perPage, len(references))]
		sheet := drawSheet(t, rows)
		if drawn, err := jpeg.DecodeConfig(bytes.NewReader(sheet)); err != nil || drawn.Width != sheetWidth {
			t.Fatalf("page %d is %d pixels wide, %v; want %d", page+1, drawn.Width, err, sheetWidth)
		}
		if err := os.WriteFile(fmt.Sprintf(name, page+1), sheet, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// drawSheet is a page as JPEG.
func drawSheet(t *testing.T, rows []reference) []byte {
	height := (len(rows) + sheetAcross - 1) / sheetAcross * (sheetCell + sheetCaption)
	var svg bytes.Buffer
	fmt.Fprintf(&svg, `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="%d" height="%d">`, sheetWidth, height)
	fmt.Fprint(&svg, `<rect width="100%" height="100%" fill="#c8c8c8"/>`)
	for i, ref := range rows {
		x, y := i%sheetAcross*(sheetWidth/sheetAcross)+sheetGap, i/sheetAcross*(sheetCell+sheetCaption)
		ours, want := ref.pictures(t)
		drawRow(&svg, ref, x, y, ours, want)
	}
	fmt.Fprint(&svg, `</svg>`)
	sheet, err := vips.NewImageFromBuffer(svg.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	defer sheet.Close()
	if err := sheet.Flatten(&vips.Color{R: 255, G: 255, B: 255}); err != nil {
		t.Fatal(err)
	}
	params := vips.NewJpegExportParams()
	params.Quality = 80
	drawn, _, err := sheet.ExportJpeg(params)
	if err != nil {
		t.Fatal(err)
	}
	return drawn
}

func drawRow(svg *bytes.Buffer, ref reference, x, y int, ours, want picture) {
	for i, p := range []picture{ours, want, difference(ours, want)} {
		side := min(sheetCell, p.height)
		fmt.Fprintf(svg, `<image x="%d" y="%d" width="%d" height="%d" xlink:href="data:image/png;base64,%s"/>`,
			x+i*(sheetCell+sheetGap), y+sheetCaption, min(sheetCell, p.width), side, base64.StdEncoding.EncodeToString(p.png()))
	}
	d := perceive(ours, want)
	for i, line := range []string{
		fmt.Sprintf("%s: %.2f, %.2f of %v, %v", ref.name, d.mean, d.p99, ref.tolerance.mean, ref.tolerance.p99), ref.query,
	} {
		fmt.Fprintf(svg, `<text x="%d" y="%d" font-family="DejaVu Sans Mono" font-size="%d">%s</text>`,
			x, y+12+i*13, min(11, 800/max(len(line), 1)), html.EscapeString(line))
	}
}

// difference is grey: lighter where two pictures of one size are closer.
func difference(a, b picture) picture {
	d := picture{a.width, a.height, make([]byte, len(a.rgba))}
	if a.width != b.width || a.height != b.height {
		return d
	}
	of, against := a.seenOn(0), b.seenOn(0)
	for i := range of {
		level := byte(255 - min(255, 25.5*deltaE(of[i], against[i])))
		copy(d.rgba[4*i:], []byte{level, level, level, 255})
	}
	return d
}

func (p picture) png() []byte {
	img := &image.NRGBA{Pix: p.rgba, Stride: 4 * p.width, Rect: image.Rect(0, 0, p.width, p.height)}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic(err)
	}
	return out.Bytes()
}
