package transform

import "math"

// Matrix makes each channel of a colour a sum of the three and of a constant, all in
// levels of 0 to 255.
type Matrix [3][4]float64

// Identity changes nothing.
var Identity = Matrix{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0}}

// luma are the shares of the channels in lightness (ITU-R BT.709).
var luma = [3]float64{0.2126, 0.7152, 0.0722}

// gray makes all channels the lightness.
var gray = between(Color{}, White)

// between makes black one colour, white another, and all else what lies between, by
// lightness.
func between(dark, light Color) (m Matrix) {
	from, to := [3]uint8{dark.R, dark.G, dark.B}, [3]uint8{light.R, light.G, light.B}
	for i := range m {
		for j := range luma {
			m[i][j] = (float64(to[i]) - float64(from[i])) / 255 * luma[j]
		}
		m[i][3] = float64(from[i])
	}
	return m
}

// sepia is that of the CSS filter (Filter Effects Module Level 1).
var sepia = Matrix{{0.393, 0.769, 0.189, 0}, {0.349, 0.686, 0.168, 0}, {0.272, 0.534, 0.131, 0}}

// hueRotation turns colours around the axis of greys, by degrees.
func hueRotation(degrees int) (m Matrix) {
	sin, cos := math.Sincos(float64(degrees) * math.Pi / 180)
	const r, g, b = 0.213, 0.715, 0.072 // as the standard rounds them
	return Matrix{
		{r + cos*(1-r) - sin*r, g - cos*g - sin*g, b - cos*b + sin*(1-b), 0},
		{r - cos*r + sin*0.143, g + cos*(1-g) + sin*0.140, b - cos*b - sin*0.283, 0},
		{r - cos*r - sin*(1-r), g - cos*g + sin*g, b + cos*(1-b) + sin*b, 0},
	}
}

// mix goes the given part of the way to another matrix, or beyond.
func (m Matrix) mix(to Matrix, part float64) Matrix {
	for i := range m {
		for j := range m[i] {
			m[i][j] += (to[i][j] - m[i][j]) * part
		}
	}
	return m
}

// after is this matrix applied to what the first one gives.
func (m Matrix) after(first Matrix) (both Matrix) {
	for i := range m {
		both[i][3] = m[i][3]
		for k := range 3 {
			for j := range 4 {
				both[i][j] += m[i][k] * first[k][j]
			}
		}
	}
	return both
}
