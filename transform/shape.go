package transform

import "math"

// Shape is a rectangle of whole pixels whose corners may be round. One without a
// width has no pixels.
type Shape struct {
	Area  `json:"area"`
	Radii [4]Radius `json:"radii,omitzero"` // from the left upper corner on, clockwise
}

// Radius is that of an elliptical corner, in pixels.
type Radius struct {
	X float64 `json:"x"`
	Y float64 `json:"y"`
}

// rounded is the shape of an area and its radii, all of which shrink by one
// factor where two on a side are longer than it. (CSS Backgrounds and Borders
// Level 3, section 4.5.)
func rounded(a Area, radii [4]Radius) Shape {
	const topLeft, topRight, bottomRight, bottomLeft = 0, 1, 2, 3
	factor := 1.0
	fit := func(side int, sum float64) {
		if sum > float64(side) {
			factor = min(factor, float64(side)/sum)
		}
	}
	fit(a.Width, radii[topLeft].X+radii[topRight].X)
	fit(a.Width, radii[bottomLeft].X+radii[bottomRight].X)
	fit(a.Height, radii[topLeft].Y+radii[bottomLeft].Y)
	fit(a.Height, radii[topRight].Y+radii[bottomRight].Y)
	for i := range radii {
		radii[i] = Radius{radii[i].X * factor, radii[i].Y * factor}
	}
	return Shape{a, radii}
}

// ellipse is the one that touches all sides of an area.
func ellipse(a Area) Shape {
	r := Radius{float64(a.Width) / 2, float64(a.Height) / 2}
	return Shape{a, [4]Radius{r, r, r, r}}
}

// inset is the shape without its sides: each radius is shorter by the side that
// it begins at. (CSS Backgrounds and Borders Level 3, section 4.2.)
func (s Shape) inset(sides Sides) Shape {
	in := Shape{Area: Area{
		s.X + sides[leftSide], s.Y + sides[topSide], s.Width - sides.across(), s.Height - sides.down(),
	}}
	if in.Width <= 0 || in.Height <= 0 {
		return Shape{}
	}
	for i, r := range s.Radii {
		across, down := sides[leftSide], sides[topSide]
		if i == 1 || i == 2 {
			across = sides[rightSide]
		}
		if i >= 2 {
			down = sides[bottomSide]
		}
		if x, y := r.X-float64(across), r.Y-float64(down); x > 0 && y > 0 {
			in.Radii[i] = Radius{x, y}
		}
	}
	return rounded(in.Area, in.Radii)
}

// Coverage is how much of each pixel of an image the shape covers, in rows, 255
// being all of it. It is exact to the rounding.
func (s Shape) Coverage(image Size) []byte {
	levels := make([]byte, image.Width*image.Height)
	row := make([]float64, s.Width)
	for y := range s.Height {
		to := levels[(s.Y+y)*image.Width+s.X:][:s.Width]
		for x := range row {
			row[x] = 1
		}
		for i, r := range s.Radii {
			s.cut(row, y, i, r)
		}
		for x, part := range row {
			to[x] = byte(255*part + 0.5)
		}
	}
	return levels
}

// cut takes off a row of pixels what lies outside one corner.
func (s Shape) cut(row []float64, y, corner int, r Radius) {
	right, bottom := corner == 1 || corner == 2, corner >= 2
	if bottom {
		y = s.Height - 1 - y
	}
	if float64(y) >= r.Y || r.X == 0 {
		return
	}
	// From here on as if it were the left upper corner, whose ellipse has its
	// centre at r; v is the distance from that, in radii.
	far, near := 1-float64(y)/r.Y, max(0, 1-float64(y+1)/r.Y)
	for x := 0; float64(x) < r.X; x++ {
		outer, inner := 1-float64(x)/r.X, max(0, 1-float64(x+1)/r.X)
		if outer*outer+far*far <= 1 {
			return // and so is all that follows
		}
		outside := (outer - inner) * (far - near)
		if inner*inner+near*near < 1 {
			outside -= disc(outer, far) - disc(inner, far) - disc(outer, near) + disc(inner, near)
		}
		at := x
		if right {
			at = s.Width - 1 - x
		}
		row[at] -= outside * r.X * r.Y
	}
}

// disc is the area that a circle of radius 1 has in common with the rectangle
// from its centre to (u, v), both 0 to 1.
func disc(u, v float64) float64 {
	if u*u+v*v <= 1 {
		return u * v
	}
	edge := math.Sqrt(1 - v*v) // where the circle falls below v
	under := func(t float64) float64 { return (t*math.Sqrt(1-t*t) + math.Asin(t)) / 2 }
	return v*edge + under(u) - under(edge)
}
