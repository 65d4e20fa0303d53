package transform

import (
	"math"
	"testing"
)

// counted is the coverage by trying points of a fine grid in each pixel.
func counted(s Shape, x, y int) float64 {
	const grid = 40
	n := 0
	for i := range grid * grid {
		px := float64(x-s.X) + (float64(i%grid)+0.5)/grid
		py := float64(y-s.Y) + (float64(i/grid)+0.5)/grid
		if holds(s, px, py) {
			n++
		}
	}
	return float64(n) / (grid * grid)
}

// holds tells whether a point, from the area's corner on, is in the shape.
func holds(s Shape, x, y float64) bool {
	width, height := float64(s.Width), float64(s.Height)
	if x < 0 || y < 0 || x > width || y > height {
		return false
	}
	mirrored := [4][2]float64{{x, y}, {width - x, y}, {width - x, height - y}, {x, height - y}}
	for i, r := range s.Radii {
		dx, dy := r.X-mirrored[i][0], r.Y-mirrored[i][1]
		if dx > 0 && dy > 0 && dx*dx/(r.X*r.X)+dy*dy/(r.Y*r.Y) > 1 {
			return false
		}
	}
	return true
}

func TestCoverageOfEachPixel(t *testing.T) {
	circles := func(r ...float64) (radii [4]Radius) {
		for i := range radii {
			radii[i] = Radius{r[i%len(r)], r[i%len(r)]}
		}
		return radii
	}
	image := Size{23, 19}
	for _, s := range []Shape{
		{},
		{Area: Area{0, 0, 23, 19}},
		{Area: Area{3, 2, 10, 11}},
		ellipse(Area{0, 0, 23, 19}),
		ellipse(Area{1, 1, 20, 4}),
		ellipse(Area{5, 5, 1, 1}),
		ellipse(Area{5, 5, 2, 9}),
		rounded(Area{0, 0, 23, 19}, circles(5)),
		rounded(Area{2, 1, 20, 17}, circles(7.3, 0, 2.5, 100)),
		rounded(Area{2, 1, 20, 17}, circles(9999)),
		rounded(Area{2, 1, 20, 17}, circles(0.4)),
		rounded(Area{0, 0, 23, 19}, [4]Radius{{11.5, 3}, {11.5, 16}, {2, 3}, {21, 16}}),
		rounded(Area{0, 0, 23, 19}, [4]Radius{{5, 0}, {0, 5}, {3, 3}, {}}),
	} {
		levels := s.Coverage(image)
		for i, level := range levels {
			want := 255 * counted(s, i%image.Width, i/image.Width)
			if math.Abs(float64(level)-want) > 3 {
				t.Errorf("%+v covers %d of pixel %d,%d, want about %.1f", s, level, i%image.Width, i/image.Width, want)
			}
		}
	}
}

// A large ellipse is as large as it should be, and the same on all sides.
func TestCoverageOfALargeEllipse(t *testing.T) {
	image := Size{801, 600}
	levels := ellipse(Area{0, 0, 801, 600}).Coverage(image)
	sum := 0.0
	for i, level := range levels {
		sum += float64(level) / 255
		x, y := i%801, i/801
		for _, twin := range [][2]int{{800 - x, y}, {x, 599 - y}} {
			if other := levels[twin[1]*801+twin[0]]; other != level {
				t.Fatalf("pixel %d,%d is %d and %v, opposite, %d", x, y, level, twin, other)
			}
		}
	}
	if want := math.Pi * 801 * 600 / 4; math.Abs(sum-want) > want/100_000 {
		t.Errorf("it covers %.1f pixels, want %.1f", sum, want)
	}
	if levels[0] != 0 || levels[300*801+400] != 255 {
		t.Errorf("the corner is %d and the middle %d, want 0 and 255", levels[0], levels[300*801+400])
	}
}
