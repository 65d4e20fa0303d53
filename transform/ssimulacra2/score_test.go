package ssimulacra2

import (
	"errors"
	"fmt"
	"image"
	"math"
	"sync"
	"testing"
)

func mustScore(t testing.TB, reference, distorted *image.NRGBA) float64 {
	t.Helper()
	score, err := Score(reference, distorted)
	if err != nil {
		t.Fatal(err)
	}
	return score
}

func TestSameIsHundred(t *testing.T) {
	images := map[string]*image.NRGBA{
		"scene": fixture(t, "scene.png"), "cutout": fixture(t, "cutout.png"), "black": grey(40, 30, 0),
		"clear": mapped(20, 20, func(x, _ int) [4]uint8 { return [4]uint8{uint8(x), 9, 200, 0} }),
	}
	for _, side := range []int{8, 9, 15, 16, 17, 31, 33, 100, 201} {
		images[fmt.Sprint("noise ", side)] = noise(side, 8+side/2, 3)
	}
	for name, img := range images {
		if got := mustScore(t, img, toNRGBA(img, img.Rect)); got != 100 {
			t.Errorf("Score(%s, itself) = %v, want 100", name, got)
		}
	}
}

func TestWorseQualityScoresLess(t *testing.T) {
	scene := fixture(t, "scene.png")
	reference, err := NewReference(scene)
	if err != nil {
		t.Fatal(err)
	}
	last := math.Inf(-1)
	for quality := 10; quality <= 100; quality += 10 {
		got, err := reference.Score(viaJPEG(t, scene, quality))
		if err != nil || got <= last {
			t.Errorf("Score(scene at quality %d) = %.3f, %v, want over %.3f", quality, got, err, last)
		}
		last = got
	}
}

func TestSizes(t *testing.T) {
	for _, test := range []struct {
		reference, distorted image.Point
		want                 error
	}{
		{image.Pt(8, 8), image.Pt(8, 8), nil},
		{image.Pt(8, 301), image.Pt(8, 301), nil},
		{image.Pt(7, 8), image.Pt(7, 8), ErrTooSmall},
		{image.Pt(8, 7), image.Pt(8, 7), ErrTooSmall},
		{image.Pt(0, 0), image.Pt(0, 0), ErrTooSmall},
		{image.Pt(20, 10), image.Pt(10, 20), ErrSize},
		{image.Pt(20, 20), image.Pt(20, 21), ErrSize},
		{image.Pt(20, 20), image.Pt(7, 20), ErrSize},
	} {
		_, err := Score(grey(test.reference.X, test.reference.Y, 9), grey(test.distorted.X, test.distorted.Y, 9))
		if !errors.Is(err, test.want) {
			t.Errorf("Score(%v, %v) = %v, want %v", test.reference, test.distorted, err, test.want)
		}
	}
}

func TestScalesOf(t *testing.T) {
	for _, test := range []struct{ width, height, want int }{
		{8, 8, 2}, {15, 15, 3}, {16, 8, 2}, {32, 32, 4}, {64, 64, 5}, {113, 113, 6}, {4000, 3000, 6}, {4000, 9, 2},
	} {
		if got := scalesOf(test.width, test.height); got != test.want {
			t.Errorf("scalesOf(%d, %d) = %d, want %d", test.width, test.height, got, test.want)
		}
	}
}

// A picture on its side, or mirrored, scores nearly the same; rounding runs along other lines then.
func TestTurnedScoresTheSame(t *testing.T) {
	transposed := func(img *image.NRGBA) *image.NRGBA {
		return mapped(img.Rect.Dy(), img.Rect.Dx(), func(x, y int) [4]uint8 { return at(img, y, x) })
	}
	reference := toNRGBA(fixture(t, "scene.png"), image.Rect(10, 10, 138, 106))
	distorted := blurred(reference)
	want := mustScore(t, reference, distorted)
	for name, got := range map[string]float64{
		"transposed": mustScore(t, transposed(reference), transposed(distorted)),
		"turned":     mustScore(t, turned(reference), turned(distorted)),
	} {
		if math.Abs(got-want) > 0.2 {
			t.Errorf("Score(%s) = %.3f, want %.3f", name, got, want)
		}
	}
}

