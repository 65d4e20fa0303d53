package transform

import "math"

// Size is a width and a height in pixels.
type Size struct {
	Width  int `json:"width"`
	Height int `json:"height"`
}

func (s Size) swapped() Size { return Size{s.Height, s.Width} }

// Area is a rectangle of pixels. The zero Area means everything.
type Area struct {
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
}

func (a Area) size() Size { return Size{a.Width, a.Height} }

// intersect is what two areas have in common, with a side of 0 where that is nothing.
func (a Area) intersect(b Area) Area {
	x, y := max(a.X, b.X), max(a.Y, b.Y)
	return Area{x, y, max(0, min(a.X+a.Width, b.X+b.Width)-x), max(0, min(a.Y+a.Height, b.Y+b.Height)-y)}
}

// Upright is the inverse of Stored.
func (a Area) Upright(orientation int, file Size) Area {
	switch orientation {
	case 5, 7:
		return a.Stored(orientation, file.swapped())
	case 6:
		return a.Stored(8, file.swapped())
	case 8:
		return a.Stored(6, file.swapped())
	}
	return a.Stored(orientation, file)
}

// round is to the nearest, halves away from zero, and never below one pixel.
func round(x float64) int { return max(1, int(math.Round(x))) }

// Stored maps an area of an upright image to where it lies in the file, for an
// EXIF orientation and the size of the file's pixels. (EXIF 2.32, tag 0x0112.)
func (a Area) Stored(orientation int, file Size) Area {
	right, below := file.Width, file.Height
	switch orientation {
	case 2:
		return Area{right - a.X - a.Width, a.Y, a.Width, a.Height}
	case 3:
		return Area{right - a.X - a.Width, below - a.Y - a.Height, a.Width, a.Height}
	case 4:
		return Area{a.X, below - a.Y - a.Height, a.Width, a.Height}
	case 5:
		return Area{a.Y, a.X, a.Height, a.Width}
	case 6:
		return Area{a.Y, below - a.X - a.Width, a.Height, a.Width}
	case 7:
		return Area{right - a.Y - a.Height, below - a.X - a.Width, a.Height, a.Width}
	case 8:
		return Area{right - a.Y - a.Height, a.X, a.Height, a.Width}
	}
	return a
}

// area places the Rect in an upright image; what lies outside is cut off. The
// error names the parameter when nothing is left.
func (r Rect) area(image Size) (Area, error) {
	left := r.X.pixels(image.Width, r.Width)
	top := r.Y.pixels(image.Height, r.Height)
	right, bottom := min(left+r.Width, image.Width), min(top+r.Height, image.Height)
	left, top = max(left, 0), max(top, 0)
	if left >= right || top >= bottom {
		return Area{}, badParam("rect", "it lies outside the image, which is %d x %d pixels", image.Width, image.Height)
	}
	return Area{left, top, right - left, bottom - top}, nil
}

func (p Position) pixels(side, length int) int {
	switch p.Edge {
	case AtPart:
		return int(math.Round(p.Value * float64(side)))
	case AtCenter:
		return (side - length) / 2
	case AtEnd:
		return side - length
	}
	return int(p.Value)
}

// box is what w, h, dpr and the bounds ask for of a region, in pixels; a side is
// zero where nothing gives it.
func (r Recipe) box(region Size) (width, height float64) {
	width, height = r.Width.of(region.Width), r.Height.of(region.Height)
	if r.Fit.cuts() {
		width, height = r.cropBox(region, width, height)
	}
	if r.DPR > 0 {
		width, height = width*r.DPR, height*r.DPR
	}
	return width, height
}

