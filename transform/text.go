package transform

import "strings"

// Text is what is written over the finished picture, its mark included. The zero
// Text is none. What the letters, or their place, do not use is as if it were not given.
type Text struct {
	String   string // at most mostText characters; lines end in \n
	Align    Align  // where it lies, and in which direction its lines do
	Clip     TextClip
	Ellipsis bool  // stands for what is cut off
	Color    Color // black if not Set
	Fill     bool  // as large as the room for it, whatever the Size
	Font     Font
	Size     int    // of the font, in pixels before dpr
	Width    int    // pixels before dpr in which it is wrapped, or with a Clip cut; 0 for the picture's
	Pad      int    // pixels before dpr from the edges
	X, Y     Offset // of its left upper corner, in place of Align and Pad
	Lead     int    // pixels before dpr between two lines, beside the font's own
	Track    int    // pixels before dpr between two letters, beside the font's own
	Line     int    // pixels before dpr of outline
	// LineColor is the outline's, white if not Set.
	LineColor Color
	Shadow    float64 // 0 to 10: how far it lies below, and how soft it is
}

// TextClip is where a line is cut that is too long.
type TextClip uint8

// The ways. Those but the first keep lines as they are given, and cut each.
const (
	ClipUsual  TextClip = iota // wrapped in the Width; without one, as ClipEnd
	ClipEnd                    // the beginning stays
	ClipStart                  // the end stays
	ClipMiddle                 // both stay
)

var textClipNames = [...]string{ClipUsual: "", ClipEnd: "end", ClipStart: "start", ClipMiddle: "middle"}

const (
	mostText = 1000 // characters
	// As with imgix, in pixels.
	defaultTextSize, defaultTextPad = 12, 10
	mostTextSize                    = 2000 // pixels
	mostOutline                     = 100  // pixels
	mostSpacing                     = 1000 // pixels between lines, or letters
	leastTrack                      = -4   // pixels, as with imgix
	mostShadow                      = 10
	textAccepts                     = "UTF-8 of at most 1000 characters; a line feed begins another line"
)

var black = Color{A: 255, Set: true}

// usualAlign is where a text lies unless it is said. One that begins at a place goes on
// from there.
func (t Text) usualAlign() Align {
	a := Align{1, 1}
	if t.X.Given {
		a.X = -1
	}
	if t.Y.Given {
		a.Y = 0
	}
	return a
}

// canonical drops what has no effect.
func (t Text) canonical() Text {
	if t.LineColor.Set && t.LineColor.A == 0 {
		t.Line = 0
	}
	unseen := t.Color.Set && t.Color.A == 0 && t.Line == 0
	if unseen || strings.TrimSpace(t.String) == "" {
		return Text{}
	}
	t = t.canonicalPlace().canonicalRoom()
	if t.Color == black {
		t.Color = Color{}
	}
	if t.Line == 0 || t.LineColor == White {
		t.LineColor = Color{}
	}
	return t
}

func (t Text) canonicalPlace() Text {
	oneLine := !t.wraps() && !strings.Contains(t.String, "\n")
	if t.X.Given && oneLine {
		t.Align.X = -1
	}
	if t.Y.Given {
		t.Align.Y = 0
	}
	if t.Align == (Align{}) && t.Width > 0 && !t.Fill { // no edge to be away from
		t.Pad = defaultTextPad
	}
	return t
}

func (t Text) canonicalRoom() Text {
	switch {
	case t.Fill: // nothing is too long
		t.Size, t.Clip, t.Ellipsis = defaultTextSize, ClipUsual, false
	case t.Ellipsis && t.Clip == ClipUsual:
		t.Clip = ClipEnd
	case t.Width == 0 && t.Clip == ClipEnd && !t.Ellipsis:
		t.Clip = ClipUsual
	}
	return t
}

// wraps tells whether lines that are too long go on in the next.
func (t Text) wraps() bool { return t.Width > 0 && t.Clip == ClipUsual && !t.Ellipsis && !t.Fill }
