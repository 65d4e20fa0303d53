package transform

// Search is what must be looked for in the pixels of a source before a Recipe can
// be planned. It depends on neither sizes nor formats, so that one answer serves
// all renditions that need it. It is comparable.
type Search struct {
	Orientation int  `json:"orientation"` // in which the pixels are upright
	Trim        Trim `json:"trim,omitzero"`
	Faces       bool `json:"faces,omitempty"`
	Page        int  `json:"page,omitempty"` // as Source has it
}

// Found is the outcome of a Search, in upright pixels of the original.
type Found struct {
	Trimmed Area   `json:"trimmed,omitzero"` // what trimming leaves; zero where it takes nothing away
	Faces   []Face `json:"faces,omitempty"`  // the largest first
	// Mark is the source of the Recipe's mark, which no Search finds: whoever knows
	// the mark's asset fills it in.
	Mark Source `json:"-"`
	// Blend is the same of the Recipe's blend, and BlendFaces are the faces there.
	Blend      Source `json:"-"`
	BlendFaces []Face `json:"-"`
}

// Face is the square in which a face is.
type Face struct {
	Area
	Score float64 `json:"score"` // how sure the detector is, on its own scale
}

// Searches are what a Recipe needs to know of a source: none, one or two, since
// faces are found alike in all that is trimmed.
func (r Recipe) Searches(s Source) []Search {
	var all []Search
	if r.Trim.Mode != TrimNone {
		all = append(all, Search{Orientation: r.orientation(s), Trim: r.Trim, Page: s.Page})
	}
	if r.Crop.Faces || r.Fit == FitFaces {
		all = append(all, Search{Orientation: r.orientation(s), Faces: true, Page: s.Page})
	}
	return all
}

// Join is both outcomes together.
func (f Found) Join(other Found) Found {
	if f.Trimmed == (Area{}) {
		f.Trimmed = other.Trimmed
	}
	f.Faces = append(f.Faces, other.Faces...)
	return f
}

// orientation is the EXIF orientation that counts.
func (r Recipe) orientation(s Source) int {
	if r.Orient != 0 {
		return r.Orient
	}
	return s.Orientation
}

// trimmed is what is left of a region of an upright image when it has been
// trimmed: what they have in common, or the region where that is nothing.
func (f Found) trimmed(region Area) Area {
	if f.Trimmed == (Area{}) {
		return region
	}
	if both := region.intersect(f.Trimmed); both.Width > 0 && both.Height > 0 {
		return both
	}
	return region
}
