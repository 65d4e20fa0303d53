package transform

import "fmt"

// Space is what the numbers of a rendition's colours mean.
type Space uint8

// The spaces.
const (
	SpaceSRGB   Space = iota // sRGB, and no profile, which means the same
	SpaceP3                  // Display P3, with its profile
	SpaceOrigin              // the source's own, with its profile; sRGB where that is none of screens
	SpaceStrip               // the source's own numbers, taken for sRGB
)

var spaceNames = [...]string{SpaceSRGB: "srgb", SpaceP3: "p3", SpaceOrigin: "origin", SpaceStrip: "strip"}

func parseSpace(d *draft, s string) error {
	for space, name := range spaceNames {
		if s == name {
			d.Space = Space(space)
			return nil
		}
	}
	switch s {
	case "adobergb1998", "tinysrgb":
		return fmt.Errorf("%s is not supported by Lightwell", s)
	}
	return fmt.Errorf("%q is not srgb, p3, origin or strip", s)
}

func spellSpace(r Recipe) string {
	if r.Space == SpaceSRGB {
		return ""
	}
	return spaceNames[r.Space]
}

// profiles tells whether a file of the format says in which space its colours are.
func (f Format) profiles() bool { return f != GIF && f != SVG }

// deep tells whether a file of the format is written with more than 8 bits a channel. AVIF could
// be: with 10 libheif 1.15 and libaom 3.6 end the process, and 12 not every browser decodes.
func (f Format) deep() bool { return f == PNG || f == TIFF || f == JXL }

// greys tells whether a file of the format may have brightness alone.
func (f Format) greys() bool { return f == JPEG || f == PNG || f == TIFF || f == JXL }

// untouched tells whether nothing changes the pixels of a picture but size, crop, right angles and flips.
func (p *Plan) untouched() bool {
	return p.Canvas.Width == 0 && p.Angle == 0 && p.Smart == 0 && !p.Background.Set && p.Mark == nil && p.Blend == nil && p.Text == nil &&
		p.Adjust == Adjust{} && p.Sharpen == 0 && p.Unsharp.Amount == 0 && p.Blur == 0 &&
		p.Style.Pixelate < 2 && p.Style.Colors() == Identity &&
		p.Mask == Frame{} && p.Border == Frame{} && p.Pad == Sides{}
}

// encode is how a Recipe of a format is written, and how deep its colours are and whether it has any.
// What changes pixels by their colours does so in 8 bits.
func (p *Plan) encode(r Recipe) Encode {
	e := r.Encode().sized(p.Out, p.frames())
	e.Deep = p.untouched() && p.Source.Depth > 8 && r.Format.deep() && !r.Palette
	e.Grey = p.Source.Grey && r.Format.greys() && !r.Palette && r.Space != SpaceP3 && p.Mark == nil && p.Blend == nil && p.Text == nil &&
		p.Style.Colors() == Identity && p.Background.grey() && p.FillColor.grey() &&
		p.Mask.Border.grey() && p.Mask.Outside.grey() && p.Border.Border.grey() && p.Border.Outside.grey()
	return e
}

// grey tells whether a colour is one, or none.
func (c Color) grey() bool { return c.R == c.G && c.G == c.B }
