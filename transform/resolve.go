package transform

// Resolve settles what depends on the source and the client: the result has a
// concrete Format, no AutoFormat, and nothing in it that has no effect. Only a
// resolved Recipe goes into a key. The second result tells whether accept was
// consulted, and so whether the response varies by it. The zero Recipe, the
// original itself, stays as it is. What the engine writes is all that is chosen from; a
// format that was asked for by its name stays, and is for the caller to refuse.
func (r Recipe) Resolve(s Source, accept string, writes FormatSet) (Recipe, bool) {
	if r == (Recipe{}) {
		return r, false
	}
	if !s.Format.Document() {
		r.Page = 0
	}
	varies := r.AutoFormat
	if r.without(s, writes) == (Recipe{}) {
		return Recipe{}, false
	}
	if r.Format == NoFormat {
		r.Format = s.fallback(writes)
	}
	if r.AutoFormat {
		if s.Moves() && r.Frame == 0 { // and is to go on moving
			writes &= Formats(GIF, WebP)
		}
		accepts, plain := ParseAccept(writes, []byte(accept)), r.Format
		r.Format = accepts.Negotiate(plain)
		r.Among = r.among(plain, r.Format == AVIF && accepts.WebP())
		r.AutoFormat = false
	}
	if r.Format != PNG {
		r.Palette = false
	}
	r = r.motion(s)
	if s.Format.Vector() { // nothing is blown up that is drawn
		r.Enlarge = r.sized()
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
func (r Recipe) without(s Source, writes FormatSet) Recipe {
	if !r.showsBackground(s) {
		r.Background = Color{}
	}
	if r.Format == NoFormat && s.fallback(writes) == s.Format {
		r.Format = s.Format
		r = r.canonicalOutput()
		r.Format = NoFormat
	}
	r.Trim = r.Trim.resolve(s)
	return r
}

// fallback is the format of a rendition for which none is asked: the source's
// where browsers show it and it can be written, else PNG where there is
// transparency and JPEG where there is none.
func (s Source) fallback(writes FormatSet) Format {
	switch {
	case writes.Has(s.Format) && s.Format.Writable() && formatFacts[s.Format].browser:
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
