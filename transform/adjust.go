package transform

import "math"

// Adjust changes tones and colours. The zero Adjust changes nothing.
type Adjust struct {
	Exposure   int     `json:"exposure,omitempty"`   // -100 to 100: fiftieths of a stop
	Brightness int     `json:"brightness,omitempty"` // -100 (black) to 100 (white)
	Contrast   int     `json:"contrast,omitempty"`   // -100 (grey) to 100 (black and white)
	Gamma      int     `json:"gamma,omitempty"`      // -100 to 100: an exponent of 4 to 1/4
	Shadows    float64 `json:"shadows,omitempty"`    // 0 to 100: dark tones are lifted
	Highlights int     `json:"highlights,omitempty"` // -100 to 0: light tones are lowered
	Invert     bool    `json:"invert,omitempty"`

	Saturation int `json:"saturation,omitempty"` // -100 (grey) to 100 (twice)
	Hue        int `json:"hue,omitempty"`        // 0 to 359 degrees
	Vibrance   int `json:"vibrance,omitempty"`   // -100 to 100: saturation of what has little
}

// Tones is what becomes of each level of a channel, in the order of the fields.
func (a Adjust) Tones() (levels [256]byte) {
	for i := range levels {
		levels[i] = byte(math.Round(255 * a.tone(float64(i)/255)))
	}
	return levels
}

// tone is the curve, from 0 (black) to 1.
func (a Adjust) tone(v float64) float64 {
	if a.Exposure != 0 {
		v = clampUnit(FromLight(ToLight(v) * math.Exp2(float64(a.Exposure)/50)))
	}
	v = clampUnit(v + float64(a.Brightness)/100)
	if a.Contrast != 0 {
		slope := math.Tan(math.Pi / 4 * (1 + float64(a.Contrast)/100))
		v = clampUnit((v-0.5)*slope + 0.5)
	}
	if a.Gamma != 0 {
		v = math.Pow(v, math.Pow(4, -float64(a.Gamma)/100))
	}
	// Both curves rise everywhere, and leave black and white alone.
	v += a.Shadows / 100 * 2 * v * math.Pow(1-v, 3)
	v += float64(a.Highlights) / 100 * 2 * (1 - v) * math.Pow(v, 3)
	v = clampUnit(v)
	if a.Invert {
		v = 1 - v
	}
	return v
}

func clampUnit(v float64) float64 { return max(0, min(v, 1)) }

// Colors is the change of saturation and hue, as the CSS filters saturate and
// hue-rotate have it (Filter Effects Module Level 1).
func (a Adjust) Colors() Matrix {
	m := Identity
	if a.Saturation != 0 {
		m = gray.mix(Identity, 1+float64(a.Saturation)/100)
	}
	if a.Hue != 0 {
		m = hueRotation(a.Hue).after(m)
	}
	return m
}

// Chroma is what vibrance makes of a chroma C: once·C + squared·C². Colours that are
// strong already hardly change.
func (a Adjust) Chroma() (once, squared float64) {
	const strong = 150 // more than any colour of sRGB has, in CIELAB
	v := float64(a.Vibrance) / 100
	return 1 + v, -v / strong
}
