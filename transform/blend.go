package transform

import (
	"fmt"
	"slices"
	"strings"
)

// Blend is a colour, or an image, that is mixed with the finished picture, its mark included. The
// zero Blend is none. What its place or size does not use is as if it were not given.
type Blend struct {
	Layer
	Color   Color // mixed with all of the picture; only without an Image
	Mode    BlendMode
	Crop    Crop // only with LayerCrop, or Inherit
	Inherit bool // as large as the picture
}

// BlendMode is what becomes of two colours.
type BlendMode uint8

// The modes of CSS and Canvas (Compositing and Blending Level 1, sections 10.1 and 10.2).
const (
	BlendOverlay BlendMode = iota
	BlendColor
	BlendBurn
	BlendDodge
	BlendDarken
	BlendDifference
	BlendExclusion
	BlendHardLight
	BlendHue
	BlendLighten
	BlendLuminosity
	BlendMultiply
	BlendSaturation
	BlendScreen
	BlendSoftLight
	BlendNormal
)

var blendModeNames = [...]string{
	BlendOverlay: "overlay", BlendColor: "color", BlendBurn: "burn", BlendDodge: "dodge", BlendDarken: "darken",
	BlendDifference: "difference", BlendExclusion: "exclusion", BlendHardLight: "hardlight", BlendHue: "hue", BlendLighten: "lighten",
	BlendLuminosity: "luminosity", BlendMultiply: "multiply", BlendSaturation: "saturation", BlendScreen: "screen",
	BlendSoftLight: "softlight", BlendNormal: "normal",
}

const blendModes = "color, burn, dodge, darken, difference, exclusion, hardlight, hue, lighten, luminosity, multiply, overlay, saturation, screen, softlight or normal"

// none tells whether nothing is mixed in.
func (b Blend) none() bool { return b.Image == "" && !b.Color.Set }

// canonical drops what has no effect.
func (b Blend) canonical() Blend {
	if b.Image == "" {
		b.Layer = Layer{Alpha: b.Alpha}
		b.Crop, b.Inherit = Crop{}, false
	} else {
		b.Color = Color{}
	}
	if b.Inherit {
		b.Width, b.Height, b.X, b.Y = 0, 0, Offset{}, Offset{}
		b.Align, b.Pad = Align{}, 0
	}
	b.Layer = b.Layer.canonical()
	if b.Align == (Align{}) { // no edge to be away from
		b.Pad = 0
	}
	if b.Fit != LayerCrop && !b.Inherit {
		b.Crop = Crop{}
	}
	if b.none() || b.Image == "" && b.Color.A == 0 || b.Alpha == unseenBlend {
		return Blend{}
	}
	return b
}

// unseenBlend is an Alpha of 0 that is given: 0 itself stands for all.
const unseenBlend = -1

func parseBlendAlpha(d *draft, s string) error {
	err := parseInt(s, 0, 100, &d.Blend.Alpha)
	if err == nil && d.Blend.Alpha == 0 {
		d.Blend.Alpha = unseenBlend
	}
	return err
}

// idLength is how many characters an asset's id has.
const idLength = 26

func parseBlend(d *draft, s string) error {
	color, err := ParseColor(s)
	switch {
	case err == nil:
		d.Blend.Color = color
	case len(s) == idLength && ValidName(s):
		d.Blend.Image = strings.Clone(s) // as with presets
	default:
		return fmt.Errorf("%.80q is neither a colour nor an image's id", s)
	}
	return nil
}

func spellBlend(r Recipe) string {
	if r.Blend.Image != "" {
		return r.Blend.Image
	}
	return r.Blend.Color.String()
}

func parseBlendMode(d *draft, s string) error {
	at := slices.Index(blendModeNames[:], s)
	if at < 0 {
		return fmt.Errorf("%q is not %s", s, blendModes)
	}
	d.Blend.Mode = BlendMode(at)
	return nil
}

func spellBlendMode(r Recipe) string {
	if r.Blend.Mode == BlendOverlay {
		return ""
	}
	return blendModeNames[r.Blend.Mode]
}

var blendFits = []LayerFit{LayerClamp, LayerClip, LayerCrop, LayerScale, LayerMax}

// parseBlendCrop takes what crop takes, of sides and faces.
func parseBlendCrop(d *draft, s string) error {
	var as draft
	err := parseCrop(&as, s)
	if err == nil && as.Crop.Mode != CropPosition {
		err = fmt.Errorf("%q is not top, bottom, left, right or faces", s)
	}
	d.Blend.Crop = as.Crop
	return err
}

func parseBlendSize(d *draft, s string) error {
	if s != "inherit" {
		return fmt.Errorf("%q is not inherit", s)
	}
	d.Blend.Inherit = true
	return nil
}

func spellBlendSize(r Recipe) string {
	if r.Blend.Inherit {
		return "inherit"
	}
	return ""
}

// Searches are what the blend needs to know of its image.
func (b Blend) Searches(s Source) []Search { return Recipe{Crop: b.Crop}.Searches(s) }
