package engine

// #include "typeset.h"
import "C"

import (
	"errors"
	"math"
	"unsafe"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// lettering is a text as it is drawn: straight colours and alpha, and where on the picture that
// begins. What is outside of the picture is there only as far as its outline and shadow reach in.
type lettering struct {
	raster
	x, y int
	// img has the pixels, where they are not the surface's own; nil for none.
	img     *vips.ImageRef
	surface *C.cairo_surface_t
}

func (l *lettering) close() {
	if l.img != nil {
		l.img.Close()
	}
	if l.surface != nil {
		C.cairo_surface_destroy(l.surface)
	}
}

// letter draws a text for a picture, in its colour space.
func letter(img *vips.ImageRef, t *transform.TextPlan) (*lettering, error) {
	if !hasFonts() {
		return nil, errors.New("draw the text: no font is installed")
	}
	picture := transform.Size{Width: img.Width(), Height: img.Height()}
	s := setInRoom(t)
	defer s.close()
	x, y := t.Corner(picture, s.size(t.Line))
	area := s.area(t, x, y, picture)
	if area.Width <= 0 || area.Height <= 0 {
		return &lettering{}, nil
	}
	l, err := s.draw(t, x, y, area)
	if err != nil {
		return nil, err
	}
	if err := l.matchSpace(img); err != nil {
		l.close()
		return nil, vipsError(nil, "convert the text's colours", err)
	}
	return l, nil
}

// size is the box of a text with its outline.
func (s *typesetting) size(line float64) transform.Size {
	ceil := func(x float64) int { return int(math.Ceil(x + 2*line - 1e-6)) }
	return transform.Size{Width: ceil(float64(s.set.width)), Height: ceil(float64(s.set.height))}
}

// area is where there is anything to draw that has to do with the picture, for a text whose
// box begins at x and y.
func (s *typesetting) area(t *transform.TextPlan, x, y int, picture transform.Size) transform.Area {
	reach := t.Line + 1 + shadowOffset(t) + 3*shadowBlur(t)
	clip := func(at int, low, high C.double, side int) (from, to int) {
		from = int(math.Floor(max(float64(at)+t.Line+float64(low), 0) - reach))
		to = int(math.Ceil(min(float64(at)+t.Line+float64(high), float64(side)) + reach))
		return from, to
	}
	left, right := clip(x, s.set.ink_left, s.set.ink_right, picture.Width)
	top, bottom := clip(y, s.set.ink_top, s.set.ink_bottom, picture.Height)
	return transform.Area{X: left, Y: top, Width: right - left, Height: bottom - top}
}

// draw draws what is in an area.
func (s *typesetting) draw(t *transform.TextPlan, x, y int, area transform.Area) (*lettering, error) {
	area.Width = (area.Width + 3) &^ 3 // cairo's rows of single bytes are of whole words
	letters, covered := surface(C.CAIRO_FORMAT_A8, area, 1)
	defer C.cairo_surface_destroy(letters)
	colored, pixels := surface(C.CAIRO_FORMAT_ARGB32, area, 4)
	l := &lettering{raster{pixels, area.Width, area.Height, 4}, area.X, area.Y, nil, colored}
	left, top := float64(area.X-x)-t.Line, float64(area.Y-y)-t.Line
	if C.typeset_draw(&s.set, C.double(left), C.double(top), letters, colored) != 0 || len(covered) == 0 || len(pixels) == 0 {
		l.close()
		return nil, errors.New("draw the text: cairo failed")
	}
	ink(pixels, covered, t, area.Width)
	if err := l.shade(t); err != nil {
		l.close()
		return nil, err
	}
	straighten(pixels)
	return l, nil
}

// surface is one of cairo's, all nothing, and its memory; no memory is its failure.
func surface(format C.cairo_format_t, area transform.Area, bands int) (*C.cairo_surface_t, []byte) {
	s := C.cairo_image_surface_create(format, C.int(area.Width), C.int(area.Height))
	data := C.cairo_image_surface_get_data(s)
	if data == nil || int(C.cairo_image_surface_get_stride(s)) != area.Width*bands {
		return s, nil
	}
	return s, unsafe.Slice((*byte)(data), area.Width*area.Height*bands)
}

// lay lays the text over the picture.
func (l *lettering) lay(below raster) {
	for y := max(0, l.y); y < min(below.height, l.y+l.height); y++ {
		for x := max(0, l.x); x < min(below.width, l.x+l.width); x++ {
			over(below.at(x, y), l.at(x-l.x, y-l.y), 100)
		}
	}
}
