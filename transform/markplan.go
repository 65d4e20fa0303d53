package transform

import (
	"errors"
	"fmt"
	"math"
)

// MarkPlan is a mark worked out: what is made of it, and where that lies on the
// picture. Its corner may be outside, and what is outside is not drawn.
type MarkPlan struct {
	Plan  Plan `json:"plan"`
	X     int  `json:"x"`
	Y     int  `json:"y"`
	Alpha int  `json:"alpha"` // percent
	// StepX and StepY are the pixels from one tile to the next; 0 for a single mark.
	StepX int `json:"stepX,omitempty"`
	StepY int `json:"stepY,omitempty"`
}

// mark works out the Recipe's mark, for the mark's source.
func (p *Plan) mark(r Recipe, s Source) error {
	m := r.Mark
	if m.Image == "" {
		return nil
	}
	if s == (Source{}) {
		return fmt.Errorf("plan %q: the mark's source is not known", r)
	}
	plan, err := m.recipe(p.Out, s.Upright(), r.dpr()).Plan(s, Found{}, p.Limits)
	if bad, ok := errors.AsType[*ParamError](err); ok {
		return badParam(m.sizeName(), "of the mark, %s", bad.Reason)
	}
	if err != nil {
		return fmt.Errorf("the mark %q: %w", m.Image, err)
	}
	if r.Space == SpaceP3 || r.Space == SpaceOrigin { // which the mark is brought to, and P3 is wide
		plan.Space = SpaceP3
	}
	pad := scaledBy(m.Pad, r.dpr())
	p.Mark = &MarkPlan{
		Plan: plan, Alpha: m.Alpha,
		X: place(m.Align.X, m.X, p.Out.Width, plan.Out.Width, pad, r.dpr()),
		Y: place(m.Align.Y, m.Y, p.Out.Height, plan.Out.Height, pad, r.dpr()),
	}
	if m.Alpha == 0 {
		p.Mark.Alpha = 100
	}
	if m.Tile {
		p.Mark.StepX, p.Mark.StepY = plan.Out.Width+pad, plan.Out.Height+pad
	}
	return nil
}

// place is where a mark of a length begins on a side of the picture.
func place(align int8, offset Offset, side, length, pad int, dpr float64) int {
	switch {
	case offset.Given:
		return scaledBy(offset.Pixels, dpr)
	case align < 0:
		return pad
	case align > 0:
		return side - length - pad
	}
	return int(math.Floor(float64(side-length) / 2))
}

// scaledBy is pixels after dpr, rounded to nearest.
func scaledBy(pixels int, dpr float64) int { return int(math.Round(float64(pixels) * dpr)) }

// recipe is what is made of a mark by itself: brought to its size, and turned on
// nothing.
func (m Mark) recipe(picture, own Size, dpr float64) Recipe {
	width, height := m.box(picture, own, dpr)
	r := Recipe{
		Width: width, Height: height, Enlarge: true, Rotate: m.Rotate, RotType: Pivot,
		Background: Color{Set: true}, Format: PNG,
	}
	switch m.Fit {
	case MarkCrop:
		r.Fit = FitCrop
	case MarkFill:
		r.Fit = FitFill
	case MarkScale:
		r.Fit = FitScale
	}
	return r
}

// box is what a mark has to fit, in pixels after dpr. One for which nothing is
// asked has its own size, as if its pixels were those before dpr.
func (m Mark) box(picture, own Size, dpr float64) (width, height Length) {
	side := func(l Length, picture, own int) Length {
		switch {
		case l == 0:
			return 0
		case l < 1:
			l *= Length(picture)
		default:
			l *= Length(dpr)
		}
		if m.Fit == MarkMax {
			l = min(l, Length(float64(own)*dpr))
		}
		return max(1, l)
	}
	switch {
	case m.Width > 0 || m.Height > 0:
		return side(m.Width, picture.Width, own.Width), side(m.Height, picture.Height, own.Height)
	case m.Scale > 0:
		percent := Length(m.Scale) / 100
		return max(1, percent*Length(picture.Width)), max(1, percent*Length(picture.Height))
	}
	return max(1, Length(float64(own.Width)*dpr)), max(1, Length(float64(own.Height)*dpr))
}

// sizeName is the parameter to name where a mark would be too large.
func (m Mark) sizeName() string {
	switch {
	case m.Width > 0:
		return "mark-w"
	case m.Height > 0:
		return "mark-h"
	case m.Scale > 0:
		return "mark-scale"
	}
	return "mark"
}
