package transform

import "math"

// ToLight is how much light a level of sRGB stands for, and FromLight the level that stands for so
// much, each of 0 to 1 (IEC 61966-2-1).
func ToLight(level float64) float64 {
	if level <= 0.04045 {
		return level / 12.92
	}
	return math.Pow((level+0.055)/1.055, 2.4)
}

// FromLight is the inverse of ToLight.
func FromLight(light float64) float64 {
	if light <= 0.0031308 {
		return light * 12.92
	}
	return 1.055*math.Pow(light, 1/2.4) - 0.055
}

// light is what a colour's channels stand for.
func (c RGB) light() (r, g, b float64) {
	return ToLight(float64(c.R) / 255), ToLight(float64(c.G) / 255), ToLight(float64(c.B) / 255)
}
