package transform

// The colours behind a picture: background, fill and what is outside a mask.

// backdrop settles them for a source: what cannot be seen is dropped, and one
// that could as well be the background becomes it.
func (r Recipe) backdrop(s Source) Recipe {
	if !r.Format.Alpha() {
		under := White
		if r.Background.Set {
			under = r.Background.Over(White)
		}
		for _, c := range []*Color{&r.Fill.Color, &r.Mask.Background} {
			if c.Set {
				*c = c.Over(under)
			}
		}
	}
	r.Background = r.background(s)
	r = r.withoutTwins()
	covered := r
	covered.Fill.Mode = FillBlur
	if r.Fill.Color.Set && !r.Background.Set && !covered.showsBackground(s) {
		r.Background, r.Fill = r.Fill.Color, Fill{}
	}
	covered = r
	covered.Mask.Background = White
	if r.Mask.Background.Set && !r.Background.Set && !covered.showsBackground(s) {
		r.Background, r.Mask.Background = r.Mask.Background, Color{}
	}
	return r.withoutTwins()
}

// withoutTwins drops colours that are the background's, which is white where the
// format has no transparency.
func (r Recipe) withoutTwins() Recipe {
	bg := r.Background
	if !bg.Set && !r.Format.Alpha() {
		bg = White
	}
	if bg.A < 255 {
		return r
	}
	if r.Fill.Color == bg {
		r.Fill = Fill{}
	}
	if r.Mask.Background == bg {
		r.Mask.Background = Color{}
	}
	return r
}

// showsBackground tells whether any pixel of the result can be the background.
func (r Recipe) showsBackground(s Source) bool {
	filled := r.Fill.Mode == FillBlur || r.Fill.Color.A == 255
	return s.Alpha || r.Fit == FitFill && !filled || r.RotType == Pivot || r.Pad != (Sides{}) ||
		r.Mask.Kind != NoMask && r.Mask.Background.A < 255 || r.Border.Radius.Given
}
