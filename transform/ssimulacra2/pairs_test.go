package ssimulacra2

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"image"
	"image/jpeg"
	"testing"
)

// A pair of pictures that the reference's tool has scored, see testdata/README.md.
type pair struct {
	name                 string
	reference, distorted *image.NRGBA
}

// sum tells whether the pixels are those that were scored.
func (p pair) sum() string {
	sum := crc32.NewIEEE()
	sum.Write(p.reference.Pix)
	sum.Write(p.distorted.Pix)
	return fmt.Sprintf("%08x", sum.Sum32())
}

// pairs are made of the photographs among the fixtures by whole numbers, the same everywhere, and by
// Go's JPEG, which another version of Go may make differently.
func pairs(t *testing.T) []pair {
	scene, chart, cutout := fixture(t, "scene.png"), fixture(t, "chart.png"), fixture(t, "cutout.png")
	odd := toNRGBA(scene, image.Rect(40, 30, 171, 127))
	tall := toNRGBA(scene, image.Rect(100, 10, 133, 147))
	small := toNRGBA(chart, image.Rect(20, 20, 29, 35))
	least := toNRGBA(chart, image.Rect(60, 20, 68, 28))
	all := []pair{
		{"odd-blur", odd, blurred(odd)},
		{"tall-noise", tall, noisy(tall, 20)},
		{"tall-blocky", tall, blocky(tall, 2)},
		{"small-noise", small, noisy(small, 12)},
		{"least-noise", least, noisy(least, 12)},
		{"scene-turned", scene, turned(scene)},
		{"scene-blue-red", scene, blueRed(scene)},
		{"cutout-blur", cutout, blurred(cutout)},
		{"cutout-blocky", cutout, blocky(cutout, 3)},
		{"cutout-opaque", cutout, opaque(cutout)},
	}
	for _, step := range []int{1, 2, 4, 8, 16} {
		all = append(all, pair{fmt.Sprint("scene-blocky-", step), scene, blocky(scene, step)},
			pair{fmt.Sprint("chart-blocky-", step), chart, blocky(chart, step)})
	}
	for _, quality := range []int{10, 30, 50, 70, 80, 90, 95} {
		all = append(all, pair{fmt.Sprint("scene-jpeg-", quality), scene, viaJPEG(t, scene, quality)},
			pair{fmt.Sprint("chart-jpeg-", quality), chart, viaJPEG(t, chart, quality)},
			pair{fmt.Sprint("odd-jpeg-", quality), odd, viaJPEG(t, odd, quality)})
	}
	return all
}

func viaJPEG(t testing.TB, img *image.NRGBA, quality int) *image.NRGBA {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	out, err := jpeg.Decode(&buf)
	if err != nil {
		t.Fatal(err)
	}
	return toNRGBA(out, out.Bounds())
}

func turned(img *image.NRGBA) *image.NRGBA {
	size := img.Rect.Size()
	return mapped(size.X, size.Y, func(x, y int) [4]uint8 { return at(img, size.X-1-x, size.Y-1-y) })
}

func blueRed(img *image.NRGBA) *image.NRGBA {
	return mapped(img.Rect.Dx(), img.Rect.Dy(), func(x, y int) [4]uint8 {
		px := at(img, x, y)
		px[0], px[2] = px[2], px[0]
		return px
	})
}

func opaque(img *image.NRGBA) *image.NRGBA {
	return mapped(img.Rect.Dx(), img.Rect.Dy(), func(x, y int) [4]uint8 {
		px := at(img, x, y)
		px[3] = 255
		return px
	})
}
