package transform

import "math"

// onSource spells one way what the source's size makes one thing: the same area of
// the original, and the same size of the whole.
func (r Recipe) onSource(s Source) Recipe {
	whole := s.upright(r.orientation(s))
	region := whole
	if r.Rect != (Rect{}) {
		area, err := r.Rect.area(whole)
		if err != nil {
			return r // Plan says what is wrong
		}
		region = area.size()
		r.Rect = area.rect()
		if region == whole {
			r.Rect = Rect{}
		}
	}
	// What trimming leaves is not known yet, and padding takes its part of the box.
	if r.Fit == FitClip && r.sized() && r.Trim.Mode == TrimNone && r.Pad == (Sides{}) {
		r = r.clipOn(region)
	}
	return r
}

func (a Area) rect() Rect {
	return Rect{X: Position{Value: float64(a.X)}, Y: Position{Value: float64(a.Y)}, Width: a.Width, Height: a.Height}
}

// clipOn drops, for a box that a region is to lie in, the side that does not bind, and
// leave to enlarge what shrinks. A box that holds all of the region becomes its width, or
// its height where no parameter can say the width.
func (r Recipe) clipOn(region Size) Recipe {
	width, height := r.box(region)
	across, down := math.Inf(1), math.Inf(1)
	if width > 0 {
		across = width / float64(region.Width)
	}
	if height > 0 {
		down = height / float64(region.Height)
	}
	if across <= down {
		r.Height = 0
	} else {
		r.Width = 0
	}
	if min(across, down) <= 1 {
		r.Enlarge = false
	}
	if min(across, down) >= 1 && !r.Enlarge {
		if least := leastLength(region.Width, r.DPR); least <= mostSide {
			r.Width, r.Height = least, 0
		} else if least := leastLength(region.Height, r.DPR); least <= mostSide {
			r.Width, r.Height = 0, least
		}
	}
	return r
}

// leastLength is the least length that is no shorter than a side, after dpr.
func leastLength(side int, dpr float64) Length {
	if dpr == 0 {
		dpr = 1
	}
	n := max(leastSide, math.Ceil(float64(side)/dpr))
	for n*dpr < float64(side) { // the quotient was rounded down
		n++
	}
	return Length(n)
}
