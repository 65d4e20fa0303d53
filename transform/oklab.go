package transform

import "math"

// oklab is a colour as lightness and two opponents, so that equal distances look about equal
// (Ottosson, 2020: bottosson.github.io/posts/oklab, whose matrices these are).
type oklab [3]float64

func (c RGB) lab() oklab {
	r, g, b := c.light()
	l := math.Cbrt(0.4122214708*r + 0.5363325363*g + 0.0514459929*b)
	m := math.Cbrt(0.2119034982*r + 0.6806995451*g + 0.1073969566*b)
	s := math.Cbrt(0.0883024619*r + 0.2817188376*g + 0.6299787005*b)
	return oklab{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

// distance is the square of the distance.
func (o oklab) distance(p oklab) (d float64) {
	for i := range o {
		d += (o[i] - p[i]) * (o[i] - p[i])
	}
	return d
}
