package ssimulacra2

import (
	"fmt"
	"image"
)

// A Reference keeps what is computed of a reference once, for several comparisons: about 40 bytes a
// pixel, twice that with transparency. It may be used by several goroutines at once. It does not
// keep the image.
type Reference struct {
	size  image.Point
	greys []float64 // under transparency; one, without a meaning, where all is opaque
	over  [][]scale // for each of greys
}

// A scale is the reference at one scale, and what of it every comparison needs.
type scale struct {
	xyb     picture
	means   [channels][]float32
	squares [channels][]float32 // blurred; none where SSIM has no weight
}

// NewReference takes in a reference in sRGB. The error is ErrTooSmall.
func NewReference(img *image.NRGBA) (*Reference, error) {
	size := img.Rect.Size()
	if size.X < leastPixels || size.Y < leastPixels {
		return nil, fmt.Errorf("take %d x %d px as reference: %w", size.X, size.Y, ErrTooSmall)
	}
	r := &Reference{size: size, greys: greysUnder(img)}
	w := pool.Get().(*work)
	defer pool.Put(w)
	for _, grey := range r.greys {
		w.light.setLight(img, grey)
		r.over = append(r.over, w.scales())
	}
	return r, nil
}

func greysUnder(img *image.NRGBA) []float64 {
	if hasAlpha(img) {
		return []float64{darkGrey, lightGrey}
	}
	return []float64{darkGrey}
}

// scalesOf tells how many scales an image has. The last may have sides of less than leastPixels.
func scalesOf(width, height int) int {
	n := 1
	for ; n < mostScales && width >= leastPixels && height >= leastPixels; n++ {
		width, height = (width+1)/2, (height+1)/2
	}
	return n
}

// scales makes all scales of w.light, and halves it on the way.
func (w *work) scales() []scale {
	scales := make([]scale, scalesOf(w.light.width, w.light.height))
	for i := range scales {
		if i > 0 {
			w.light.halve()
		}
		s := &scales[i]
		s.xyb.setXYB(&w.light)
		for c := range channels {
			s.means[c] = make([]float32, len(s.xyb.planes[c]))
			if weightsOf(c, i, len(scales)).needsStructure() {
				s.squares[c] = make([]float32, len(s.xyb.planes[c]))
			}
			w.blurReference(s, c)
		}
	}
	return scales
}

// blurReference fills the means and the squares of a channel.
func (w *work) blurReference(s *scale, c int) {
	width, height := s.xyb.width, s.xyb.height
	withSquares := s.squares[c] != nil
	w.reset(width)
	for y := -radius; y < height; y++ {
		w.push(nil, s.xyb.rowOrNone(c, y+radius), withSquares)
		if y < 0 {
			continue
		}
		copy(s.means[c][y*width:], w.mean.out)
		if withSquares {
			copy(s.squares[c][y*width:], w.square.out)
		}
	}
}
