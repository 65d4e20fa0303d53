package transform

import (
	"fmt"
	"slices"
	"strings"
)

// Align is where a mark or a text lies on the picture: -1 left or top, 0 the middle, 1 right or
// bottom.
type Align struct{ X, Y int8 }

// Offset is whole pixels before dpr, if Given.
type Offset struct {
	Pixels int
	Given  bool
}

const (
	mostOffset  = 8192 // pixels: what is farther off is never seen
	offsetRange = "-8192 to 8192 pixels"
	alignWords  = "a list of top, middle, bottom, left, center, right; bottom,right where it is not given"
)

// parseAlign reads a list in any order. The middle is where no side is said.
func parseAlign(s string) (Align, error) {
	const unset = int8(2)
	a := Align{unset, unset}
	for word := range strings.SplitSeq(s, ",") {
		at, side := &a.X, slices.Index([]string{"left", "center", "right"}, word)
		if side < 0 {
			at, side = &a.Y, slices.Index([]string{"top", "middle", "bottom"}, word)
		}
		if side < 0 {
			return a, fmt.Errorf("%q is not top, middle, bottom, left, center or right", word)
		}
		if to := int8(side) - 1; *at == unset {
			*at = to
		} else if *at != to {
			return a, fmt.Errorf("%q asks for two places at once", s)
		}
	}
	for _, axis := range []*int8{&a.X, &a.Y} {
		if *axis == unset {
			*axis = 0
		}
	}
	return a, nil
}

// spell is the canonical list, unless it says what is usual.
func (a Align) spell(usual Align) string {
	switch a {
	case usual:
		return ""
	case Align{}:
		return "center"
	}
	return Crop{X: a.X, Y: a.Y}.String()
}

func parseOffset(s string, to *Offset) error {
	to.Given = true
	return parseWhole(s, -mostOffset, mostOffset, &to.Pixels)
}

func (o Offset) String() string {
	if !o.Given {
		return ""
	}
	return zero(float64(o.Pixels))
}
