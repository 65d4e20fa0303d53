package engine

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"testing"
)

// px is the pixel at whole coordinates; below zero they count from the end.
func (p picture) px(x, y int) [4]int {
	x, y = (x+p.width)%p.width, (y+p.height)%p.height
	i := 4 * (y*p.width + x)
	return [4]int{int(p.rgba[i]), int(p.rgba[i+1]), int(p.rgba[i+2]), int(p.rgba[i+3])}
}

// flat is a PNG of one colour.
func flat(t testing.TB, width, height int, c color.NRGBA) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i := range width * height {
		img.SetNRGBA(i%width, i/width, c)
	}
	return encodePNG(t, img)
}

var (
	black   = color.NRGBA{0, 0, 0, 255}
	bluish  = color.NRGBA{40, 80, 200, 255}
	ghostly = color.NRGBA{40, 80, 200, 100}
	nothing = [4]int{}
)

// Single pixels, by hand. The source is 100 x 60 of one colour.
func TestCanvasPixels(t *testing.T) {
	blue, ghost := [4]int{40, 80, 200, 255}, [4]int{40, 80, 200, 100}
	red, green, white := [4]int{255, 0, 0, 255}, [4]int{0, 128, 0, 255}, [4]int{255, 255, 255, 255}
	for _, test := range []struct {
		source color.NRGBA
		query  string
		want   map[[2]int][4]int
	}{
		// Padding.
		{bluish, "pad=10&fm=png", map[[2]int][4]int{{0, 0}: nothing, {9, 30}: nothing, {10, 10}: blue, {-11, -11}: blue, {-10, 30}: nothing}},
		{bluish, "pad-left=7&bg=red&fm=png", map[[2]int][4]int{{6, 0}: red, {7, 0}: blue, {-1, -1}: blue}},
		{bluish, "pad-top=7&bg=80ff0000&fm=png", map[[2]int][4]int{{0, 6}: {255, 0, 0, 128}, {0, 7}: blue}},
		{ghostly, "pad=5&bg=red&fm=png", map[[2]int][4]int{{0, 0}: red, {50, 30}: {171, 31, 78, 255}}},
		{ghostly, "pad=5&fm=png", map[[2]int][4]int{{0, 0}: nothing, {50, 30}: ghost}},
		// Borders.
		{bluish, "border=3,red&fm=png", map[[2]int][4]int{{0, 0}: red, {2, 30}: red, {3, 3}: blue, {-4, -4}: blue, {-3, 30}: red, {50, 2}: red, {50, -3}: red}},
		{bluish, "border=0,red&border-bottom=4&fm=png", map[[2]int][4]int{{0, 0}: blue, {50, -4}: red, {50, -5}: blue}},
		{bluish, "border=50,red&fm=png", map[[2]int][4]int{{50, 30}: red}},
		{bluish, "border=3,80ff0000&fm=png", map[[2]int][4]int{{0, 0}: {148, 40, 100, 255}, {3, 3}: blue}},
		{ghostly, "border=3,red&fm=png", map[[2]int][4]int{{0, 0}: red, {3, 3}: ghost}},
		{ghostly, "border=3,80ff0000&fm=png", map[[2]int][4]int{{0, 0}: {195, 22, 56, 178}, {3, 3}: ghost}},
		{bluish, "border=3,red&pad=5&bg=green&fm=png", map[[2]int][4]int{{2, 2}: red, {3, 3}: green, {5, 5}: blue}},
		{bluish, "border=3,red&border-radius=20&fm=png", map[[2]int][4]int{{0, 0}: nothing, {50, 0}: red, {0, 30}: red, {7, 7}: red, {12, 12}: blue, {3, 30}: blue}},
		{bluish, "border=3,red&border-radius=20&bg=green&fm=png", map[[2]int][4]int{{0, 0}: green, {50, 0}: red}},
		{bluish, "border=3,red&border-radius=20,0,0,0&fm=png", map[[2]int][4]int{{0, 0}: nothing, {-1, 0}: red, {-1, -1}: red, {0, -1}: red}},
		{bluish, "border=3,red&border-radius-inner=20&fm=png", map[[2]int][4]int{{0, 0}: red, {4, 4}: red, {3, 30}: blue}},
		{bluish, "border=3,transparent&border-radius=20&fm=png", map[[2]int][4]int{{0, 0}: nothing, {0, 30}: blue, {50, 0}: blue}},
		// Masks.
		{bluish, "mask=ellipse&fm=png", map[[2]int][4]int{{0, 0}: {40, 80, 200, 0}, {50, 30}: blue, {50, 1}: blue, {1, 30}: blue, {10, 5}: {40, 80, 200, 0}}},
		{ghostly, "mask=ellipse&fm=png", map[[2]int][4]int{{0, 0}: {40, 80, 200, 0}, {50, 30}: ghost}},
		{bluish, "mask=corners&corner-radius=20,0,0,0&fm=png", map[[2]int][4]int{{0, 0}: {40, 80, 200, 0}, {-1, 0}: blue, {-1, -1}: blue, {0, -1}: blue}},
		{bluish, "mask=corners&corner-radius=0,20,0,0&fm=png", map[[2]int][4]int{{0, 0}: blue, {-1, 0}: {40, 80, 200, 0}, {-1, -1}: blue, {0, -1}: blue}},
		{bluish, "mask=corners&corner-radius=0,0,20,0&fm=png", map[[2]int][4]int{{0, 0}: blue, {-1, 0}: blue, {-1, -1}: {40, 80, 200, 0}, {0, -1}: blue}},
		{bluish, "mask=corners&corner-radius=0,0,0,20&fm=png", map[[2]int][4]int{{0, 0}: blue, {-1, 0}: blue, {-1, -1}: blue, {0, -1}: {40, 80, 200, 0}}},
		{bluish, "mask=ellipse&mask-bg=red&pad=1&bg=green&fm=png", map[[2]int][4]int{{0, 0}: green, {1, 1}: red, {50, 30}: blue}},
		{bluish, "mask=ellipse&mask-bg=80ff0000&fm=png", map[[2]int][4]int{{0, 0}: {255, 0, 0, 128}, {50, 30}: blue}},
		{ghostly, "mask=ellipse&mask-bg=red&fm=png", map[[2]int][4]int{{0, 0}: red, {50, 30}: ghost}},
		{ghostly, "mask=ellipse&mask-bg=red&bg=green&fm=png", map[[2]int][4]int{{0, 0}: red, {50, 30}: {16, 109, 78, 255}}},
		{bluish, "mask=ellipse&bg=red&fm=png", map[[2]int][4]int{{0, 0}: red, {50, 30}: blue}},
		{bluish, "mask=ellipse&border=4,red&fm=png", map[[2]int][4]int{{0, 0}: {255, 0, 0, 0}, {50, 1}: red, {1, 30}: red, {50, 4}: blue, {50, 30}: blue}},
		{bluish, "mask=ellipse&border=4,red&pad=10&bg=green&fm=png", map[[2]int][4]int{{0, 0}: green, {10, 10}: green, {60, 11}: red, {60, 14}: blue}},
		// Fills.
		{bluish, "w=100&h=100&fit=fill&fill=solid&fill-color=red&pad=1&fm=png", map[[2]int][4]int{{0, 0}: nothing, {1, 1}: red, {50, 50}: blue}},
		{bluish, "w=100&h=100&fit=fill&fill=solid&fill-color=80ff0000&pad=1&fm=png", map[[2]int][4]int{{1, 1}: {255, 0, 0, 128}, {50, 50}: blue}},
		{ghostly, "w=100&h=100&fit=fill&fill=solid&fill-color=red&fm=png", map[[2]int][4]int{{1, 1}: red, {50, 50}: ghost}},
		{ghostly, "w=100&h=100&fit=fill&fill=solid&fill-color=red&bg=green&fm=png", map[[2]int][4]int{{1, 1}: red, {50, 50}: {16, 109, 78, 255}}},
		{bluish, "w=100&h=100&fit=fill&fill=blur&fm=png", map[[2]int][4]int{{0, 0}: blue, {50, 50}: blue, {99, 99}: blue}},
		{ghostly, "w=100&h=100&fit=fill&fill=blur&fm=png", map[[2]int][4]int{{0, 0}: ghost, {50, 50}: ghost, {99, 99}: ghost}},
		// Without alpha, on white where nothing else is asked.
		{bluish, "mask=ellipse&fm=jpg&q=100", map[[2]int][4]int{{0, 0}: white, {50, 30}: blue}},
		{bluish, "mask=ellipse&bg=green&fm=jpg&q=100", map[[2]int][4]int{{0, 0}: green, {50, 30}: blue}},
		{bluish, "mask=ellipse&mask-bg=green&fm=jpg&q=100", map[[2]int][4]int{{0, 0}: green, {50, 30}: blue}},
		{bluish, "pad=16&fm=jpg&q=100", map[[2]int][4]int{{0, 0}: white, {66, 46}: blue}},
		{bluish, "border=8,red&border-radius=30&fm=jpg&q=100", map[[2]int][4]int{{0, 0}: white, {50, 2}: red, {50, 30}: blue}},
		{bluish, "mask=ellipse&fm=gif", map[[2]int][4]int{{0, 0}: nothing}},
	} {
		r, _ := render(t, flat(t, 100, 60, test.source), test.query)
		p := decodePicture(t, r.Body)
		tolerance := 1
		if p.px(0, 0)[3] == 255 && r.Body[0] == 0xff { // JPEG
			tolerance = 6
		}
		for at, want := range test.want {
			got := p.px(at[0], at[1])
			if want[3] == 0 && got[3] == 0 { // whatever colour it has
				continue
			}
			if !near(got, want, tolerance) {
				t.Errorf("%s: pixel %v is %v, want %v", test.query, at, got, want)
			}
		}
	}
}

