package ssimulacra2

import (
	"errors"
	"image"
	"math"
	"testing"
)

func FuzzScore(f *testing.F) {
	f.Add(uint8(8), uint8(8), []byte("seed"))
	f.Add(uint8(33), uint8(17), []byte{0, 255, 0, 0, 255, 255, 255, 1})
	f.Fuzz(func(t *testing.T, width, height uint8, pixels []byte) {
		img := image.NewNRGBA(image.Rect(0, 0, int(width)%70, int(height)%70))
		copy(img.Pix, pixels)
		other := noise(img.Rect.Dx(), img.Rect.Dy(), 1)
		for _, pair := range [][2]*image.NRGBA{{img, other}, {other, img}} {
			score, err := Score(pair[0], pair[1])
			if tooSmall := min(img.Rect.Dx(), img.Rect.Dy()) < leastPixels; tooSmall != errors.Is(err, ErrTooSmall) {
				t.Errorf("Score(%v) = %v", img.Rect, err)
			}
			if math.IsNaN(score) || math.IsInf(score, 0) || score > 100 {
				t.Errorf("Score(%v) = %v", img.Rect, score)
			}
		}
	})
}
