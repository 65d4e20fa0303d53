package engine

import (
	"math"
	"testing"
)

// perceived is how far two pictures look apart: the differences of their pixels in
// CIELAB (ΔE*ab, CIE 1976), after a blur of 3 by 3 pixels on each, since one pixel
// of noise is not seen. A difference of 1 is about the least that can be seen side by side.
type perceived struct {
	mean, p99 float64 // of all pixels; of the hundredth that differs most, the least
}

// within tells whether neither measure is above the other's.
func (d perceived) within(tolerance perceived) bool {
	return d.mean <= tolerance.mean && d.p99 <= tolerance.p99
}

// perceive compares pictures of one size.
func perceive(a, b picture) perceived { return a.seen().from(b.seen()) }

// seen is a picture as it is compared: softened, in CIELAB, lying on black and on white,
// so that alpha counts. What is opaque lies on either alike, and is there once.
type seen struct {
	width, height int
	on            [][]lab
}

func (p picture) seen() seen {
	s := seen{p.width, p.height, [][]lab{p.seenOn(0)}}
	if !p.opaque() {
		s.on = append(s.on, p.seenOn(255))
	}
	return s
}

func (p picture) opaque() bool {
	for i := 3; i < len(p.rgba); i += 4 {
		if p.rgba[i] != 255 {
			return false
		}
	}
	return true
}

func (s seen) sameSize(other seen) bool { return s.width == other.width && s.height == other.height }

// from compares what is of one size. Of the two papers the larger difference counts.
func (s seen) from(other seen) perceived {
	differences := make([]float64, s.width*s.height)
	for paper := range max(len(s.on), len(other.on)) {
		a, b := s.on[min(paper, len(s.on)-1)], other.on[min(paper, len(other.on)-1)]
		for i := range differences {
			differences[i] = max(differences[i], deltaE(a[i], b[i]))
		}
	}
	sum := 0.0
	for _, d := range differences {
		sum += d
	}
	return perceived{sum / float64(len(differences)), nth(differences, len(differences)*99/100)}
}

// nth is the value that sorting would bring to the index n; it moves the others about, since sorting took longer than
// comparing.
func nth(values []float64, n int) float64 {
	for len(values) > 1 {
		pivot := values[len(values)/2]
		less, more := 0, len(values)-1
		for less <= more {
			switch {
			case values[less] < pivot:
				less++
			case values[more] > pivot:
				more--
			default:
				values[less], values[more] = values[more], values[less]
				less++
				more--
			}
		}
		switch {
		case n <= more:
			values = values[:more+1]
		case n >= less:
			values, n = values[less:], n-less
		default:
			return pivot
		}
	}
	return values[0]
}

// cut is what is seen from a corner on, narrower and lower by some pixels.
func (s seen) cut(left, top, narrower, lower int) seen {
	part := seen{s.width - narrower, s.height - lower, make([][]lab, len(s.on))}
	for i, whole := range s.on {
		for y := top; y < top+part.height; y++ {
			part.on[i] = append(part.on[i], whole[y*s.width+left:y*s.width+left+part.width]...)
		}
	}
	return part
}

// lab is a colour in CIELAB.
type lab [3]float64

func deltaE(a, b lab) float64 {
	return math.Sqrt((a[0]-b[0])*(a[0]-b[0]) + (a[1]-b[1])*(a[1]-b[1]) + (a[2]-b[2])*(a[2]-b[2]))
}

// seenOn is the picture on a grey, softened, in CIELAB.
func (p picture) seenOn(paper float64) []lab {
	flat := p.over(paper)
	seen := make([]lab, len(flat))
	for y := range p.height {
		for x := range p.width {
			seen[y*p.width+x] = p.softened(flat, x, y)
		}
	}
	return seen
}

// over is the levels of the picture on a grey.
func (p picture) over(paper float64) [][3]float64 {
	flat := make([][3]float64, p.width*p.height)
	for i := range flat {
		pixel := p.rgba[4*i : 4*i+4]
		alpha := float64(pixel[3]) / 255
		for c := range flat[i] {
			flat[i][c] = float64(pixel[c])*alpha + paper*(1-alpha)
		}
	}
	return flat
}

// softened is the mean of a pixel and its neighbours; the edges' have fewer.
func (p picture) softened(flat [][3]float64, x, y int) lab {
	var sum [3]float64
	left, right, top, bottom := max(0, x-1), min(x+1, p.width-1), max(0, y-1), min(y+1, p.height-1)
	for v := top; v <= bottom; v++ {
		for _, rgb := range flat[v*p.width+left : v*p.width+right+1] {
			sum[0] += rgb[0]
			sum[1] += rgb[1]
			sum[2] += rgb[2]
		}
	}
	n := (right - left + 1) * (bottom - top + 1)
	return toLab([3]float64{meanLight(sum[0], n), meanLight(sum[1], n), meanLight(sum[2], n)})
}

