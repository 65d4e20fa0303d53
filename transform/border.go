package transform

import (
	"fmt"
	"strconv"
	"strings"
)

// Border is drawn over a picture's edge, and changes no size. The zero Border is
// none.
type Border struct {
	Width  Sides // pixels before dpr
	Color  Color
	Radius Corners // of the outer edge; what is outside is cut off
	Inner  Corners // of the inner edge; not Given for Radius less Width
}

// widest is the end of the range that imgix suggests.
const widest = 100

const borderForm = "width,colour: 0 to 100 pixels and a colour, as in 5,336699"

func parseBorder(d *draft, value string) error {
	width, color, ok := strings.Cut(value, ",")
	if !ok {
		return fmt.Errorf("%q is not %s", value, borderForm)
	}
	if err := parseWhole(width, 0, widest, &d.border.all); err != nil {
		return err
	}
	var err error
	d.Border.Color, err = ParseColor(color)
	return err
}

// spellBorder gives the width of the top to all sides; the others that differ are
// spelled by themselves.
func spellBorder(r Recipe) string {
	if r.Border == (Border{}) {
		return ""
	}
	return fmt.Sprintf("%d,%s", r.Border.Width[topSide], r.Border.Color)
}

func borderSide(side int) param {
	return param{"border-" + sideNames[side], nil, "canvas", "0 to 100 pixels, with border",
		func(d *draft, v string) error { return d.border.parse(side, v, widest) },
		func(r Recipe) string {
			if r.Border.Width[side] == r.Border.Width[topSide] {
				return ""
			}
			return strconv.Itoa(r.Border.Width[side])
		}}
}

// canonical drops what has no effect. Along a mask the outer edge is the mask's.
func (b Border) canonical(mask MaskKind) Border {
	if mask != NoMask || b.Radius.sharp() {
		b.Radius = Corners{}
	}
	if mask == MaskEllipse {
		b.Inner = Corners{}
	}
	if b.Inner.sharp() && mask == NoMask && !b.Radius.Given {
		b.Inner = Corners{}
	}
	if b.Color.A == 0 { // only what it cuts off can be seen
		b.Inner = Corners{}
		if b.Width != (Sides{}) {
			b.Width = Sides{1, 1, 1, 1}
		}
	}
	if !b.Color.Set || b.Width == (Sides{}) || b.Color.A == 0 && !b.Radius.Given {
		return Border{}
	}
	return b
}

// along is the frame whose outer edge is a shape.
func (b Border) along(outer Shape, dpr float64) Frame {
	inner := outer.inset(b.Width.times(dpr, 1))
	if b.Inner.Given {
		inner = rounded(inner.Area, b.Inner.times(dpr))
	}
	return Frame{Inner: inner, Border: b.Color, Outer: outer}
}