// A mask multiplies alpha by its coverage and leaves the colours alone; on white,
// what it leaves and white share each pixel.
func TestMaskOfAPhoto(t *testing.T) {
	const size = "w=301&h=200&fit=crop&"
	whole := decodeRender(t, fixture(t, "photo.jpg"), size+"fm=png")
	_, plan := render(t, fixture(t, "photo.jpg"), size+"mask=ellipse&fm=png")
	levels := plan.Mask.Outer.Coverage(plan.Out)
	masked := decodeRender(t, fixture(t, "photo.jpg"), size+"mask=ellipse&fm=png")
	onBlue := decodeRender(t, fixture(t, "photo.jpg"), size+"mask=ellipse&mask-bg=80c0e0&fm=png")
	edge := 0
	for i, level := range levels {
		was, got := whole.px(i%301, i/301), masked.px(i%301, i/301)
		if got[3] != int(level) || level > 0 && !near([4]int{got[0], got[1], got[2]}, [4]int{was[0], was[1], was[2]}, 0) {
			t.Fatalf("pixel %d,%d is %v of %v, want an alpha of %d", i%301, i/301, got, was, level)
		}
		mixed := [4]int{0, 0, 0, 255}
		for band, under := range []int{0x80, 0xc0, 0xe0} {
			mixed[band] = int(math.Round((float64(level)*float64(was[band]) + float64(255-level)*float64(under)) / 255))
		}
		if got := onBlue.px(i%301, i/301); !near(got, mixed, 1) {
			t.Fatalf("pixel %d,%d on a colour is %v, want %v", i%301, i/301, got, mixed)
		}
		if level > 0 && level < 255 {
			edge++
		}
	}
	if edge < 500 {
		t.Errorf("%d pixels of the edge are covered in part, want several hundred", edge)
	}
}

