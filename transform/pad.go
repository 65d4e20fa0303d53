package transform

import "math"

// mostPadding is as many pixels as a side of a rendition may have by default.
const mostPadding = 8192

func padSide(side int) param {
	return param{"pad-" + sideNames[side], nil, "canvas", "0 to 8192 pixels",
		func(d *draft, v string) error { return d.pad.parse(side, v, mostPadding) },
		func(r Recipe) string {
			if r.Pad.uniform() {
				return ""
			}
			return integer(r.Pad[side])
		}}
}

func spellPad(r Recipe) string {
	if !r.Pad.uniform() {
		return ""
	}
	return integer(r.Pad[topSide])
}

// padName is the parameter to name where padding is at fault.
func (r Recipe) padName() string {
	for side, n := range r.Pad {
		if n > 0 && !r.Pad.uniform() {
			return "pad-" + sideNames[side]
		}
	}
	return "pad"
}

// dpr is the factor for what is given in pixels.
func (r Recipe) dpr() float64 {
	if r.DPR > 0 {
		return r.DPR
	}
	return 1
}

// padding is what is put around the finished picture, in pixels.
func (r Recipe) padding() Sides { return r.Pad.times(r.dpr(), 0) }

// paddedBy is what padding adds to the sides of a picture that is not turned yet.
func (r Recipe) paddedBy() (across, down int) {
	p := r.padding()
	if quarters := math.RoundToEven(r.Rotate / 90); math.Mod(quarters, 2) != 0 {
		return p.down(), p.across()
	}
	return p.across(), p.down()
}

// room is what padding leaves of a box. Where no side is asked for, padding adds
// to the picture's own.
func (r Recipe) room(width, height float64) (float64, float64) {
	if r.Width == 0 && r.Height == 0 && !r.bounded() {
		return width, height
	}
	across, down := r.paddedBy()
	if width > 0 {
		width -= float64(across)
	}
	if height > 0 {
		height -= float64(down)
	}
	return width, height
}

// checkRoom refuses padding that leaves no pixel of a box.
func (r Recipe) checkRoom(region Size) error {
	if r.Pad == (Sides{}) {
		return nil
	}
	width, height := r.box(region)
	across, down := r.room(width, height)
	if width > 0 && across < 0.5 || height > 0 && down < 0.5 {
		p := r.padding()
		return badParam(r.padName(), "padding of %d pixels across and %d down leaves nothing of the size that is asked for", p.across(), p.down())
	}
	return nil
}