// cropBox fills in the side that is not given, by the aspect asked for or else
// the region's, and applies the bounds.
func (r Recipe) cropBox(region Size, width, height float64) (float64, float64) {
	aspect := r.Aspect
	if aspect == 0 {
		aspect = float64(region.Width) / float64(region.Height)
	}
	if width == 0 && height == 0 { // the largest of that aspect that the region holds
		width = min(float64(region.Width), float64(region.Height)*aspect)
	}
	if width > 0 {
		width = within(width, r.MinWidth, r.MaxWidth)
	} else {
		width = within(height*aspect, r.MinWidth, r.MaxWidth)
	}
	if height == 0 {
		height = width / aspect
	}
	return width, within(height, r.MinHeight, r.MaxHeight)
}

// clipScale is the factor that brings a region inside a box.
func (r Recipe) clipScale(region Size, width, height float64) float64 {
	scale := math.Inf(1)
	if width > 0 {
		scale = width / float64(region.Width)
	}
	if height > 0 {
		scale = min(scale, height/float64(region.Height))
	}
	if math.IsInf(scale, 1) || scale > 1 && !r.Enlarge {
		return 1
	}
	return scale
}

// layout is the outcome of fitting: the region becomes Scaled, of which Window
// is kept, and that lies on Canvas at an offset where there is padding.
type layout struct {
	scaled Size
	window Area
	canvas Area // X and Y are where the window lies on it
}

// fit carries out the fit for an upright region.
func (r Recipe) fit(region Size) layout {
	width, height := r.room(r.box(region))
	switch r.Fit {
	case FitCrop, FitFaces:
		return r.fitCrop(region, width, height)
	case FitScale:
		return layout{scaled: Size{round(width), round(height)}}
	}
	scale := r.clipScale(region, width, height)
	scaled := Size{round(float64(region.Width) * scale), round(float64(region.Height) * scale)}
	if r.Fit == FitClip {
		return layout{scaled: scaled}
	}
	canvas := Size{round(width), round(height)}
	scaled = Size{min(scaled.Width, canvas.Width), min(scaled.Height, canvas.Height)}
	if scaled == canvas {
		return layout{scaled: scaled}
	}
	return layout{scaled: scaled, canvas: Area{
		(canvas.Width - scaled.Width) / 2, (canvas.Height - scaled.Height) / 2, canvas.Width, canvas.Height,
	}}
}

// fitCrop scales the region so that it covers the box, and cuts the window out.
// Without enlarge, a box that would need more pixels than there are shrinks,
// keeping its shape.
func (r Recipe) fitCrop(region Size, width, height float64) layout {
	zoom := max(1, r.Focal.Zoom)
	if !r.Enlarge {
		shrink := min(1, float64(region.Width)/(width*zoom), float64(region.Height)/(height*zoom))
		width, height = width*shrink, height*shrink
	}
	out := Size{round(width), round(height)}
	scale := zoom * max(width/float64(region.Width), height/float64(region.Height))
	scaled := Size{
		max(out.Width, round(float64(region.Width)*scale)),
		max(out.Height, round(float64(region.Height)*scale)),
	}
	if scaled == out {
		return layout{scaled: scaled}
	}
	return layout{scaled: scaled, window: r.window(scaled, out)}
}

// window is where the part that is kept begins; smart crops find it later.
func (r Recipe) window(scaled, out Size) Area {
	x, y := 0.5, 0.5 // the part of the excess that is cut at the left and top
	switch r.Crop.Mode {
	case CropFocal:
		return Area{
			centred(r.Focal.X, scaled.Width, out.Width), centred(r.Focal.Y, scaled.Height, out.Height),
			out.Width, out.Height,
		}
	case CropPosition:
		x, y = float64(r.Crop.X+1)/2, float64(r.Crop.Y+1)/2
	}
	return Area{
		int(x * float64(scaled.Width-out.Width)), int(y * float64(scaled.Height-out.Height)),
		out.Width, out.Height,
	}
}

// centred begins a length so that a point, a part of the side, is in its middle,
// as far as the side reaches.
func centred(point float64, side, length int) int {
	start := int(math.Round(point*float64(side) - float64(length)/2))
	return max(0, min(start, side-length))
}