// No pixel of the picture shines through at the outer edge of a border.
func TestARoundBorderHidesThePicture(t *testing.T) {
	for _, query := range []string{"mask=ellipse&border=6,fff", "mask=corners&border=6,fff", "border=6,fff&border-radius=15", "border=6,fff&border-radius=15&pad=3"} {
		p := decodeRender(t, flat(t, 90, 60, black), query+"&fm=png")
		for i := range p.width * p.height {
			if c := p.px(i%p.width, i/p.width); c[3] > 0 && c[3] < 255 && c[0] < 250 {
				t.Errorf("%s: pixel %d,%d is %v", query, i%p.width, i/p.width, c)
			}
		}
	}
}

// Around the photo there is the photo, covering and blurred: alike in the mean to
// a blurred crop, without its detail, and not the same everywhere.
func TestFillBlur(t *testing.T) {
	p := decodeRender(t, fixture(t, "photo.jpg"), "w=300&h=400&fit=fill&fill=blur&fm=png")
	plain := decodeRender(t, fixture(t, "photo.jpg"), "w=300&fm=png")
	blurred := decodeRender(t, fixture(t, "photo.jpg"), "w=300&h=400&fit=crop&blur=150&fm=png")
	sum, worst := 0.0, 0
	for y := range 400 {
		for x := range 300 {
			got := p.px(x, y)
			if y >= 100 && y < 300 {
				if want := plain.px(x, y-100); got != want {
					t.Fatalf("pixel %d,%d of the photo is %v, want %v", x, y, got, want)
				}
				continue
			}
			want := blurred.px(x, y)
			for band := range 3 {
				sum += math.Abs(float64(got[band] - want[band]))
			}
			if x > 0 {
				worst = max(worst, abs(got[0]-p.px(x-1, y)[0]))
			}
		}
	}
	if mean := sum / (200 * 300 * 3); mean > 4 {
		t.Errorf("the fill is %.1f levels from a blurred crop, want at most 4", mean)
	}
	if worst > 6 {
		t.Errorf("neighbours in the fill differ by %d, want a blur", worst)
	}
	if near(p.px(5, 5), p.px(250, 395), 30) {
		t.Errorf("the fill is %v at one end and %v at the other, want two colours", p.px(5, 5), p.px(250, 395))
	}
}

