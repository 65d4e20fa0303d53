package transform

// Frame is what is drawn along the edge of a picture: everything outside Inner
// gets the border's colour, then everything outside Outer is cut off.
type Frame struct {
	Inner   Shape `json:"inner,omitzero"`
	Border  Color `json:"border,omitzero"`
	Outer   Shape `json:"outer,omitzero"`   // zero for all
	Outside Color `json:"outside,omitzero"` // in place of what is cut off; see-through if not Set
}

// canonicalCanvas drops what has no effect of the group canvas.
func (r Recipe) canonicalCanvas() Recipe {
	r.Fill = r.Fill.canonical(r.Fit)
	r.Mask = r.Mask.canonical()
	r.Border = r.Border.canonical(r.Mask.Kind)
	return r
}

// canvas works out fill, mask, padding and border, and with them the final size.
// A border follows the mask's edge, and where there is none that of the result.
func (p *Plan) canvas(r Recipe, fitted layout) {
	p.FillColor, p.FillBlur = r.Fill.Color, r.Fill.sigma(fitted.canvas)
	picture := p.Out
	p.Pad = r.padding()
	p.Out = Size{picture.Width + p.Pad.across(), picture.Height + p.Pad.down()}
	outer := Shape{Area: Area{Width: p.Out.Width, Height: p.Out.Height}}
	if r.Mask.Kind != NoMask {
		outer = r.Mask.shape(picture, r.dpr())
		p.Mask = Frame{Outer: outer, Outside: r.Mask.Background}
	}
	if r.Border == (Border{}) {
		return
	}
	if r.Mask.Kind != NoMask {
		border := r.Border.along(outer, r.dpr())
		p.Mask.Inner, p.Mask.Border = border.Inner, border.Border
		return
	}
	p.Border = r.Border.along(rounded(outer.Area, r.Border.Radius.times(r.dpr())), r.dpr())
	if r.Border.Radius.sharp() {
		p.Border.Outer = Shape{}
	}
}

// Picture is the size of the result without its padding.
func (p *Plan) Picture() Size {
	return Size{p.Out.Width - p.Pad.across(), p.Out.Height - p.Pad.down()}
}
