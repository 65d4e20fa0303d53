package transform

import "math"

// The ranges are those of imgix.
const (
	mostFacePadding = 10
	mostFaces       = 100 // that faceindex can count to
)

// union is the smallest area that has all the faces.
func union(faces []Face) Area {
	all := faces[0].Area
	for _, f := range faces[1:] {
		right, bottom := max(all.X+all.Width, f.X+f.Width), max(all.Y+all.Height, f.Y+f.Height)
		all.X, all.Y = min(all.X, f.X), min(all.Y, f.Y)
		all.Width, all.Height = right-all.X, bottom-all.Y
	}
	return all
}

// facesIn are the faces whose middle is in a region.
func (f Found) facesIn(region Area) []Face {
	var in []Face
	for _, face := range f.Faces {
		x, y := face.X+face.Width/2, face.Y+face.Height/2
		if x >= region.X && x < region.X+region.Width && y >= region.Y && y < region.Y+region.Height {
			in = append(in, face)
		}
	}
	return in
}

// faceArea is the part of a region that fit=facearea shows: the chosen faces with
// their padding, grown to the shape that is asked for, as far as the region goes.
// It is the region where there is no face.
func (r Recipe) faceArea(region Area, faces []Face) Area {
	if len(faces) == 0 {
		return region
	}
	if r.FaceIndex > 0 && r.FaceIndex <= len(faces) {
		faces = faces[r.FaceIndex-1 : r.FaceIndex]
	}
	all := union(faces)
	pad := max(1, r.FacePad)
	width, height := float64(all.Width)*pad, float64(all.Height)*pad
	aspect := r.faceAspect(region.size())
	if aspect == 0 {
		aspect = width / height
	}
	width, height = max(width, height*aspect), max(height, width/aspect)
	shrink := min(1, float64(region.Width)/width, float64(region.Height)/height)
	size := Size{min(round(width*shrink), region.Width), min(round(height*shrink), region.Height)}
	return Area{
		region.X + around(all.X-region.X, all.Width, size.Width, region.Width),
		region.Y + around(all.Y-region.Y, all.Height, size.Height, region.Height),
		size.Width, size.Height,
	}
}

// faceAspect is the shape that is asked for, 0 for none.
func (r Recipe) faceAspect(region Size) float64 {
	width, height := r.Width.of(region.Width), r.Height.of(region.Height)
	if width > 0 && height > 0 {
		return width / height
	}
	return r.Aspect
}

// around begins a length within a side so that its middle is that of a part, as
// far as the side reaches.
func around(start, part, length, side int) int {
	middle := float64(start) + float64(part)/2
	return max(0, min(int(math.Round(middle-float64(length)/2)), side-length))
}

// faceWindow is where the window of crop=faces begins: in the middle of all faces
// along a side on which the window holds them all, else of the largest one.
func faceWindow(region Area, faces []Face, scaled, out Size) Area {
	all, largest := union(faces), faces[0].Area
	across := float64(scaled.Width) / float64(region.Width)
	down := float64(scaled.Height) / float64(region.Height)
	begin := func(all, allLen, one, oneLen, origin int, factor float64, length, side int) int {
		if float64(allLen)*factor > float64(length) {
			all, allLen = one, oneLen
		}
		middle := (float64(all-origin) + float64(allLen)/2) * factor
		return max(0, min(int(math.Round(middle-float64(length)/2)), side-length))
	}
	return Area{
		begin(all.X, all.Width, largest.X, largest.Width, region.X, across, out.Width, scaled.Width),
		begin(all.Y, all.Height, largest.Y, largest.Height, region.Y, down, out.Height, scaled.Height),
		out.Width, out.Height,
	}
}
