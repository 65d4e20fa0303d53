package engine

import (
	"runtime"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// findTrim reads the whole source once, a strip at a time, at its full size: a
// border is found to the pixel, and a large image takes no memory.
func findTrim(data []byte, s transform.Source, search transform.Search, limits transform.Limits) (transform.Area, error) {
	full := transform.Size{Width: s.Width, Height: s.Height}
	color := search.Trim.Color
	if search.Trim.Mode == transform.TrimColor && !color.Set {
		corner := transform.Area{Width: 1, Height: 1}.Stored(search.Orientation, full)
		err := scan(data, s, limits, func(y int, row []byte, bands int) {
			if y == corner.Y {
				color = colorOf(row[corner.X*bands:], bands)
			}
		})
		if err != nil {
			return transform.Area{}, err
		}
	}
	edge := newMargin(search.Trim, color, full)
	if err := scan(data, s, limits, edge.row); err != nil {
		return transform.Area{}, err
	}
	stored := edge.left()
	if stored.Width == 0 { // nothing but border: it is the picture
		return transform.Area{}, nil
	}
	size := upright(s, search).Upright()
	return search.Trim.Padded(stored.Upright(search.Orientation, full), size), nil
}

// scan decodes a source in sRGB, and shows each stored row, of RGB or RGBA, from
// the top to the bottom.
func scan(data []byte, s transform.Source, limits transform.Limits, row func(y int, pixels []byte, bands int)) error {
	plan := transform.Plan{Source: s, Limits: limits, Shrink: 1, Scaled: transform.Size{Width: s.Width, Height: s.Height}}
	img, err := load(data, &plan)
	if err != nil {
		return err
	}
	defer img.Close()
	if err := toSpace(img, &plan); err != nil {
		return err
	}
	return eachRow(img, row)
}

func colorOf(pixel []byte, bands int) transform.Color {
	c := transform.Color{Set: true, R: pixel[0], G: pixel[1], B: pixel[2], A: 255}
	if bands > 3 {
		c.A = pixel[3]
	}
	return c
}

// eachRow shows the rows of a lazy image, which have 3 or 4 bands of 8 bits.
func eachRow(img *vips.ImageRef, row func(y int, pixels []byte, bands int)) error {
	runtime.LockOSThread() // a region belongs to the thread that made it
	defer runtime.UnlockOSThread()
	strips, err := newStrips(img)
	if err != nil {
		return vipsError(nil, "begin to read rows", err)
	}
	defer strips.close()
	for y := range img.Height() {
		pixels, err := strips.row(y)
		if err != nil {
			return vipsError(transform.ErrUndecodable, "decode", err)
		}
		row(y, pixels, img.Bands())
	}
	return nil
}
