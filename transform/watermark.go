package transform

import (
	"fmt"
	"strings"
)

// Mark is an image that is laid over the finished picture. The zero Mark is none.
// What its place or size does not use is as if it were not given. Its Pad is between tiles, too.
type Mark struct {
	Layer          // its Image may be a name that stands for an asset
	Scale  int     // 1 to 100 percent of the picture's sides, 0 for none; without Width and Height
	Rotate float64 // degrees clockwise, 0 <= x < 360
	Tile   bool    // repeated over all of the picture
}

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
	m.Layer = m.Layer.canonical()
	if m.sized() {
		m.Scale = 0
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

var markFits = []LayerFit{LayerClip, LayerCrop, LayerFill, LayerMax, LayerScale}

func parseMarkAlign(d *draft, s string) (err error) {
	d.Mark.Align, err = parseAlign(s)
	d.markAligned = true
	return err
}

func spellMarkAlign(r Recipe) string {
	if r.Mark.Image == "" {
		return ""
	}
	return r.Mark.spellAlign(r.Mark.usualAlign())
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
