package transform

import "math"

// Separable tells whether the mode mixes each channel by itself.
func (m BlendMode) Separable() bool {
	return m != BlendColor && m != BlendHue && m != BlendLuminosity && m != BlendSaturation
}

// Channel is what becomes of one channel of the picture, and of what lies over it, 0 to 1, where both
// are opaque; only for modes that are separable (Compositing and Blending Level 1, section 10.1).
func (m BlendMode) Channel(below, above float64) float64 {
	switch m {
	case BlendMultiply:
		return below * above
	case BlendScreen:
		return screen(below, above)
	case BlendOverlay:
		return hardLight(above, below)
	case BlendHardLight:
		return hardLight(below, above)
	case BlendSoftLight:
		return softLight(below, above)
	case BlendDarken:
		return min(below, above)
	case BlendLighten:
		return max(below, above)
	case BlendDodge:
		return dodge(below, above)
	case BlendBurn:
		return 1 - dodge(1-below, 1-above)
	case BlendDifference:
		return math.Abs(below - above)
	case BlendExclusion:
		return below + above - 2*below*above
	}
	return above
}

func screen(below, above float64) float64 { return below + above - below*above }

func hardLight(below, above float64) float64 {
	if above <= 0.5 {
		return below * 2 * above
	}
	return screen(below, 2*above-1)
}

func softLight(below, above float64) float64 {
	if above <= 0.5 {
		return below - (1-2*above)*below*(1-below)
	}
	d := math.Sqrt(below)
	if below <= 0.25 {
		d = ((16*below-12)*below + 4) * below
	}
	return below + (2*above-1)*(d-below)
}

func dodge(below, above float64) float64 {
	switch {
	case below == 0:
		return 0
	case above == 1:
		return 1
	}
	return min(1, below/(1-above))
}

// Mix is what becomes of the colour of the picture, and of the one that lies over it, 0 to 1, where
// both are opaque; for all modes (sections 10.1 and 10.2).
func (m BlendMode) Mix(below, above [3]float64) [3]float64 {
	switch m {
	case BlendHue:
		return setLuminosity(setSaturation(above, saturation(below)), luminosity(below))
	case BlendSaturation:
		return setLuminosity(setSaturation(below, saturation(above)), luminosity(below))
	case BlendColor:
		return setLuminosity(above, luminosity(below))
	case BlendLuminosity:
		return setLuminosity(below, luminosity(above))
	}
	for i := range below {
		below[i] = m.Channel(below[i], above[i])
	}
	return below
}

func luminosity(c [3]float64) float64 { return 0.3*c[0] + 0.59*c[1] + 0.11*c[2] }

func saturation(c [3]float64) float64 { return max(c[0], c[1], c[2]) - min(c[0], c[1], c[2]) }

// setLuminosity shifts a colour to a luminosity, and brings it back among the colours that there are.
func setLuminosity(c [3]float64, to float64) [3]float64 {
	shift := to - luminosity(c)
	for i := range c {
		c[i] += shift
	}
	l, least, most := luminosity(c), min(c[0], c[1], c[2]), max(c[0], c[1], c[2])
	for i := range c {
		if least < 0 {
			c[i] = l + (c[i]-l)*l/(l-least)
		}
		if most > 1 {
			c[i] = l + (c[i]-l)*(1-l)/(most-l)
		}
	}
	return c
}

// setSaturation spreads a colour's channels over so much.
func setSaturation(c [3]float64, to float64) [3]float64 {
	least, spread := min(c[0], c[1], c[2]), saturation(c)
	for i := range c {
		if spread == 0 {
			c[i] = 0
		} else {
			c[i] = (c[i] - least) * to / spread
		}
	}
	return c
}
