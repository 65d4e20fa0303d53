package engine

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/png"
	"slices"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// What makes a drawing: most of its pixels have one of a few colours. Of 48 photographs at 320 and 800
// pixels no more than 60 % had one of their 32 most frequent colours, of 24 drawings and screenshots
// all but those with photographs in them at least so many.
const (
	fewColors  = 32
	mostOfThem = 0.6
	sampled    = 200 // rows, and pixels of each
)

// isDrawing tells a drawing from a photograph, by some of its pixels. What cannot be seen is one colour.
func isDrawing(img *vips.ImageRef) (bool, error) {
	if img.BandFormat() != vips.BandFormatUchar || img.Bands() < 3 {
		return false, nil
	}
	pixels, err := pixelsOf(img)
	if err != nil {
		return false, err
	}
	counts := map[uint32]int{}
	down, across := max(1, pixels.height/sampled), max(1, pixels.width/sampled)
	total := 0
	for y := 0; y < pixels.height; y += down {
		for x := 0; x < pixels.width; x += across {
			c := fullColor(pixels.at(x, y))
			if c[3] == 0 {
				c = [4]byte{}
			}
			counts[binary.LittleEndian.Uint32(c[:])]++
			total++
		}
	}
	var frequent []int
	for _, n := range counts {
		frequent = append(frequent, n)
	}
	slices.SortFunc(frequent, func(a, b int) int { return b - a })
	covered := 0
	for _, n := range frequent[:min(len(frequent), fewColors)] {
		covered += n
	}
	return float64(covered) >= mostOfThem*float64(total), nil
}

// fullColor is a pixel's colour with its alpha.
func fullColor(pixel []byte) (c [4]byte) {
	c[3] = 255
	copy(c[:], pixel)
	return c
}

// mostIndexed is how many colours a PNG's palette has.
const mostIndexed = 256

// indexed is an image as a PNG with a palette, where that loses nothing: it has few colours. It is nil
// where it has more, or has to be written otherwise.
func indexed(img *vips.ImageRef, e transform.Encode) []byte {
	if e.Colors > 0 || e.Deep || e.Grey || img.HasICCProfile() || img.BandFormat() != vips.BandFormatUchar || img.Bands() < 3 {
		return nil
	}
	pixels, err := pixelsOf(img)
	if err != nil {
		return nil
	}
	picture := image.NewPaletted(image.Rect(0, 0, pixels.width, pixels.height), nil)
	at := map[[4]byte]uint8{}
	for y := range pixels.height {
		for x := range pixels.width {
			c := fullColor(pixels.at(x, y))
			index, known := at[c]
			if !known {
				if len(at) == mostIndexed {
					return nil
				}
				index = uint8(len(at))
				at[c] = index
				picture.Palette = append(picture.Palette, color.NRGBA{c[0], c[1], c[2], c[3]})
			}
			picture.Pix[y*picture.Stride+x] = index
		}
	}
	var body bytes.Buffer
	if (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&body, picture) != nil {
		return nil
	}
	return body.Bytes()
}
