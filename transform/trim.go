package transform

import (
	"fmt"
)

// Trim is how a border is found and taken away before anything else is done. The
// zero Trim takes nothing. What its Mode does not use is zero.
type Trim struct {
	Mode      TrimMode `json:"mode,omitempty"`
	Color     Color    `json:"color,omitzero"`      // TrimColor: of the border; not Set for that of the top left pixel
	Tolerance float64  `json:"tolerance,omitempty"` // TrimColor: how far off a channel may be, 0 to 255
	Alpha     float64  `json:"alpha,omitempty"`     // TrimAlpha: up to which a pixel counts as transparent, 0 to 255
	Mean      float64  `json:"mean,omitempty"`      // TrimAuto: by how much a line's mean may differ from the outermost one's
	Deviation float64  `json:"deviation,omitempty"` // TrimAuto: the standard deviation that a line may have
	Pad       int      `json:"pad,omitempty"`       // pixels of the border that are left, -200 to 200
}

// TrimMode is what counts as border.
type TrimMode uint8

// The ways to find a border.
const (
	TrimNone             TrimMode = iota
	TrimAuto                      // lines that are even, and like the outermost
	TrimColor                     // one colour
	TrimAlpha                     // transparent pixels
	TrimColorUnlessAlpha          // TrimAlpha where the image has transparency, else TrimColor
)

var trimNames = [...]string{TrimAuto: "auto", TrimColor: "color", TrimAlpha: "alpha", TrimColorUnlessAlpha: "colorunlessalpha"}

// The defaults are those of imgix.
const (
	defaultTrimMean      = 11
	defaultTrimDeviation = 10
)

func (m TrimMode) String() string { return trimNames[m] }

func parseTrim(d *draft, s string) error {
	for mode := TrimAuto; int(mode) < len(trimNames); mode++ {
		if s == trimNames[mode] {
			d.Trim.Mode = mode
			return nil
		}
	}
	return fmt.Errorf("%q is not auto, color, alpha or colorunlessalpha", s)
}

// canonical drops what the mode does not use.
func (t Trim) canonical() Trim {
	c := Trim{Mode: t.Mode, Pad: t.Pad}
	switch t.Mode {
	case TrimNone:
		return Trim{}
	case TrimAuto:
		c.Mean, c.Deviation = t.Mean, t.Deviation
	case TrimColor, TrimColorUnlessAlpha:
		c.Color, c.Tolerance = t.Color, t.Tolerance
	}
	if t.Mode == TrimAlpha || t.Mode == TrimColorUnlessAlpha {
		c.Alpha = t.Alpha
	}
	return c
}

// resolve settles what depends on whether the source has transparency.
func (t Trim) resolve(s Source) Trim {
	switch {
	case t.Mode == TrimColorUnlessAlpha && s.Alpha:
		t.Mode = TrimAlpha
	case t.Mode == TrimColorUnlessAlpha:
		t.Mode = TrimColor
	case t.Mode == TrimAlpha && !s.Alpha:
		t.Mode = TrimNone
	}
	return t.canonical()
}

func spellTrimMean(r Recipe) string {
	if r.Trim.Mode != TrimAuto || r.Trim.Mean == defaultTrimMean {
		return ""
	}
	return zero(r.Trim.Mean)
}

func spellTrimDeviation(r Recipe) string {
	if r.Trim.Mode != TrimAuto || r.Trim.Deviation == defaultTrimDeviation {
		return ""
	}
	return zero(r.Trim.Deviation)
}

// zero is number for what is not 0 by default.
func zero(x float64) string {
	if x == 0 {
		return "0"
	}
	return number(x)
}

// Padded is what trimming leaves, with its padding, within an image. It is zero
// where that is the whole image. There is always a pixel left, in the middle.
func (t Trim) Padded(left Area, image Size) Area {
	x, width := padded(left.X, left.Width, t.Pad, image.Width)
	y, height := padded(left.Y, left.Height, t.Pad, image.Height)
	if width == image.Width && height == image.Height {
		return Area{}
	}
	return Area{x, y, width, height}
}

func padded(start, length, pad, side int) (from, len int) {
	if length+2*pad < 1 {
		return start + length/2, 1
	}
	from = max(0, start-pad)
	return from, min(side, start+length+pad) - from
}
