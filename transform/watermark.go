package transform

import (
	"fmt"
	"strings"
)

// Mark is an image that is laid over the finished picture. The zero Mark is none.
// What its place or size does not use is as if it were not given.
type Mark struct {
	Image         string // an asset's id, or a name that stands for one; "" for none
	Align         Align
	Alpha         int // 1 to 99 percent of its own opacity, 0 for all
	Fit           MarkFit
	Width, Height Length  // pixels before dpr, or a part of the picture's side
	Scale         int     // 1 to 100 percent of the picture's sides, 0 for none; without Width and Height
	Pad           int     // pixels before dpr: from the edges, and between tiles
	X, Y          Offset  // of its left upper corner, in place of Align and Pad
	Rotate        float64 // degrees clockwise, 0 <= x < 360
	Tile          bool    // repeated over all of the picture
}

// MarkFit is how a mark meets the box that its width and height give.
type MarkFit uint8

// The fits of marks. Unlike a picture, a mark may be blown up: all but MarkMax do.
const (
	MarkClip  MarkFit = iota // inside the box
	MarkCrop                 // fills the box, what is over is cut
	MarkFill                 // inside the box, nothing around it
	MarkMax                  // inside the box, never larger than it is
	MarkScale                // to the box, whatever the aspect
)

var markFitNames = [...]string{MarkClip: "clip", MarkCrop: "crop", MarkFill: "fill", MarkMax: "max", MarkScale: "scale"}

const defaultMarkPad = 5 // pixels, as with imgix

// usualAlign is where a mark lies unless it is said: imgix begins to tile at the
// left upper corner.
func (m Mark) usualAlign() Align {
	if m.Tile {
		return Align{-1, -1}
	}
	return Align{1, 1}
}

// canonical drops what has no effect.
func (m Mark) canonical() Mark {
	if m.Image == "" {
		return Mark{}
	}
	if m.Alpha == 100 {
		m.Alpha = 0
	}
	both, one := m.Width > 0 && m.Height > 0, m.Width > 0 || m.Height > 0
	if !both && m.Fit != MarkMax || !one {
		m.Fit = MarkClip
	}
	if one {
		m.Scale = 0
	}
	if m.X.Given {
		m.Align.X = 0
	}
	if m.Y.Given {
		m.Align.Y = 0
	}
	if m.Align == (Align{}) && !m.Tile { // no edge to be away from
		m.Pad = defaultMarkPad
	}
	return m
}

func parseMark(d *draft, s string) error {
	if !ValidName(s) {
		return fmt.Errorf("%.80q is neither an image's id nor a mark's name: %s; marks are kept here, and not fetched", s, nameForm)
	}
	d.Mark.Image = strings.Clone(s) // as with presets
	return nil
}

func parseMarkAlign(d *draft, s string) (err error) {
	d.Mark.Align, err = parseAlign(s)
	d.markAligned = true
	return err
}

func spellMarkAlign(r Recipe) string {
	if r.Mark.Image == "" {
		return ""
	}
	usual := r.Mark.usualAlign()
	if r.Mark.X.Given {
		usual.X = 0
	}
	if r.Mark.Y.Given {
		usual.Y = 0
	}
	return r.Mark.Align.spell(usual)
}

func parseMarkFit(d *draft, s string) error {
	for fit, name := range markFitNames {
		if s == name {
			d.Mark.Fit = MarkFit(fit)
			return nil
		}
	}
	return fmt.Errorf("%q is not clip, crop, fill, max or scale", s)
}

func spellMarkFit(r Recipe) string {
	if r.Mark.Fit == MarkClip {
		return ""
	}
	return markFitNames[r.Mark.Fit]
}

func parseMarkTile(d *draft, s string) error {
	if s != "grid" {
		return fmt.Errorf("%q is not grid", s)
	}
	d.Mark.Tile = true
	return nil
}

func spellMarkTile(r Recipe) string {
	if !r.Mark.Tile {
		return ""
	}
	return "grid"
}

func spellMarkPad(r Recipe) string {
	if r.Mark.Image == "" || r.Mark.Pad == defaultMarkPad {
		return ""
	}
	return zero(float64(r.Mark.Pad))
}
