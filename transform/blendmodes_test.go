package transform_test

import (
	"math"
	"testing"

	"lightwell/transform"
)

// What becomes of a colour of the picture and one above it, worked out by hand from the formulas of
// Compositing and Blending Level 1.
func TestBlendModes(t *testing.T) {
	below, above := [3]float64{0.2, 0.5, 0.8}, [3]float64{0.6, 0.4, 0.1}
	for mode, want := range map[transform.BlendMode][3]float64{
		transform.BlendNormal:     {0.6, 0.4, 0.1},
		transform.BlendMultiply:   {0.12, 0.2, 0.08},
		transform.BlendScreen:     {0.68, 0.7, 0.82},
		transform.BlendOverlay:    {0.24, 0.4, 0.64},
		transform.BlendHardLight:  {0.36, 0.4, 0.16},
		transform.BlendDarken:     {0.2, 0.4, 0.1},
		transform.BlendLighten:    {0.6, 0.5, 0.8},
		transform.BlendDodge:      {0.5, 0.8333333, 0.8888889},
		transform.BlendBurn:       {0, 0, 0},
		transform.BlendDifference: {0.4, 0.1, 0.7},
		transform.BlendExclusion:  {0.56, 0.5, 0.74},
		transform.BlendSoftLight:  {0.2 + 0.2*(((16*0.2-12)*0.2+4)*0.2-0.2), 0.5 - 0.2*0.25, 0.8 - 0.8*0.16},
		// Luminosities: 0.3*0.2+0.59*0.5+0.11*0.8 = 0.443 below, 0.427 above.
		transform.BlendColor:      {0.616, 0.416, 0.116},
		transform.BlendLuminosity: {0.184, 0.484, 0.784},
		// The saturation of below is 0.6, of above 0.5.
		transform.BlendHue:        {0.443 + 0.6 - (0.18 + 0.59*0.36), 0.443 + 0.36 - (0.18 + 0.59*0.36), 0.443 - (0.18 + 0.59*0.36)},
		transform.BlendSaturation: {0.443 - (0.59*0.25 + 0.11*0.5), 0.443 + 0.25 - (0.59*0.25 + 0.11*0.5), 0.443 + 0.5 - (0.59*0.25 + 0.11*0.5)},
	} {
		got := mode.Mix(below, above)
		for i := range got {
			if math.Abs(got[i]-want[i]) > 1e-6 {
				t.Errorf("mode %d of %v and %v = %.4f, want %.4f", mode, below, above, got, want)
				break
			}
		}
		if mode.Separable() {
			for i := range got {
				if c := mode.Channel(below[i], above[i]); c != got[i] {
					t.Errorf("mode %d: Channel(%g, %g) = %g, and Mix %g", mode, below[i], above[i], c, got[i])
				}
			}
		}
	}
}

// Whatever is mixed is a colour.
func TestBlendModesStayWithinColours(t *testing.T) {
	levels := []float64{0, 0.01, 0.25, 0.5, 0.75, 0.99, 1}
	for mode := transform.BlendOverlay; mode <= transform.BlendNormal; mode++ {
		for _, r := range levels {
			for _, g := range levels {
				for _, b := range levels {
					got := mode.Mix([3]float64{r, g, b}, [3]float64{b, r, 1 - g})
					for _, c := range got {
						if !(c >= -1e-9 && c <= 1+1e-9) {
							t.Fatalf("mode %d of %v = %v", mode, [3]float64{r, g, b}, got)
						}
					}
				}
			}
		}
	}
}
