package engine

import "math"

// What the numbers of a high dynamic range say of light, relative to the white of a page, and
// what of it a screen without that range shows.

// pageWhite is how bright the white of a page is where there is more, and usualPeak how bright a
// picture that does not say is at its brightest, in candelas a square metre (ITU-R BT.2408).
const (
	pageWhite = 203.0
	usualPeak = 1000.0
)

// pqLight is the light of a level of 0 to 1. (SMPTE ST 2084, ITU-R BT.2100, table 4.)
func pqLight(level float64) float64 {
	const m1, m2, c1, c2, c3 = 2610.0 / 16384, 2523.0 / 4096 * 128, 3424.0 / 4096, 2413.0 / 4096 * 32, 2392.0 / 4096 * 32
	power := math.Pow(level, 1/m2)
	return 10_000 / pageWhite * math.Pow(max(power-c1, 0)/(c2-c3*power), 1/m1)
}

// hlgLight is the light of a scene at a level of 0 to 1, whose brightest is 1. (ITU-R BT.2100,
// table 5.)
func hlgLight(level float64) float64 {
	const a, b, c = 0.17883277, 0.28466892, 0.55991073
	if level <= 0.5 {
		return level * level / 3
	}
	return (math.Exp((level-c)/a) + b) / 12
}

// hlgShown is by how much the light of a scene is multiplied on a screen, where its luminance is
// this: the power of 1.2 is for screens of usualPeak.
func hlgShown(luminance float64) float64 {
	return usualPeak / pageWhite * math.Pow(luminance, 0.2)
}

// toneCurve brings light of up to peak, in whites of a page, into 0 to 1. It is the one that
// browsers have for pictures that bring none of their own: what is darker than white keeps its
// proportions, becoming the darker the brighter the peak is, down to half, and what is brighter
// follows a curve from there to 1. (SMPTE ST 2094-50, reference white tone mapping.)
type toneCurve struct {
	white  float64 // what white becomes
	xa, xb float64 // of the curve's parameter, 0 to 1: x = 1 + xb t + xa t²
	ya, yb float64 // y = white + yb t + ya t²
}

func newToneCurve(peak float64) toneCurve {
	const bend = 0.65 // where the curve's middle control point lies on the way from white to 1
	peak = max(peak, 1)
	white := 1 - 0.5*min(math.Log(peak)/math.Log(usualPeak/pageWhite), 1)
	middleX, middleY := 1-bend+bend/white, (1-bend)*white+bend
	return toneCurve{
		white: white,
		xa:    1 - 2*middleX + peak, xb: 2 * (middleX - 1),
		ya: white - 2*middleY + 1, yb: 2 * (middleY - white),
	}
}

// gain is by how much a colour is multiplied whose largest channel is this.
func (c toneCurve) gain(largest float64) float64 {
	if largest <= 1 {
		return c.white
	}
	t := 1.0
	if largest < 1+c.xb+c.xa {
		t = 2 * (largest - 1) / (c.xb + math.Sqrt(c.xb*c.xb+4*c.xa*(largest-1)))
	}
	return (c.white + t*(c.yb+t*c.ya)) / largest
}
