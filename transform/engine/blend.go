package engine

import (
	"math"

	"lightwell/transform"
)

// mix mixes a layer with the picture below: an image where it lies, a colour, which is one pixel, all
// over (Compositing and Blending Level 1, section 5). Nothing changes where nothing lies.
func (top *raster) mix(bottom raster, b *transform.BlendPlan) {
	area := transform.Area{Width: bottom.width, Height: bottom.height}
	if b.Plan != nil {
		area = bottom.shared(b.X, b.Y, b.Plan.Out)
	}
	mixed := mixer(b.Mode)
	for y := area.Y; y < area.Y+area.Height; y++ {
		for x := area.X; x < area.X+area.Width; x++ {
			above := top.pixels
			if b.Plan != nil {
				above = top.at(x-b.X, y-b.Y)
			}
			mixPixel(bottom.at(x, y), above, b.Alpha, mixed)
		}
	}
}

// mixer is what becomes of two opaque pixels. Modes that mix each channel by itself are looked up.
func mixer(m transform.BlendMode) func(below, above []byte) [3]byte {
	if !m.Separable() {
		return func(below, above []byte) (mixed [3]byte) {
			for i, c := range m.Mix(parts(below), parts(above)) {
				mixed[i] = byte(math.Round(255 * min(max(c, 0), 1)))
			}
			return mixed
		}
	}
	var table [256][256]byte
	for below := range table {
		for above := range table[below] {
			table[below][above] = byte(math.Round(255 * m.Channel(float64(below)/255, float64(above)/255)))
		}
	}
	return func(below, above []byte) [3]byte {
		return [3]byte{table[below[0]][above[0]], table[below[1]][above[1]], table[below[2]][above[2]]}
	}
}

func parts(pixel []byte) [3]float64 {
	return [3]float64{float64(pixel[0]) / 255, float64(pixel[1]) / 255, float64(pixel[2]) / 255}
}

// mixPixel mixes one pixel with another over it, in place, at a percentage of its opacity. The pixel
// below stays opaque where it has no alpha.
func mixPixel(below, above []byte, percent int, mixed func(below, above []byte) [3]byte) {
	const full = 255 * 100
	share, under := 255*percent, 255
	if len(above) > 3 {
		share = int(above[3]) * percent
	}
	if len(below) > 3 {
		under = int(below[3])
	}
	if share == 0 {
		return
	}
	both := mixed(below, above)
	whole := share*255 + (full-share)*under
	for i := range 3 {
		sum := share*(255-under)*int(above[i]) + share*under*int(both[i]) + (full-share)*under*int(below[i])
		below[i] = byte((sum + whole/2) / whole)
	}
	if len(below) > 3 {
		below[3] = byte((whole + full/2) / full)
	}
}
