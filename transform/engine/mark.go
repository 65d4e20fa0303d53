package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

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