// meanLight is the light of the mean of n levels that have a sum. That of whole levels is looked up.
func meanLight(sum float64, n int) float64 {
	if whole := int(sum); float64(whole) == sum {
		return lights[n][whole]
	}
	return light(sum / float64(n))
}

// lights are those of the means of 1 to 9 whole levels, by their sum.
var lights = func() (tables [10][]float64) {
	for n := 1; n < len(tables); n++ {
		for sum := range 255*n + 1 {
			tables[n] = append(tables[n], light(float64(sum)/float64(n)))
		}
	}
	return tables
}()

// light is that of a level of sRGB (IEC 61966-2-1), of which 255 is 1.
func light(level float64) float64 {
	if level > 0.04045*255 {
		return math.Pow((level/255+0.055)/1.055, 2.4)
	}
	return level / 255 / 12.92
}

// toLab converts the light of red, green and blue of sRGB to CIELAB for its white, D65.
func toLab(linear [3]float64) lab {
	f := func(r, g, b float64) float64 { // of the part of white's X, Y or Z
		t := r*linear[0] + g*linear[1] + b*linear[2]
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f(0.4124564/0.95047, 0.3575761/0.95047, 0.1804375/0.95047)
	y := f(0.2126729, 0.7151522, 0.0721750)
	z := f(0.0193339/1.08883, 0.1191920/1.08883, 0.9503041/1.08883)
	return lab{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// Published values of sRGB's corners (D65), to a tenth.
func TestToLab(t *testing.T) {
	for _, tt := range []struct {
		rgb  [3]float64
		want lab
	}{
		{[3]float64{0, 0, 0}, lab{0, 0, 0}},
		{[3]float64{255, 255, 255}, lab{100, 0, 0}},
		{[3]float64{119, 119, 119}, lab{50.03, 0, 0}},
		{[3]float64{255, 0, 0}, lab{53.24, 80.09, 67.20}},
		{[3]float64{0, 255, 0}, lab{87.73, -86.18, 83.18}},
		{[3]float64{0, 0, 255}, lab{32.30, 79.19, -107.86}},
		{[3]float64{5, 5, 5}, lab{1.37, 0, 0}},
	} {
		if got := toLab([3]float64{light(tt.rgb[0]), light(tt.rgb[1]), light(tt.rgb[2])}); deltaE(got, tt.want) > 0.1 {
			t.Errorf("toLab(%v) = %.2f, want %.2f", tt.rgb, got, tt.want)
		}
	}
}

func TestPerceive(t *testing.T) {
	plain := func(level, alpha byte) picture {
		p := picture{20, 10, make([]byte, 4*20*10)}
		for i := range 20 * 10 {
			copy(p.rgba[4*i:], []byte{level, level, level, alpha})
		}
		return p
	}
	speck, patch := plain(119, 255), plain(119, 255)
	copy(speck.rgba[4*(5*20+10):], []byte{255, 255, 255})
	for _, at := range []int{0, 1, 20, 21} {
		copy(patch.rgba[4*at:], []byte{255, 255, 255})
	}
	for _, tt := range []struct {
		name        string
		a, b        picture
		least, most perceived
	}{
		{"a picture and itself", plain(119, 255), plain(119, 255), perceived{}, perceived{}},
		{"black and white", plain(0, 255), plain(255, 255), perceived{99.9, 99.9}, perceived{100.1, 100.1}},
		{"a level of grey", plain(119, 255), plain(120, 255), perceived{0.3, 0.3}, perceived{0.5, 0.5}},
		{"what cannot be seen", plain(0, 0), plain(255, 0), perceived{}, perceived{}},
		{"white, there and not", plain(255, 255), plain(255, 0), perceived{99.9, 99.9}, perceived{100.1, 100.1}},
		{"a level of alpha", plain(255, 255), plain(255, 250), perceived{1, 1}, perceived{2.5, 2.5}},
		{"one pixel", plain(119, 255), speck, perceived{0.2, 5}, perceived{0.4, 7}},
		{"a corner", plain(119, 255), patch, perceived{0.5, 20}, perceived{2, 60}},
	} {
		if got := perceive(tt.a, tt.b); !got.within(tt.most) || !tt.least.within(got) {
			t.Errorf("perceive(%s) = %.2f, want %v to %v", tt.name, got, tt.least, tt.most)
		}
		if there, back := perceive(tt.a, tt.b), perceive(tt.b, tt.a); there != back {
			t.Errorf("perceive(%s) = %v, and %v the other way round", tt.name, there, back)
		}
	}
}
