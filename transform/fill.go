package transform

import "fmt"

// FillMode is what fit=fill pads with.
type FillMode uint8

// The modes. Without one it is the background.
const (
	FillBackground FillMode = iota
	FillSolid
	FillBlur
)

var fillNames = [...]string{FillBackground: "", FillSolid: "solid", FillBlur: "blur"}

// Fill is what is around a picture that fit=fill has padded to its box.
type Fill struct {
	Mode  FillMode
	Color Color // with FillSolid
}

func parseFill(d *draft, value string) error {
	switch value {
	case "solid":
		d.Fill.Mode = FillSolid
	case "blur":
		d.Fill.Mode = FillBlur
	case "gen", "generative", "gradient":
		return fmt.Errorf("%s is not supported by Lightwell", value)
	default:
		return fmt.Errorf("%q is neither solid nor blur", value)
	}
	return nil
}

func spellFill(r Recipe) string { return fillNames[r.Fill.Mode] }

// canonical drops what has no effect. Solid without a colour is the background.
func (f Fill) canonical(fit Fit) Fill {
	switch {
	case fit != FitFill || f.Mode == FillSolid && !f.Color.Set:
		return Fill{}
	case f.Mode != FillSolid:
		f.Color = Color{}
	}
	return f
}

// sigma is the standard deviation of the blur, in pixels, for a canvas: a
// twentieth of its shorter side, 4 to 200, as imgix documents it for video.
func (f Fill) sigma(canvas Area) float64 {
	if f.Mode != FillBlur || canvas.Width == 0 {
		return 0
	}
	return max(4, min(float64(min(canvas.Width, canvas.Height))/20, 200))
}
