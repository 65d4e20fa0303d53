package engine

import (
	"fmt"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// mark lays a mark over the picture. The arithmetic is in whole numbers and not
// libvips' composite, which converts all of the picture and may change pixels on
// which no mark lies.
func mark(img *vips.ImageRef, data []byte, m *transform.MarkPlan) error {
	if m == nil {
		return nil
	}
	top, err := loadMark(data, &m.Plan, img)
	if err != nil {
		return fmt.Errorf("the mark: %w", err)
	}
	defer top.Close()
	above, err := pixelsOf(top)
	if err != nil {
		return err
	}
	below, err := pixelsOf(img)
	if err != nil {
		return err
	}
	above.lay(below, m, covered(m, transform.Size{Width: below.width, Height: below.height}))
	return nil
}

// loadMark makes the mark as any image is made, up to where it would be encoded, in the colours
// of the picture on which it is to lie.
func loadMark(data []byte, p *transform.Plan, picture *vips.ImageRef) (*vips.ImageRef, error) {
	img, err := load(data, p)
	if err != nil {
		return nil, err
	}
	like := func(img *vips.ImageRef, _ *transform.Plan) error { return likeOf(img, picture) }
	for _, do := range []func(*vips.ImageRef, *transform.Plan) error{cutWindow, toSpace, like, decode, orient, pad, turn} {
		if err := do(img, p); err != nil {
			img.Close()
			return nil, err
		}
	}
	if img.Width() != p.Out.Width || img.Height() != p.Out.Height {
		img.Close()
		return nil, fmt.Errorf("it came out %d x %d pixels, planned %v", img.Width(), img.Height(), p.Out)
	}
	return img, nil
}

// covered is the part of a picture on which a mark lies.
func covered(m *transform.MarkPlan, picture transform.Size) transform.Area {
	if m.StepX > 0 {
		return transform.Area{Width: picture.Width, Height: picture.Height}
	}
	left, top := max(0, m.X), max(0, m.Y)
	return transform.Area{
		X: left, Y: top,
		Width:  max(0, min(m.X+m.Plan.Out.Width, picture.Width)-left),
		Height: max(0, min(m.Y+m.Plan.Out.Height, picture.Height)-top),
	}
}

// raster is pixels in rows, each of three colours and perhaps alpha.
type raster struct {
	pixels               []byte
	width, height, bands int
}

// pixelsOf is an image's own memory: what is written there changes the image.
func pixelsOf(img *vips.ImageRef) (raster, error) {
	pixels, err := inPlace(img)
	if err != nil {
		return raster{}, vipsError(nil, "compute the pixels", err)
	}
	return raster{pixels, img.Width(), img.Height(), img.Bands()}, nil
}

// lay lays the mark over an area of the picture.
func (top raster) lay(bottom raster, m *transform.MarkPlan, area transform.Area) {
	stepX, stepY := m.StepX, m.StepY
	if stepX == 0 { // one, and the area is in it
		stepX, stepY = top.width, top.height
	}
	startX := modulo(area.X-m.X, stepX)
	for y := area.Y; y < area.Y+area.Height; y++ {
		markY := modulo(y-m.Y, stepY)
		if markY >= top.height {
			continue // between two tiles
		}
		markX := startX
		for x := area.X; x < area.X+area.Width; x++ {
			if markX < top.width {
				over(bottom.at(x, y), top.at(markX, markY), m.Alpha)
			}
			if markX++; markX == stepX {
				markX = 0
			}
		}
	}
}

func (r raster) at(x, y int) []byte {
	i := (y*r.width + x) * r.bands
	return r.pixels[i : i+r.bands : i+r.bands]
}

// modulo is never below zero.
func modulo(n, of int) int { return (n%of + of) % of }

// over lays one pixel over another, in place, at a percentage of its opacity
// (Porter and Duff, 1984). The pixel below stays opaque where it has no alpha.
func over(below, above []byte, percent int) {
	const full = 255 * 100
	share := 255 * percent // of the pixel above
	if len(above) > 3 {
		share = int(above[3]) * percent
	}
	if share == 0 {
		return
	}
	rest := full - share
	if len(below) < 4 {
		for i := range 3 {
			below[i] = byte((int(above[i])*share + int(below[i])*rest + full/2) / full)
		}
		return
	}
	alpha := int(below[3])
	whole := share*255 + rest*alpha
	for i := range 3 {
		below[i] = byte((int(above[i])*share*255 + int(below[i])*rest*alpha + whole/2) / whole)
	}
	below[3] = byte((whole + full/2) / full)
}
