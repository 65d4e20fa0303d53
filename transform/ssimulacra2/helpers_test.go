package ssimulacra2

import (
	"image"
	"image/draw"
	"image/png"
	"os"
	"testing"
)

// fixture decodes a PNG of testdata/reference, at the top of the repository.
func fixture(t testing.TB, name string) *image.NRGBA {
	t.Helper()
	f, err := os.Open("../../testdata/reference/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	img, err := png.Decode(f)
	if err != nil {
		t.Fatalf("decode %s: %v", name, err)
	}
	return toNRGBA(img, img.Bounds())
}

func toNRGBA(img image.Image, part image.Rectangle) *image.NRGBA {
	out := image.NewNRGBA(image.Rectangle{Max: part.Size()})
	draw.Draw(out, out.Rect, img, part.Min, draw.Src)
	return out
}

// mapped gives a picture whose pixel at x, y is what f says.
func mapped(width, height int, f func(x, y int) [4]uint8) *image.NRGBA {
	out := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			px := f(x, y)
			copy(out.Pix[out.PixOffset(x, y):], px[:])
		}
	}
	return out
}

func at(img *image.NRGBA, x, y int) [4]uint8 { return [4]uint8(img.Pix[img.PixOffset(x, y):]) }

func grey(width, height int, v uint8) *image.NRGBA {
	return mapped(width, height, func(int, int) [4]uint8 { return [4]uint8{v, v, v, 255} })
}

// random is the generator of imazen/ssimulacra2's reference pictures.
type random uint64

func (r *random) next() uint8 {
	*r = *r*6364136223846793005 + 1442695040888963407
	return uint8(*r >> 33)
}

func noise(width, height int, seed random) *image.NRGBA {
	return mapped(width, height, func(int, int) [4]uint8 { return [4]uint8{seed.next(), seed.next(), seed.next(), 255} })
}

func noisy(img *image.NRGBA, strength int) *image.NRGBA {
	seed := random(1)
	return mapped(img.Rect.Dx(), img.Rect.Dy(), func(x, y int) [4]uint8 {
		px := at(img, x, y)
		for c := range channels {
			px[c] = clamp(int(px[c]) + (int(seed.next())-128)*strength/128)
		}
		return px
	})
}

func clamp(v int) uint8 { return uint8(min(max(v, 0), 255)) }

// blurred is the mean of each pixel's 3 x 3, fewer at the border.
func blurred(img *image.NRGBA) *image.NRGBA {
	size := img.Rect.Size()
	return mapped(size.X, size.Y, func(x, y int) [4]uint8 {
		var sum [4]int
		n := 0
		for v := max(y-1, 0); v < min(y+2, size.Y); v++ {
			for u := max(x-1, 0); u < min(x+2, size.X); u++ {
				for c, value := range at(img, u, v) {
					sum[c] += int(value)
				}
				n++
			}
		}
		return [4]uint8{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), uint8(sum[3] / n)}
	})
}

// blocky does what JPEG does, in whole numbers: 8 x 8 pixels of each colour are taken to 64 waves
// (Walsh's instead of cosines), and each wave is rounded to a multiple of step.
func blocky(img *image.NRGBA, step int) *image.NRGBA {
	size := img.Rect.Size()
	out := toNRGBA(img, img.Rect)
	for y := 0; y+8 <= size.Y; y += 8 {
		for x := 0; x+8 <= size.X; x += 8 {
			for c := range channels {
				block(out, x, y, c, step)
			}
		}
	}
	return out
}

func block(img *image.NRGBA, x, y, c, step int) {
	var waves [64]int
	offset := func(i int) int { return img.PixOffset(x+i%8, y+i/8) + c }
	for i := range waves {
		waves[i] = int(img.Pix[offset(i)])
	}
	walsh(&waves)
	step *= 64 // the waves are not scaled
	for i := range waves[1:] {
		w := &waves[i+1]
		*w = (*w + step*1000 + step/2) / step * step
		*w -= step * 1000
	}
	walsh(&waves)
	for i, v := range waves {
		img.Pix[offset(i)] = clamp((v + 32) / 64)
	}
}

// walsh is its own inverse, but for a factor of 64.
func walsh(v *[64]int) {
	for half := 1; half < 64; half *= 2 {
		for i := range v {
			if i&half == 0 {
				v[i], v[i+half] = v[i]+v[i+half], v[i]-v[i+half]
			}
		}
	}
}