// Sources of every shape and format come out at their planned size, which render
// checks, whatever is drawn around them.
func TestCanvasOfEverySource(t *testing.T) {
	sources := map[string][]byte{}
	for name := range fixtures {
		sources[name] = fixture(t, name)
	}
	for _, size := range [][2]int{{1, 1}, {1, 900}, {900, 1}, {3, 2}} {
		sources[fmt.Sprint(size)] = flat(t, size[0], size[1], ghostly)
	}
	for orientation := 2; orientation <= 8; orientation++ {
		sources[fmt.Sprintf("orientation %d", orientation)] = withEXIF(t, quarters(t, nothing, nothing, nothing, nothing), orientation)
	}
	for _, data := range sources {
		for _, query := range []string{
			"w=90&h=70&fit=fill&fill=blur&pad=3&border=5,80ff0000&border-radius=9,1,30,2", "w=91&h=69&fit=crop&mask=ellipse&mask-bg=8000ff00&border=7,red&pad-left=9&dpr=1.5",
			"w=60&rot=33&rot-type=pivot&mask=corners&pad=5&border=3,fff", "w=60&rot=90&flip=h&pad-top=11&mask=corners&corner-radius=7", "w=60&rot=7&mask=ellipse&fit=scale&h=50",
			"w=33&h=44&fit=fill&fill=solid&fill-color=40ff0000&mask=corners&border=1,blue&border-left=30",
		} {
			render(t, data, query+"&fm=png")
		}
	}
}

func decodeRender(t testing.TB, data []byte, query string) picture {
	t.Helper()
	r, _ := render(t, data, query)
	return decodePicture(t, r.Body)
}
