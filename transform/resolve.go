package transform

// Resolve settles what depends on the source and the client: the result has a
// concrete Format, no AutoFormat, and nothing in it that has no effect. Only a
// resolved Recipe goes into a key. The second result tells whether accept was
// consulted, and so whether the response varies by it. The zero Recipe, the
// original itself, stays as it is.
func (r Recipe) Resolve(s Source, accept string) (Recipe, bool) {
	if r == (Recipe{}) {
		return r, false
	}
	varies := r.AutoFormat
	if r.Format == NoFormat {
		r.Format = s.fallback()
	}
	if r.AutoFormat {
		r.Format = Negotiate(accept, r.Format)
		r.AutoFormat = false
	}
	if r.Format != JPEG {
		r.Progressive = false
	}
	if !r.showsBackground(s) {
		r.Background = Color{}
	}
	if r.Orient != 0 && r.Orient == s.Orientation {
		r.Orient = 0
	}
	return r.canonical(), varies
}

// fallback is the format of a rendition for which none is asked: the source's
// where browsers show it and it can be written, else PNG where there is
// transparency and JPEG where there is none.
func (s Source) fallback() Format {
	switch {
	case s.Format.Writable() && formatFacts[s.Format].browser:
		return s.Format
	case s.Alpha:
		return PNG
	}
	return JPEG
}

// showsBackground tells whether any pixel of the result can be the background.
func (r Recipe) showsBackground(s Source) bool {
	return s.Alpha || r.Fit == FitFill || r.RotType == Pivot
}
