package transform

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Palette are colours that stand for all of a picture, the most frequent first. Nobody changes one.
type Palette []Swatch

// Swatch is a colour of a Palette.
type Swatch struct {
	Color RGB     `json:"color"`
	Share float64 `json:"share"` // of the picture's visible pixels, above 0 and up to 1
}

// RGB is an opaque sRGB colour.
type RGB struct{ R, G, B uint8 }

// MostSwatches is how many colours a Palette has at most.
const MostSwatches = 16

// usualSwatches is how many a palette has for which no number is asked, as at imgix.
const usualSwatches = 6

// String is as CSS has it, "#ff8800".
func (c RGB) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// MarshalText spells the colour in JSON.
func (c RGB) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *RGB) UnmarshalText(text []byte) error {
	digits, isHex := strings.CutPrefix(string(text), "#")
	parsed, err := ParseColor(digits)
	if err != nil || !isHex || len(digits) != 6 {
		return fmt.Errorf("%q is not a colour as in #ff8800", text)
	}
	*c = RGB{parsed.R, parsed.G, parsed.B}
	return nil
}

// NewPalette makes one of colours and how many pixels have each. Those of no pixel are left out.
func NewPalette(counts map[RGB]int) Palette {
	total := 0
	for _, n := range counts {
		total += n
	}
	var p Palette
	for c, n := range counts {
		if n > 0 {
			p = append(p, Swatch{c, float64(n) / float64(total)})
		}
	}
	return p.sorted().Reduced(MostSwatches)
}

// sorted is the palette in its order, which depends on nothing else.
func (p Palette) sorted() Palette {
	slices.SortFunc(p, func(a, b Swatch) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Color.String(), b.Color.String()))
	})
	return p
}

// Dominant is the colour of most of the picture: the first of a few.
func (p Palette) Dominant() (c RGB, ok bool) {
	if len(p) == 0 {
		return c, false
	}
	return p.Reduced(usualSwatches)[0].Color, true
}

// Reduced is a palette of no more than n colours. Those two are made one, again and again, which
// costs least: the error that Ward's method (1963) counts, in Oklab.
func (p Palette) Reduced(n int) Palette {
	if n < 1 {
		return nil
	}
	p = slices.Clone(p)
	for len(p) > n {
		i, j := p.nearest()
		p[i] = p[i].with(p[j])
		p = slices.Delete(p, j, j+1)
	}
	return p.sorted()
}

// nearest are the two that lose least by being one, i < j.
func (p Palette) nearest() (i, j int) {
	least := math.Inf(1)
	for b := range p {
		for a := range b {
			cost := p[a].Share * p[b].Share / (p[a].Share + p[b].Share) * p[a].Color.lab().distance(p[b].Color.lab())
			if cost < least {
				i, j, least = a, b, cost
			}
		}
	}
	return i, j
}

// with is both as one, in the more frequent colour: a mean of two that are far apart is neither,
// and looks like mud.
func (s Swatch) with(t Swatch) Swatch {
	if t.Share > s.Share {
		s.Color = t.Color
	}
	return Swatch{s.Color, s.Share + t.Share}
}

// Luminance is the mean relative luminance, 0 for black and 1 for white (WCAG 2.2).
func (p Palette) Luminance() (y float64) {
	for _, s := range p {
		y += s.Share * s.Color.luminance()
	}
	return y
}

func (c RGB) luminance() float64 {
	r, g, b := c.light()
	return 0.2126*r + 0.7152*g + 0.0722*b
}
