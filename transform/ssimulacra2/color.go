package ssimulacra2

import (
	"image"
	"math"
)

// channels of an image: red, green and blue of linear light, or X, Y and B.
const channels = 3

// A picture is planes of one size, each of width x height values by rows.
type picture struct {
	width, height int
	planes        [channels][]float32
}

// resize sets a size, and keeps the planes' memory where it suffices.
func (p *picture) resize(width, height int) {
	p.width, p.height = width, height
	for c := range p.planes {
		p.planes[c] = sized(p.planes[c], width*height)
	}
}

// sized gives a slice of n values, the old one where it is large enough. What it holds is not cleared.
func sized(s []float32, n int) []float32 {
	if cap(s) < n {
		return make([]float32, n)
	}
	return s[:n]
}

// light of 8-bit sRGB values, 0 to 1.
var light = func() (table [256]float32) {
	for v := range table {
		table[v] = linear(float64(v) / 255)
	}
	return table
}()

// linear is the transfer function of sRGB (IEC 61966-2-1), of 0 to 1.
func linear(v float64) float32 {
	if v <= 0.04045 {
		return float32(v / 12.92)
	}
	return float32(math.Pow((v+0.055)/1.055, 2.4))
}

// The greys, in sRGB values of 0 to 1, that the reference's tool lays under images with transparency.
const darkGrey, lightGrey = 0.1, 0.9

// setLight makes p the linear light of img over a grey. As in the reference, colours and
// grey are mixed in sRGB values, not in light.
func (p *picture) setLight(img *image.NRGBA, grey float64) {
	bounds := img.Bounds()
	p.resize(bounds.Dx(), bounds.Dy())
	under := linear(grey)
	for y := range p.height {
		at := img.PixOffset(bounds.Min.X, bounds.Min.Y+y)
		pix := img.Pix[at : at+4*p.width]
		r, g, b := p.row(0, y), p.row(1, y), p.row(2, y)
		for x := range r {
			switch px := pix[4*x : 4*x+4 : 4*x+4]; px[3] {
			case 255:
				r[x], g[x], b[x] = light[px[0]], light[px[1]], light[px[2]]
			case 0:
				r[x], g[x], b[x] = under, under, under
			default:
				a := float64(px[3]) / 255
				r[x], g[x], b[x] = over(px[0], a, grey), over(px[1], a, grey), over(px[2], a, grey)
			}
		}
	}
}

func over(v uint8, alpha, grey float64) float32 {
	return linear(alpha*float64(v)/255 + (1-alpha)*grey)
}

func (p *picture) row(c, y int) []float32 {
	return p.planes[c][y*p.width : (y+1)*p.width]
}

// rowOrNone gives nil below the last row.
func (p *picture) rowOrNone(c, y int) []float32 {
	if y >= p.height {
		return nil
	}
	return p.row(c, y)
}

// hasAlpha tells whether some pixel is not opaque.
func hasAlpha(img *image.NRGBA) bool {
	bounds := img.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		at := img.PixOffset(bounds.Min.X, y)
		pix := img.Pix[at : at+4*bounds.Dx()]
		for i := 3; i < len(pix); i += 4 {
			if pix[i] != 255 {
				return true
			}
		}
	}
	return false
}

// halve makes p half as large, a pixel the mean of 2 x 2. Where a side is odd, its last row or
// column counts twice. Each mean is written before where it was read from, so one buffer serves.
func (p *picture) halve() {
	width, height := (p.width+1)/2, (p.height+1)/2
	for c, plane := range p.planes {
		for y := range height {
			upper := p.row(c, 2*y)
			lower := p.row(c, min(2*y+1, p.height-1))
			halveRows(plane[y*width:(y+1)*width], upper, lower)
		}
		p.planes[c] = plane[:width*height]
	}
	p.width, p.height = width, height
}

func halveRows(out, upper, lower []float32) {
	lower = lower[:len(upper)]
	for x := range len(upper) / 2 {
		u, l := upper[2*x:2*x+2:2*x+2], lower[2*x:2*x+2:2*x+2]
		out[x] = (u[0] + u[1] + l[0] + l[1]) * 0.25
	}
	if last := len(upper) - 1; last%2 == 0 {
		out[last/2] = (upper[last] + lower[last]) * 0.5
	}
}
