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
	if r.without(s) == (Recipe{}) {
		return Recipe{}, false
	}
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
	r.Trim = r.Trim.resolve(s)
	r = r.backdrop(s)
	if r.Orient != 0 && r.Orient == s.Orientation {
		r.Orient = 0
	}
	return r.onSource(s).canonical(), varies
}

// without drops what asks for nothing in the source's own format, as if it were
// not there: such a URL is the original's.
func (r Recipe) without(s Source) Recipe {
	if !r.showsBackground(s) {
		r.Background = Color{}
	}
	if s.fallback() == s.Format && !s.Format.Lossy() {
		r.Quality = 0
	}
	r.Trim = r.Trim.resolve(s)
	return r
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

// background is the one that shows: none where no pixel can be it, and opaque
// where the format has no transparency, white being what it is by itself.
func (r Recipe) background(s Source) Color {
	bg := r.Background
	if bg.Set && !r.Format.Alpha() {
		bg = bg.Over(White)
	}
	if !r.showsBackground(s) || !r.Format.Alpha() && bg == White {
		return Color{}
	}
	return bg
}
