package engine

import (
	"math"
	"testing"

	"lightwell/transform"
)

// swatchOf is the middle of a swatch.
func swatchOf(p picture, i int) [4]int { return p.at((float64(i)+0.5)/float64(len(swatches)), 0.5) }

// Every pixel becomes what the recipe's table of tones and its matrices say, and
// keeps its alpha.
func TestTonesAndColours(t *testing.T) {
	data := swatch(t)
	for _, query := range []string{
		"bri=20", "con=40", "con=-40", "exp=30", "gam=-30", "shad=80", "high=-80", "invert=1", "exp=-20&bri=5&con=10&gam=10&shad=10&high=-10&invert=1",
		"sat=-100", "sat=60", "hue=120", "hue=40&sat=-30&bri=10", "sepia=100", "sepia=40", "monochrome=336699", "monochrome=80336699",
		"duotone=000080,fa8072", "duotone=000080,fa8072&duotone-alpha=40", "sat=20&sepia=30&monochrome=40ff0000&duotone=red,blue&duotone-alpha=10",
	} {
		r, plan := render(t, data, query+"&fm=png")
		got := decodePicture(t, r.Body)
		tones := plan.Adjust.Tones()
		for i, was := range swatches {
			want := [4]int{int(tones[was[0]]), int(tones[was[1]]), int(tones[was[2]]), was[3]}
			want = through(plan.Style.Colors(), through(plan.Adjust.Colors(), want))
			if !near(swatchOf(got, i), want, 1) {
				t.Errorf("%s makes %v of %v, want %v", query, swatchOf(got, i), was, want)
			}
		}
	}
}

// through is a colour after a matrix, in whole levels.
func through(m transform.Matrix, c [4]int) [4]int {
	out := c
	for i := range m {
		sum := m[i][3]
		for j := range 3 {
			sum += m[i][j] * float64(c[j])
		}
		out[i] = int(math.Round(max(0, min(sum, 255))))
	}
	return out
}

// Vibrance changes weak colours more than strong ones, and greys not at all.
func TestVibrance(t *testing.T) {
	spread := func(c [4]int) float64 { return float64(max(c[0], c[1], c[2]) - min(c[0], c[1], c[2])) }
	r, _ := render(t, swatch(t), "vib=80&fm=png")
	more := decodePicture(t, r.Body)
	r, _ = render(t, swatch(t), "vib=-80&fm=png")
	less := decodePicture(t, r.Body)
	const strong, weak, gray, translucent = 0, 2, 3, 4
	gain := func(i int) float64 { return spread(swatchOf(more, i)) / spread(swatches[i]) }
	if gain(weak) <= gain(strong) || gain(weak) < 1.2 || gain(strong) < 1 {
		t.Errorf("vib=80 spreads a weak colour %.2f times and a strong one %.2f, want the weak one more and neither less than before", gain(weak), gain(strong))
	}
	if loss := spread(swatchOf(less, weak)) / spread(swatches[weak]); loss > 0.7 {
		t.Errorf("vib=-80 leaves %.2f of a weak colour's spread", loss)
	}
	for _, p := range []picture{more, less} {
		if !near(swatchOf(p, gray), swatches[gray], 1) {
			t.Errorf("vibrance makes %v of the grey %v", swatchOf(p, gray), swatches[gray])
		}
		if got := swatchOf(p, translucent); got[3] != swatches[translucent][3] {
			t.Errorf("vibrance makes the alpha %d of %d", got[3], swatches[translucent][3])
		}
	}
}

// A square has the mean of its pixels, also one that is cut off by the end, and
// what is transparent does not count in its colour.
func TestPixelate(t *testing.T) {
	r, _ := render(t, swatch(t), "px=80&fm=png")
	p := decodePicture(t, r.Body)
	if want := [4]int{120, 90, 55, 255}; !near(p.at(0.05, 0.2), want, 2) || !near(p.at(0.35, 0.9), want, 2) {
		t.Errorf("the first square is %v and %v, want %v", p.at(0.05, 0.2), p.at(0.35, 0.9), want)
	}
	if !near(p.at(0.85, 0.5), swatches[4], 2) || !near(p.at(0.99, 0.99), swatches[4], 2) {
		t.Errorf("the square that is cut off is %v and %v, want %v", p.at(0.85, 0.5), p.at(0.99, 0.99), swatches[4])
	}
	r, _ = render(t, transparent(t), "px=100&fm=png")
	if got := decodePicture(t, r.Body).at(0.5, 0.5); got[0] < 250 || got[3] < 65 || got[3] > 79 { // a disc of radius 30 is 28 % of 255
		t.Errorf("a white disc on nothing becomes %v, want white with an alpha of about 72", got)
	}
}

// An unsharp mask overshoots on both sides of an edge, and a negative one softens it;
// flat parts stay.
func TestUnsharpMask(t *testing.T) {
	const darkSide, lightSide = 38.5 / 200, 41.5 / 200 // of the edge between the first two
	for _, test := range []struct {
		query     string
		overshoot int
	}{{"usm=100", 1}, {"usm=100&usmrad=8", 1}, {"usm=-100", -1}} {
		r, _ := render(t, swatch(t), test.query+"&fm=png")
		p := decodePicture(t, r.Body)
		left, right := p.at(darkSide, 0.5)[0]-swatches[0][0], p.at(lightSide, 0.5)[0]-swatches[1][0]
		if test.overshoot*left < 5 || test.overshoot*right > -5 {
			t.Errorf("%s changes red beside the edge of %d and %d by %d and %d", test.query, swatches[0][0], swatches[1][0], left, right)
		}
		if !near(p.at(0.01, 0.5), swatches[0], 1) {
			t.Errorf("%s makes %v of a flat %v", test.query, p.at(0.01, 0.5), swatches[0])
		}
		if got := p.at(0.9, 0.5)[3]; got != swatches[4][3] {
			t.Errorf("%s makes the alpha %d of %d", test.query, got, swatches[4][3])
		}
	}
}
