package ssimulacra2

import (
	"image"
	"math"
	"testing"
)

func xybOf(colours ...[4]uint8) *picture {
	img := mapped(len(colours), 1, func(x, _ int) [4]uint8 { return colours[x] })
	var light, xyb picture
	light.setLight(img, darkGrey)
	xyb.setXYB(&light)
	return &xyb
}

// The ends of each channel over all of sRGB are published in cloudinary/ssimulacra2, src/ssimulacra2.cc.
func TestRangeOfXYB(t *testing.T) {
	const step = 15
	var colours [][4]uint8
	for r := 0; r < 256; r += step {
		for g := 0; g < 256; g += step {
			for b := 0; b < 256; b += step {
				colours = append(colours, [4]uint8{uint8(r), uint8(g), uint8(b), 255})
			}
		}
	}
	xyb := xybOf(colours...)
	for c, want := range [channels][2]float32{{0.204594, 0.813402}, {0.01, 0.855308}, {0.272295, 0.938012}} {
		least, most := float32(math.Inf(1)), float32(math.Inf(-1))
		for _, v := range xyb.planes[c] {
			least, most = min(least, v), max(most, v)
		}
		if math.Abs(float64(least-want[0])) > 2e-6 || math.Abs(float64(most-want[1])) > 2e-6 {
			t.Errorf("channel %d is from %.6f to %.6f, want %v", c, least, most, want)
		}
	}
}

// The parts by which XYB is defined, in double precision.
func TestXYB(t *testing.T) {
	for _, colour := range [][4]uint8{{0, 0, 0, 255}, {255, 255, 255, 255}, {200, 10, 30, 255}, {3, 2, 1, 255}, {17, 180, 240, 255}} {
		var rgb [channels]float64
		for c := range rgb {
			if rgb[c] = float64(colour[c]) / 255 / 12.92; colour[c] > 10 {
				rgb[c] = math.Pow((float64(colour[c])/255+0.055)/1.055, 2.4)
			}
		}
		root := func(r, g, b float64) float64 {
			return math.Cbrt(r*rgb[0]+g*rgb[1]+b*rgb[2]+bias) - math.Cbrt(bias)
		}
		l, m, s := root(0.3, 0.622, 0.078), root(0.23, 0.692, 0.078), root(shortRed, shortGreen, shortBlue)
		got := xybOf(colour)
		for c, want := range []float64{(l-m)/2*14 + 0.42, (l+m)/2 + 0.01, s - (l+m)/2 + 0.55} {
			if math.Abs(float64(got.planes[c][0])-want) > 2e-6 {
				t.Errorf("channel %d of %v = %v, want %v", c, colour, got.planes[c][0], want)
			}
		}
	}
}

func TestCubeRoot(t *testing.T) {
	for v := float32(bias); v < 1.01; v *= 1.001 {
		if got, want := cubeRoot(v), math.Cbrt(float64(v)); math.Abs(float64(got)/want-1) > 2.5e-7 {
			t.Fatalf("cubeRoot(%v) = %v, want %v", v, got, want)
		}
	}
}

func TestHalve(t *testing.T) {
	p := picture{width: 3, height: 3}
	for c := range p.planes {
		p.planes[c] = []float32{0, 4, 6, 8, 12, 10, 1, 3, 5}
	}
	p.halve()
	if p.width != 2 || p.height != 2 {
		t.Fatalf("halve makes 3 x 3 to %d x %d, want 2 x 2", p.width, p.height)
	}
	for i, want := range []float32{6, 8, 2, 5} {
		if got := p.planes[1][i]; got != want {
			t.Errorf("halve makes value %d to %v, want %v", i, got, want)
		}
	}
}

// blurPlane blurs at once what the recursion takes row by row.
func blurPlane(plane []float32, width int) []float32 {
	var b blur
	b.reset(width)
	var out []float32
	height := len(plane) / width
	for y := -radius; y < height; y++ {
		if below := y + radius; below < height {
			b.push(plane[below*width : (below+1)*width])
		} else {
			b.pushNothing()
		}
		if y >= 0 {
			out = append(out, b.out...)
		}
	}
	return out
}

// The recursion against the sum of its taps, which are the cosines of Charalampidis's fit (their
// equation 33) added up in double precision.
func TestBlurIsItsTaps(t *testing.T) {
	taps := [radius + 1]float64{0.2646211054881986, 0.21292859201042227, 0.10933537277746035, 0.03601111465836439, 0.009414367809653733}
	for _, size := range []image.Point{{1, 1}, {3, 2}, {4, 9}, {9, 4}, {61, 47}} {
		seed := random(7)
		plane := make([]float32, size.X*size.Y)
		for i := range plane {
			plane[i] = float32(seed.next()) / 255
		}
		got := blurPlane(plane, size.X)
		for i := range plane {
			want := 0.0
			for v := -radius; v <= radius; v++ {
				for u := -radius; u <= radius; u++ {
					if p := image.Pt(i%size.X+u, i/size.X+v); p.In(image.Rectangle{Max: size}) {
						want += taps[max(u, -u)] * taps[max(v, -v)] * float64(plane[p.Y*size.X+p.X])
					}
				}
			}
			if math.Abs(float64(got[i])-want) > 5e-6 {
				t.Fatalf("%v: value %d blurred = %v, want %v", size, i, got[i], want)
			}
		}
	}
}

// The fit is near the bell itself.
func TestBlurIsNearGaussian(t *testing.T) {
	const side, sigma = 31, 1.5
	plane := make([]float32, side*side)
	plane[side/2*side+side/2] = 1
	for i, got := range blurPlane(plane, side) {
		x, y := float64(i%side-side/2), float64(i/side-side/2)
		want := math.Exp(-(x*x+y*y)/(2*sigma*sigma)) / (2 * math.Pi * sigma * sigma)
		if math.Abs(float64(got)-want) > 1e-3 {
			t.Errorf("an impulse blurred = %v at %v, %v, want %v", got, x, y, want)
		}
	}
}
