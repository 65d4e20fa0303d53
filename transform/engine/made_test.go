package engine

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"
)

// quarters is a JPEG of 160 x 120 in four colours.
func quarters(t testing.TB, topLeft, topRight, bottomLeft, bottomRight [4]int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 160, 120))
	for y := range 120 {
		for x := range 160 {
			c := [2][2][4]int{{topLeft, topRight}, {bottomLeft, bottomRight}}[y/60][x/80]
			img.Set(x, y, color.RGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// transparent is a PNG with a white disc on transparent black.
func transparent(t testing.TB) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 100, 100))
	for y := range 100 {
		for x := range 100 {
			if (x-50)*(x-50)+(y-50)*(y-50) < 900 {
				img.Set(x, y, color.White)
			}
		}
	}
	return encodePNG(t, img)
}

// swatches are the colours of the picture of that name, left to right; the last is
// half transparent.
var swatches = [5][4]int{{200, 60, 40, 255}, {40, 120, 70, 255}, {90, 110, 160, 255}, {128, 128, 128, 255}, {180, 200, 90, 128}}

// swatch is a PNG of fields of 40 x 40 pixels in these colours.
func swatch(t testing.TB) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 40*len(swatches), 40))
	for y := range 40 {
		for x := range 40 * len(swatches) {
			c := swatches[x/40]
			img.Set(x, y, color.NRGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), uint8(c[3])})
		}
	}
	return encodePNG(t, img)
}

// busyEnd is a PNG that is grey but for a chequered right end.
func busyEnd(t testing.TB) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 300, 60))
	for y := range 60 {
		for x := range 300 {
			c := color.NRGBA{90, 90, 90, 255}
			if x > 240 && (x/7+y/7)%2 == 0 {
				c = color.NRGBA{250, uint8(x), uint8(4 * y), 255}
			}
			img.Set(x, y, c)
		}
	}
	return encodePNG(t, img)
}

// withEXIF puts an APP1 segment with an orientation and a description into a
// JPEG, before all others, so that it is the one that counts.
func withEXIF(t testing.TB, jpg []byte, orientation int) []byte {
	t.Helper()
	text := "LIGHTWELL-SECRET\x00"
	tiff := "MM\x00*\x00\x00\x00\x08" + "\x00\x02" +
		"\x01\x0e\x00\x02\x00\x00\x00" + string(rune(len(text))) + "\x00\x00\x00\x26" + // ImageDescription at 38
		"\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00" +
		"\x00\x00\x00\x00" + text
	segment := "Exif\x00\x00" + tiff
	length := len(segment) + 2
	out := append([]byte{}, jpg[:2]...)
	out = append(out, 0xff, 0xe1, byte(length>>8), byte(length))
	out = append(out, segment...)
	return append(out, jpg[2:]...)
}

func encodePNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// broken gives a reader a block of which whatever is missing or wrong. That it comes back is all that is wanted.
func broken(block []byte, read func([]byte)) {
	for i := range block {
		read(block[:i])
		wrong := append([]byte(nil), block...)
		wrong[i] ^= 0xff
		read(wrong)
	}
}