// Distorted pictures that only a mixed-up channel or plane would take for a slight change.
func TestMixedUpPixels(t *testing.T) {
	scene := toNRGBA(fixture(t, "scene.png"), image.Rect(0, 0, 160, 160))
	transposed := mapped(160, 160, func(x, y int) [4]uint8 { return at(scene, y, x) })
	swapped := func(a, b int) *image.NRGBA {
		return mapped(160, 160, func(x, y int) [4]uint8 {
			px := at(scene, x, y)
			px[a], px[b] = px[b], px[a]
			return px
		})
	}
	for name, distorted := range map[string]*image.NRGBA{
		"transposed": transposed, "turned": turned(scene),
		"red for green": swapped(0, 1), "green for blue": swapped(1, 2), "red for blue": swapped(0, 2),
	} {
		if got := mustScore(t, scene, distorted); got > 0 {
			t.Errorf("Score(scene, %s) = %.2f, want less than 0", name, got)
		}
	}
}

// What is under full transparency is not seen; a change of what is half seen is.
func TestTransparency(t *testing.T) {
	picture := func(red, alpha uint8) *image.NRGBA {
		return mapped(64, 64, func(x, y int) [4]uint8 {
			if (x/8+y/8)%2 == 0 {
				return [4]uint8{red, 30, 30, alpha}
			}
			return [4]uint8{90, 120, 40, 255}
		})
	}
	if got := mustScore(t, picture(200, 0), picture(10, 0)); got != 100 {
		t.Errorf("Score(unseen colours) = %v, want 100", got)
	}
	if got := mustScore(t, picture(200, 128), picture(100, 128)); got > 80 {
		t.Errorf("Score(half seen colours) = %v, want less than 80", got)
	}
	// Dark squares over the dark grey hardly show that they went; over the light grey they do.
	black := func(alpha uint8) *image.NRGBA {
		return mapped(64, 64, func(x, y int) [4]uint8 { return [4]uint8{26, 26, 26, 255 - alpha*uint8((x/8+y/8)%2)} })
	}
	if got := mustScore(t, black(0), black(255)); got > 0 {
		t.Errorf("Score(opaque, with holes) = %v, want less than 0", got)
	}
	if got := mustScore(t, black(255), black(0)); got > 0 {
		t.Errorf("Score(with holes, opaque) = %v, want less than 0", got)
	}
}

// A part of a larger picture has the bounds and the stride of the whole.
func TestPartOfPicture(t *testing.T) {
	scene := fixture(t, "scene.png")
	part := scene.SubImage(image.Rect(31, 17, 120, 90)).(*image.NRGBA)
	alone := toNRGBA(scene, part.Rect)
	if got := mustScore(t, part, alone); got != 100 {
		t.Errorf("Score(part, the same alone) = %v, want 100", got)
	}
	if got, want := mustScore(t, part, blurred(alone)), mustScore(t, alone, blurred(alone)); got != want {
		t.Errorf("Score(part, blurred) = %v, want %v", got, want)
	}
}

// Buffers that other comparisons left must not tell in the next, whatever their sizes were.
func TestReferenceIsUsedByMany(t *testing.T) {
	scene, cutout := toNRGBA(fixture(t, "scene.png"), image.Rect(0, 0, 99, 70)), fixture(t, "cutout.png")
	cases := []pair{
		{"scene", scene, blurred(scene)}, {"cutout", cutout, blurred(cutout)},
		{"least", grey(8, 8, 100), noise(8, 8, 5)}, {"wide", noise(200, 9, 6), grey(200, 9, 100)},
	}
	var all sync.WaitGroup
	for _, p := range cases {
		want := mustScore(t, p.reference, p.distorted)
		reference, err := NewReference(p.reference)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			all.Go(func() {
				for range 3 {
					if got, err := reference.Score(p.distorted); got != want || err != nil {
						t.Errorf("%s: Reference.Score = %v, %v, want %v", p.name, got, err, want)
					}
				}
			})
		}
	}
	all.Wait()
}
