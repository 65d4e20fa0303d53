package bench

import (
	"os"
	"testing"
)

// A WebP has the colours of the picture that it was made of.
func TestScoresOfWebP(t *testing.T) {
	read := func(name string) []byte {
		body, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return body
	}
	webp, err := decode(read("photo.webp"))
	if err != nil {
		t.Fatal(err)
	}
	original, err := decode(read("photo.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	want := resized(original, webp.Rect)
	var off [3]float64
	for i := range want.Pix {
		if i%4 < 3 {
			d := float64(webp.Pix[i]) - float64(want.Pix[i])
			off[i%4] += d * 4 / float64(len(want.Pix))
		}
	}
	for c, d := range off {
		if d < -1 || d > 1 {
			t.Errorf("channel %d is %.2f from the photograph's in the mean", c, d)
		}
	}
}
