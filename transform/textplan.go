package transform

import (
	"math"
	"unicode/utf8"
)

// TextPlan is a text worked out as far as that goes without its font: in pixels of
// the picture.
type TextPlan struct {
	Text     string `json:"text"`
	Families string `json:"families"`
	Bold     bool   `json:"bold,omitempty"`
	Italic   bool   `json:"italic,omitempty"`
	// Size is the font's, or with Fill the largest that it may have.
	Size float64 `json:"size"`
	Fill bool    `json:"fill,omitempty"`
	// Room is the box that the text with its outline is for: what its lines may have, and with
	// Fill its height, too.
	Room     Size     `json:"room"`
	Wrap     bool     `json:"wrap,omitempty"`
	Clip     TextClip `json:"clip,omitempty"` // where a line is cut unless it is wrapped
	Ellipsis bool     `json:"ellipsis,omitempty"`

	Align Align  `json:"align"`
	Pad   int    `json:"pad,omitempty"`
	X     Offset `json:"x,omitzero"` // after dpr
	Y     Offset `json:"y,omitzero"`

	Lead      float64 `json:"lead,omitempty"`
	Track     float64 `json:"track,omitempty"`
	Line      float64 `json:"line,omitempty"`
	Shadow    float64 `json:"shadow,omitempty"`
	Color     Color   `json:"color"`
	LineColor Color   `json:"lineColor,omitzero"`
}

// mostTextLength bounds the font's size times the characters, in pixels: Pango counts
// 1,024ths of a pixel in 32 bits.
const mostTextLength = 500_000

// text works out the Recipe's text.
func (p *Plan) text(r Recipe) {
	t := r.Text
	if t.String == "" {
		return
	}
	dpr := r.dpr()
	times := func(pixels int) float64 { return float64(pixels) * dpr }
	most := min(float64(p.Limits.OutputSide), mostTextLength/float64(utf8.RuneCountInString(t.String)))
	plan := &TextPlan{
		Text: t.String, Families: t.Font.Families, Bold: t.Font.Bold, Italic: t.Font.Italic,
		Size: min(times(t.Size), most), Fill: t.Fill, Wrap: t.wraps(), Clip: t.Clip, Ellipsis: t.Ellipsis,
		Align: t.Align, Pad: scaledBy(t.Pad, dpr), X: t.X.times(dpr), Y: t.Y.times(dpr),
		Lead: times(t.Lead), Track: times(t.Track), Line: times(t.Line), Shadow: t.Shadow * dpr,
		Color: t.Color, LineColor: t.LineColor,
	}
	if t.Fill {
		plan.Size = most
	}
	if t.Font.Families == "" {
		plan.Families = usualFamily
	}
	if !t.Color.Set {
		plan.Color = black
	}
	if t.Line > 0 && !t.LineColor.Set {
		plan.LineColor = White
	}
	if !plan.Wrap && t.Clip == ClipUsual {
		plan.Clip = ClipEnd
	}
	plan.Room = Size{
		room(p.Out.Width, plan.Pad, plan.X), room(p.Out.Height, plan.Pad, plan.Y),
	}
	if t.Width > 0 {
		plan.Room.Width = max(1, scaledBy(t.Width, dpr))
	}
	p.Text = plan
}

// room is what a side has for a text: between its paddings, or from the place where the text
// begins to the padding beyond.
func room(side, pad int, from Offset) int {
	if from.Given {
		return max(1, side-pad-from.Pixels)
	}
	return max(1, side-2*pad)
}

func (o Offset) times(dpr float64) Offset {
	o.Pixels = scaledBy(o.Pixels, dpr)
	return o
}

// Corner is where the text begins, of which the engine knows the size.
func (t *TextPlan) Corner(picture Size, text Size) (x, y int) {
	return place(t.Align.X, t.X, picture.Width, text.Width, t.Pad, 1), place(t.Align.Y, t.Y, picture.Height, text.Height, t.Pad, 1)
}

// Spacing is what is between the letters of a font of a size beside its own. Where that is less,
// it is a third of the size at most, or they would run backwards.
func (t *TextPlan) Spacing(size float64) float64 { return math.Max(t.Track, -size/3) }
