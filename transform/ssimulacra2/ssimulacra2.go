// Package ssimulacra2 tells how much a person would see that an image was distorted, as by compression.
//
// It is SSIMULACRA 2 in its version 2.1 of April 2023, by Jon Sneyers (Cloudinary), written anew:
// https://github.com/cloudinary/ssimulacra2. Both images are taken to XYB at six scales; a Reference
// holds that of the first (reference.go), and the rows of the second run past it (compare.go) to be
// blurred (blur.go) and compared (maps.go). 108 norms of what differs make one score (score.go).
//
// A score is the same on every run. Between architectures it may differ in its last digits, as some
// of them round once where others round twice.
package ssimulacra2

import (
	"errors"
	"fmt"
	"image"
)

const (
	mostScales  = 6 // each half as large as the one before
	leastPixels = 8 // of a side, from which on another scale is made
)

var (
	ErrTooSmall = fmt.Errorf("a side is less than %d px", leastPixels)
	ErrSize     = errors.New("the images differ in size")
)

// Score compares a distorted image with its reference, both in sRGB: 100 is the same, 90 a
// difference that few see, 70 high quality, 50 medium, 30 low; it may be negative. Images with
// transparency are seen over a dark and over a light grey, and the worse score counts.
//
// The error is ErrTooSmall or ErrSize.
func Score(reference, distorted *image.NRGBA) (float64, error) {
	if reference.Rect.Size() != distorted.Rect.Size() {
		return 0, sizeError(reference.Rect.Size(), distorted.Rect.Size())
	}
	r, err := NewReference(reference)
	if err != nil {
		return 0, err
	}
	return r.Score(distorted)
}

func sizeError(reference, distorted image.Point) error {
	return fmt.Errorf("compare %d x %d px with %d x %d px: %w", distorted.X, distorted.Y, reference.X, reference.Y, ErrSize)
}
