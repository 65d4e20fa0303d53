package transform

import "fmt"

// MaskKind is the shape of a mask.
type MaskKind uint8

// The shapes.
const (
	NoMask MaskKind = iota
	MaskEllipse
	MaskCorners
)

var maskNames = [...]string{NoMask: "", MaskEllipse: "ellipse", MaskCorners: "corners"}

// Mask is the shape that is kept of a picture, before its padding.
type Mask struct {
	Kind       MaskKind
	Corners    Corners // with MaskCorners; not Given for a fifth of the shorter side
	Background Color   // what is outside, see-through if not Set
}

func parseMask(d *draft, value string) error {
	switch value {
	case "ellipse":
		d.Mask.Kind = MaskEllipse
	case "corners":
		d.Mask.Kind = MaskCorners
	default:
		return fmt.Errorf("%q is neither ellipse nor corners", value)
	}
	return nil
}

func spellMask(r Recipe) string { return maskNames[r.Mask.Kind] }

// parseCornerRadius takes a single zero as nothing said, as imgix does. Four are
// four corners that are not round.
func parseCornerRadius(d *draft, value string) error {
	err := parseCorners(value, &d.Mask.Corners)
	if n, single := whole(value, false); single == nil && n == 0 {
		d.Mask.Corners = Corners{}
	}
	return err
}

// canonical drops what has no effect.
func (m Mask) canonical() Mask {
	if m.Kind != MaskCorners {
		m.Corners = Corners{}
	}
	if m.Kind == NoMask || m.Corners.Given && m.Corners.sharp() {
		return Mask{}
	}
	if m.Background.A == 0 {
		m.Background = Color{}
	}
	return m
}

// shape is the mask of a picture.
func (m Mask) shape(picture Size, dpr float64) Shape {
	all := Area{Width: picture.Width, Height: picture.Height}
	if m.Kind == MaskEllipse {
		return ellipse(all)
	}
	radii := m.Corners.times(dpr)
	if !m.Corners.Given {
		fifth := float64(min(all.Width, all.Height)) / 5
		radii = [4]Radius{{fifth, fifth}, {fifth, fifth}, {fifth, fifth}, {fifth, fifth}}
	}
	return rounded(all, radii)
}
