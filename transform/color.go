package transform

import (
	"fmt"
	"strconv"
	"strings"
)

// Color is a colour as a URL gives one. The zero Color is none given.
type Color struct {
	R, G, B uint8
	A       uint8 // 255 is opaque
	Set     bool
}

// White is what transparency is flattened onto where nothing else is asked.
var White = Color{255, 255, 255, 255, true}

// ParseColor reads 3, 6, 4 or 8 hex digits (alpha first in the latter two, as
// imgix spells it) or a CSS colour keyword. Upper and lower case are equal.
func ParseColor(s string) (Color, error) {
	s = strings.ToLower(s)
	if s == "transparent" {
		return Color{Set: true}, nil
	}
	if rgb, ok := cssColors[s]; ok {
		return Color{uint8(rgb >> 16), uint8(rgb >> 8), uint8(rgb), 255, true}, nil
	}
	hex := s
	if len(s) == 3 || len(s) == 4 {
		hex = ""
		for _, digit := range s {
			hex += string(digit) + string(digit)
		}
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil || (len(hex) != 6 && len(hex) != 8) {
		return Color{}, fmt.Errorf("%q is not a colour: 3, 4, 6 or 8 hex digits (alpha first), or a CSS keyword", s)
	}
	alpha := uint8(255)
	if len(hex) == 8 {
		alpha = uint8(n >> 24)
	}
	if alpha == 0 { // what cannot be seen is one colour
		return Color{Set: true}, nil
	}
	return Color{uint8(n >> 16), uint8(n >> 8), uint8(n), alpha, true}, nil
}

// String is six hex digits, or eight with the alpha first; empty when not set.
func (c Color) String() string {
	switch {
	case !c.Set:
		return ""
	case c.A == 255:
		return fmt.Sprintf("%02x%02x%02x", c.R, c.G, c.B)
	}
	return fmt.Sprintf("%02x%02x%02x%02x", c.A, c.R, c.G, c.B)
}

// Over is the opaque colour that c makes on an opaque one.
func (c Color) Over(under Color) Color {
	mix := func(top, bottom uint8) uint8 {
		return uint8((int(top)*int(c.A) + int(bottom)*(255-int(c.A)) + 127) / 255)
	}
	return Color{mix(c.R, under.R), mix(c.G, under.G), mix(c.B, under.B), 255, true}
}
