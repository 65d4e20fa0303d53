package ssimulacra2

import "math"

// What the eye's receptors take of linear red, green and blue, and the light that they see in the
// dark: figures of libjxl, lib/jxl/cms/opsin_params.h.
const (
	longRed, longGreen, longBlue       = 0.30, 1 - 0.30 - 0.078, 0.078
	mediumRed, mediumGreen, mediumBlue = 0.23, 1 - 0.23 - 0.078, 0.078
	shortRed, shortGreen, shortBlue    = 0.24342268924547819, 0.20476744424496821, 1 - 0.24342268924547819 - 0.20476744424496821
	bias                               = 0.0037930732552754493
)

var biasRoot = float32(math.Cbrt(bias))

// setXYB makes p the XYB of linear light, moved and stretched so that sRGB's colours lie within
// 0 and 1 (X by 14 and 0.42, Y by 0.01, B less Y by 0.55: figures of the reference).
func (p *picture) setXYB(rgb *picture) {
	p.resize(rgb.width, rgb.height)
	n := rgb.width * rgb.height
	red, green, blue := rgb.planes[0][:n], rgb.planes[1][:n], rgb.planes[2][:n]
	px, py, pb := p.planes[0][:n], p.planes[1][:n], p.planes[2][:n]
	for i, r := range red {
		g, b := green[i], blue[i]
		long := cubeRoot(longRed*r+longGreen*g+longBlue*b+bias) - biasRoot
		medium := cubeRoot(mediumRed*r+mediumGreen*g+mediumBlue*b+bias) - biasRoot
		short := cubeRoot(shortRed*r+shortGreen*g+shortBlue*b+bias) - biasRoot
		luma := (long + medium) * 0.5
		px[i] = (long-medium)*(0.5*14) + 0.42
		py[i] = luma + 0.01
		pb[i] = short - luma + 0.55
	}
}

// cubeRoot is exact to the last bits of a float32, for v from bias to 1. A third of the exponent
// makes a first guess, and Halley's iteration triples the right digits at each of two steps.
func cubeRoot(v float32) float32 {
	const third = 709958130 // of the exponent's bias, less what makes the guess's error least (FreeBSD, s_cbrtf.c)
	root := math.Float32frombits(math.Float32bits(v)/3 + third)
	cube := root * root * root
	root *= (cube + v + v) / (cube + cube + v)
	cube = root * root * root
	return root * ((cube + v + v) / (cube + cube + v))
}
