package transform

import (
	"fmt"
	"strings"
)

// Style is how a picture is to look that has nothing to do with what it shows. The
// zero Style is as it is.
type Style struct {
	Pixelate     int   `json:"pixelate,omitempty"`     // side of the squares in output pixels, 0 or 1 for none
	Sepia        int   `json:"sepia,omitempty"`        // 0 to 100
	Monochrome   Color `json:"monochrome,omitzero"`    // what white becomes; its alpha is the strength
	Duotone      Duo   `json:"duotone,omitzero"`       // what black and white become
	DuotoneAlpha int   `json:"duotoneAlpha,omitempty"` // 1 to 100, with Duotone only
}

// Duo are two colours.
type Duo struct{ Dark, Light Color }

// Colors is the change of colours, in the order of the fields.
func (s Style) Colors() Matrix {
	m := Identity.mix(sepia, float64(s.Sepia)/100)
	if s.Monochrome.Set {
		m = Identity.mix(between(Color{}, s.Monochrome), float64(s.Monochrome.A)/255).after(m)
	}
	if s.Duotone != (Duo{}) {
		m = Identity.mix(between(s.Duotone.Dark, s.Duotone.Light), float64(s.DuotoneAlpha)/100).after(m)
	}
	return m
}

// canonical drops what has no effect.
func (s Style) canonical() Style {
	if s.Pixelate == 1 {
		s.Pixelate = 0
	}
	if s.Monochrome.A == 0 {
		s.Monochrome = Color{}
	}
	if s.Duotone == (Duo{}) || s.DuotoneAlpha == 0 {
		s.Duotone, s.DuotoneAlpha = Duo{}, 0
	}
	return s
}

const twoColors = "two colours, for the dark and the light: 000080,fa8072"

// parseDuotone reads the colours of dark and light, whose alpha has no meaning.
func parseDuotone(d *draft, value string) error {
	dark, light, ok := strings.Cut(value, ",")
	if !ok {
		return fmt.Errorf("%q is not %s", value, twoColors)
	}
	var err error
	if d.Style.Duotone.Dark, err = parseOpaque(dark); err == nil {
		d.Style.Duotone.Light, err = parseOpaque(light)
	}
	return err
}

func parseOpaque(value string) (Color, error) {
	c, err := ParseColor(value)
	c.A = 255
	return c, err
}

func spellDuotone(r Recipe) string {
	if r.Style.Duotone == (Duo{}) {
		return ""
	}
	return r.Style.Duotone.Dark.String() + "," + r.Style.Duotone.Light.String()
}

// defaultDuotoneAlpha is that of imgix.
const defaultDuotoneAlpha = 100

func spellDuotoneAlpha(r Recipe) string {
	if r.Style.DuotoneAlpha == defaultDuotoneAlpha {
		return ""
	}
	return integer(r.Style.DuotoneAlpha)
}
