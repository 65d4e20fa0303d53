package transform

import (
	"errors"
	"fmt"
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
	p.Mark = &MarkPlan{Plan: plan, Alpha: m.opacity()}
	p.Mark.X, p.Mark.Y = m.place(p.Out, plan.Out, r.dpr())
	if m.Tile {
		pad := scaledBy(m.Pad, r.dpr())
		p.Mark.StepX, p.Mark.StepY = plan.Out.Width+pad, plan.Out.Height+pad
	}
	return nil
}

// recipe is what is made of a mark by itself: brought to its size, and turned on
// nothing.
func (m Mark) recipe(picture, own Size, dpr float64) Recipe {
	r := m.Layer.recipe(picture, own, dpr)
	if m.Scale > 0 {
		percent := Length(m.Scale) / 100
		r.Width, r.Height = max(1, percent*Length(picture.Width)), max(1, percent*Length(picture.Height))
	}
	r.Rotate, r.RotType = m.Rotate, Pivot
	return r
}

// sizeName is the parameter to name where a mark would be too large.
func (m Mark) sizeName() string {
	if m.Scale > 0 {
		return "mark-scale"
	}
	return m.Layer.sizeName("mark")
}
