package engine

import (
	_ "embed" // the sample

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// The smallest of what is read and cannot be written. The HEIC is a ramp of grey, 16 pixels
// a side.
var (
	//go:embed samples/heic
	heicSample []byte
	svgSample  = []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16"/>`)
	pdfSample  = []byte("%PDF-1.1\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj " +
		"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 16 16]>>endobj " +
		"3 0 obj<</Type/Page/Parent 2 0 R>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
)

// Capable finds out what this build of libvips reads and writes, by doing it.
func Capable() (can transform.Capabilities, err error) {
	defer guard(&err)
	forgetErrors()
	samples := map[transform.Format][]byte{transform.HEIC: heicSample, transform.SVG: svgSample, transform.PDF: pdfSample}
	for _, f := range transform.Writable.List() {
		if body, err := sample(f); err == nil {
			can.Writes |= transform.Formats(f)
			samples[f] = body
		}
	}
	can.Reads = transform.Formats(transform.BMP, transform.ICO) // in Go
	for f, body := range samples {
		if _, err := Inspect(body, transform.DefaultLimits); err == nil {
			can.Reads |= transform.Formats(f)
		}
	}
	can.Fonts, can.Typesetting = Fonts()
	return can, nil
}

// sample is a small picture in a format.
func sample(f transform.Format) ([]byte, error) {
	img, err := vips.Black(16, 16)
	if err != nil {
		return nil, err
	}
	defer img.Close()
	if err := img.ToColorSpace(vips.InterpretationSRGB); err != nil {
		return nil, err
	}
	body, _, err := encode(img, nil, &transform.Plan{Encode: transform.Recipe{Format: f}.Encode()})
	return body, err
}
