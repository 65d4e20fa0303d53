package transform

import (
	"errors"
	"fmt"
)

// BlendPlan is a blend worked out: what is made of its image, and where that lies on the picture, or
// the colour that lies over all of it. Its corner may be outside, and what is outside is not drawn.
type BlendPlan struct {
	Plan  *Plan     `json:"plan,omitempty"` // nil for a colour
	Color Color     `json:"color,omitzero"`
	X     int       `json:"x"`
	Y     int       `json:"y"`
	Alpha int       `json:"alpha"` // percent
	Mode  BlendMode `json:"mode"`
}

// blend works out the Recipe's blend, for its image's source and what was found there.
func (p *Plan) blend(r Recipe, s Source, found Found) error {
	b := r.Blend
	if b.none() {
		return nil
	}
	p.Blend = &BlendPlan{Color: b.Color, Alpha: b.opacity(), Mode: b.Mode}
	if b.Image == "" {
		return nil
	}
	if s == (Source{}) {
		return fmt.Errorf("plan %q: the blend's source is not known", r)
	}
	plan, err := b.recipe(p.Out, s.Upright(), r.dpr()).Plan(s, found, p.Limits)
	if bad, ok := errors.AsType[*ParamError](err); ok {
		return badParam(b.sizeName("blend"), "of the blend, %s", bad.Reason)
	}
	if err != nil {
		return fmt.Errorf("the blend %q: %w", b.Image, err)
	}
	if r.Space == SpaceP3 || r.Space == SpaceOrigin { // as with a mark
		plan.Space = SpaceP3
	}
	p.Blend.Plan = &plan
	p.Blend.X, p.Blend.Y = b.place(p.Out, plan.Out, r.dpr())
	return nil
}

// recipe is what is made of a blend's image by itself.
func (b Blend) recipe(picture, own Size, dpr float64) Recipe {
	if b.Inherit {
		b.Width, b.Height, b.Fit, dpr = Length(picture.Width), Length(picture.Height), LayerCrop, 1
	}
	r := b.Layer.recipe(picture, own, dpr)
	if r.Fit == FitCrop {
		r.Crop = b.Crop
	}
	return r
}
