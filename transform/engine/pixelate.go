package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// pixelate makes squares of their pixels' mean, from the left upper corner on.
// libvips has no call for it that govips offers.
func pixelate(img *vips.ImageRef, p *transform.Plan) error {
	if p.Style.Pixelate < 2 {
		return nil
	}
	pixels, err := img.ToBytes()
	if err != nil {
		return vipsError(nil, "read the pixels", err)
	}
	squares{pixels, img.Width(), img.Height(), img.Bands(), p.Style.Pixelate}.average()
	made, err := vips.NewImageFromMemory(pixels, img.Width(), img.Height(), img.Bands(), vips.BandFormatUchar, vips.InterpretationSRGB)
	if err != nil {
		return vipsError(nil, "pixelate", err)
	}
	defer made.Close()
	return step("pixelate", img.Insert(made, 0, 0, false, nil))
}

// squares are pixels in rows, each of three colours and perhaps alpha.
type squares struct {
	pixels               []byte
	width, height, bands int
	side                 int
}

func (s squares) average() {
	for top := 0; top < s.height; top += s.side {
		for left := 0; left < s.width; left += s.side {
			s.averageOne(left, top, min(left+s.side, s.width), min(top+s.side, s.height))
		}
	}
}

// averageOne averages a square; a pixel counts as much as it can be seen.
func (s squares) averageOne(left, top, right, bottom int) {
	var sum [3]int
	weight, n := 0, (right-left)*(bottom-top)
	s.each(left, top, right, bottom, func(pixel []byte) {
		alpha := 255
		if s.bands > 3 {
			alpha = int(pixel[3])
		}
		weight += alpha
		for i := range sum {
			sum[i] += int(pixel[i]) * alpha
		}
	})
	var mean [4]byte
	for i := range sum {
		mean[i] = byte((sum[i] + weight/2) / max(weight, 1))
	}
	mean[3] = byte((weight + n/2) / n)
	s.each(left, top, right, bottom, func(pixel []byte) { copy(pixel, mean[:]) })
}

func (s squares) each(left, top, right, bottom int, do func(pixel []byte)) {
	for y := top; y < bottom; y++ {
		for x := left; x < right; x++ {
			at := (y*s.width + x) * s.bands
			do(s.pixels[at : at+s.bands])
		}
	}
}
