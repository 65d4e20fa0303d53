package engine

import (
	"math"
	"sync"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// matrix makes each channel of light a sum of the three.
type matrix [3][3]float64

func (m *matrix) times(c [3]float64) [3]float64 {
	return [3]float64{
		m[0][0]*c[0] + m[0][1]*c[1] + m[0][2]*c[2],
		m[1][0]*c[0] + m[1][1]*c[1] + m[1][2]*c[2],
		m[2][0]*c[0] + m[2][1]*c[1] + m[2][2]*c[2],
	}
}

// Between primaries, by their chromaticities (ITU-T H.273, table 2; white is D65 in all).
var (
	toBT2020 = map[int]matrix{
		primariesBT709:  {{0.6274039, 0.3292830, 0.0433131}, {0.0690973, 0.9195404, 0.0113623}, {0.0163914, 0.0880133, 0.8955953}},
		primariesBT2020: {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
		primariesP3:     {{0.7538330, 0.1985974, 0.0475696}, {0.0457438, 0.9417772, 0.0124789}, {-0.0012103, 0.0176017, 0.9836086}},
	}
	bt2020ToP3 = matrix{{1.3435783, -0.2821797, -0.0613986}, {-0.0652975, 1.0757879, -0.0104905}, {0.0028218, -0.0195985, 1.0167767}}
)

// toP3 changes the pixels, which become of 16 bits.
func (c cicp) toP3(img *vips.ImageRef) error {
	full := fullLevel(img)
	if err := img.Cast(vips.BandFormatUshort); err != nil {
		return vipsError(nil, "cast to 16 bits", err)
	}
	pixels, err := inPlace16(img)
	if err != nil {
		return vipsError(transform.ErrUndecodable, "decode", err)
	}
	light, shown, levels := c.lightTable(full), c.screen(), p3Levels()
	wide := toBT2020[c.primaries]
	bands := img.Bands()
	for i := 0; i+bands <= len(pixels); i += bands {
		p := pixels[i : i+bands : i+bands]
		color := wide.times([3]float64{light[p[0]], light[p[1]], light[p[2]]})
		color = bt2020ToP3.times(shown(color))
		for channel, value := range color {
			p[channel] = levels[int(min(max(value, 0), 1)*(tableSize-1)+0.5)]
		}
		if bands > 3 {
			p[3] = uint16(min(float64(p[3])/full, 1)*0xffff + 0.5)
		}
	}
	return nil
}

// fullLevel is the level of white: libvips 8.14 moves the bits of a HEIF file up in 16, and
// leaves those below empty.
func fullLevel(img *vips.ImageRef) float64 {
	if img.BandFormat() == vips.BandFormatUchar {
		return 0xff
	}
	if bits := img.GetInt("heif-bitdepth"); bits > 8 && bits < 16 {
		full := (1<<bits - 1) << (16 - bits)
		return float64(full)
	}
	return 0xffff
}

// tableSize is the number of entries of a table of levels or of light.
const tableSize = 1 << 16

// lightTable is the light of each level.
func (c cicp) lightTable(full float64) *[tableSize]float64 {
	of := transform.ToLight
	switch c.transfer {
	case transferPQ:
		of = pqLight
	case transferHLG:
		of = hlgLight
	}
	var table [tableSize]float64
	for level := range table {
		table[level] = of(min(float64(level)/full, 1))
	}
	return &table
}

// p3Levels is the level of each light, in parts of the table's end.
var p3Levels = sync.OnceValue(func() *[tableSize]uint16 {
	var table [tableSize]uint16
	for i := range table {
		table[i] = uint16(math.Round(transform.FromLight(float64(i)/(tableSize-1)) * 0xffff))
	}
	return &table
})

// screen is what a screen without high dynamic range shows of a colour of BT.2020.
func (c cicp) screen() func([3]float64) [3]float64 {
	peak := c.peak
	switch {
	case c.transfer == transferHLG:
		peak = usualPeak
	case c.transfer != transferPQ:
		return func(color [3]float64) [3]float64 { return color }
	case peak == 0:
		peak = usualPeak
	}
	curve := newToneCurve(peak / pageWhite)
	return func(color [3]float64) [3]float64 {
		by := 1.0
		if c.transfer == transferHLG {
			by = hlgShown(max(0, 0.2627*color[0]+0.6780*color[1]+0.0593*color[2]))
		}
		by *= curve.gain(by * max(color[0], color[1], color[2]))
		return [3]float64{by * color[0], by * color[1], by * color[2]}
	}
}
