package transform

import "math"

// A character is what a colour of a picture may be wanted for: lively or calm, and light or dark.
// Targets, bounds and weights are those of Android's Palette (androidx.palette.graphics.Target).
type character struct {
	name                  string
	least, aim, most      float64 // saturation
	darkest, at, lightest float64 // lightness
}

var characters = []character{
	{"vibrant", 0.35, 1, 1, 0.3, 0.5, 0.7},
	{"vibrant_light", 0.35, 1, 1, 0.55, 0.74, 1},
	{"vibrant_dark", 0.35, 1, 1, 0, 0.26, 0.45},
	{"muted", 0, 0.3, 0.4, 0.3, 0.5, 0.7},
	{"muted_light", 0, 0.3, 0.4, 0.55, 0.74, 1},
	{"muted_dark", 0, 0.3, 0.4, 0, 0.26, 0.45},
}

// Characters are the palette's colours that fit best to what colours are wanted for, by name. A
// colour is of one character only; one that nothing fits to is missing.
func (p Palette) Characters() map[string]RGB {
	found := map[string]RGB{}
	taken := map[RGB]bool{}
	for _, want := range characters {
		best, score := RGB{}, 0.0
		for _, s := range p {
			if got := want.score(s, p[0].Share); got > score && !taken[s.Color] {
				best, score = s.Color, got
			}
		}
		if score > 0 {
			found[want.name], taken[best] = best, true
		}
	}
	return found
}

// score is how well a colour fits, 0 where it does not. most is the share of the most frequent one.
func (c character) score(s Swatch, most float64) float64 {
	saturation, lightness := s.Color.hsl()
	if saturation < c.least || saturation > c.most || lightness < c.darkest || lightness > c.lightest {
		return 0
	}
	return 0.24*(1-math.Abs(saturation-c.aim)) + 0.52*(1-math.Abs(lightness-c.at)) + 0.24*s.Share/most
}

// hsl are the colour's saturation and lightness, 0 to 1 (CSS Color 4, section 7).
func (c RGB) hsl() (saturation, lightness float64) {
	most, least := float64(max(c.R, c.G, c.B))/255, float64(min(c.R, c.G, c.B))/255
	lightness = (most + least) / 2
	if most == least {
		return 0, lightness
	}
	return (most - least) / (1 - math.Abs(2*lightness-1)), lightness
}
