package transform

import "math"

// canonical drops what has no effect and spells one meaning one way, so that
// equal Recipes are equal values. It does what can be done without a source;
// Resolve does the rest.
func (r Recipe) canonical() Recipe {
	r = r.clampSides()
	r = r.canonicalFit()
	r = r.canonicalCrop()
	r = r.canonicalTurn()
	r.Trim = r.Trim.canonical()
	r = r.canonicalCanvas()
	r.Unsharp = r.Unsharp.canonical()
	r.Style = r.Style.canonical()
	r.Mark = r.Mark.canonical()
	r.Blend = r.Blend.canonical()
	r.Text = r.Text.canonical()
	if r.DPR == 1 || !r.sized() {
		r.DPR = 0
	}
	if !r.sized() || r.Fit == FitScale {
		r.Enlarge = false
	}
	if r.Page == 1 {
		r.Page = 0
	}
	return r.canonicalOutput()
}

// sized tells whether anything asks for a size or a shape.
func (r Recipe) sized() bool { return r.Width > 0 || r.Height > 0 || r.Aspect > 0 || r.bounded() }

func (r Recipe) bounded() bool {
	return r.MinWidth > 0 || r.MinHeight > 0 || r.MaxWidth > 0 || r.MaxHeight > 0
}

// clampSides applies the bounds to sides that are given in pixels: w=800 with
// max-w=400 is w=400.
func (r Recipe) clampSides() Recipe {
	if !r.Fit.cuts() {
		r.MinWidth, r.MinHeight, r.MaxWidth, r.MaxHeight = 0, 0, 0, 0
		return r
	}
	r.Width, r.MinWidth, r.MaxWidth = clampSide(r.Width, r.MinWidth, r.MaxWidth)
	r.Height, r.MinHeight, r.MaxHeight = clampSide(r.Height, r.MinHeight, r.MaxHeight)
	return r
}

// clampSide applies the bounds to one side, unless it is a part. A bound of one
// pixel stays, at the least side there is: a side of one cannot be spelled.
func clampSide(side Length, least, most int) (Length, int, int) {
	switch {
	case side < 1:
		return side, least, most
	case most == 1:
		return leastSide, 0, 1
	}
	return Length(within(float64(side), least, most)), 0, 0
}

// within is x, kept between least and most where those are above zero.
func within(x float64, least, most int) float64 {
	if most > 0 {
		x = min(x, float64(most))
	}
	if least > 0 {
		x = max(x, float64(least))
	}
	return x
}

// canonicalFit turns a fit that has no box to fill into clip: one side alone
// keeps the aspect, whatever the fit.
func (r Recipe) canonicalFit() Recipe {
	if !r.Fit.cuts() || r.Width > 0 && r.Height > 0 {
		r.Aspect = 0
	}
	hasBox := r.Width > 0 && r.Height > 0
	switch r.Fit {
	case FitCrop:
		zoomed := r.Crop.Mode == CropFocal && r.Focal.Zoom > 1
		hasBox = hasBox || r.Aspect > 0 || r.bounded() || zoomed && r.sized()
	case FitFaces:
		hasBox = true
	case FitScale:
		r.Enlarge = r.Enlarge || r.sized()
	}
	if !hasBox {
		r.Fit = FitClip
	}
	return r
}

func (r Recipe) canonicalCrop() Recipe {
	if r.Fit != FitCrop {
		r.Crop = Crop{}
	}
	if r.Focal.Zoom == 1 {
		r.Focal.Zoom = 0
	}
	if r.Crop.Mode == CropFocal && r.Focal == (Focal{X: 0.5, Y: 0.5}) {
		r.Crop = Crop{Faces: r.Crop.Faces}
	}
	if r.Crop.Mode != CropFocal {
		r.Focal = Focal{}
	}
	if r.Fit != FitFaces {
		r.FacePad, r.FaceIndex = 0, 0
	}
	if r.FacePad == 1 {
		r.FacePad = 0
	}
	return r
}

// canonicalTurn uses that both flips are half a turn, and that one flip with
// half a turn is the other flip. With a flip, the angle is then below 180.
func (r Recipe) canonicalTurn() Recipe {
	if r.FlipH && r.FlipV {
		r.FlipH, r.FlipV = false, false
		r.Rotate = math.Mod(r.Rotate+180, 360)
	}
	if (r.FlipH || r.FlipV) && r.Rotate >= 180 {
		r.FlipH, r.FlipV = r.FlipV, r.FlipH
		r.Rotate -= 180
	}
	if math.Mod(r.Rotate, 90) == 0 {
		r.RotType = Straighten
	}
	return r
}
