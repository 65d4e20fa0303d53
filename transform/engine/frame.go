package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// mask keeps a shape of the picture, with a border along its edge.
func mask(img *vips.ImageRef, p *transform.Plan) error { return frame(img, p.Mask) }

// border is drawn along the edge of all there is.
func border(img *vips.ImageRef, p *transform.Plan) error { return frame(img, p.Border) }

// padding surrounds the picture with the background, or with nothing where the
// format has transparency.
func padding(img *vips.ImageRef, p *transform.Plan) error {
	if p.Pad == (transform.Sides{}) {
		return nil
	}
	if !opaque(p.Background) && p.Encode.Format.Alpha() {
		if err := img.AddAlpha(); err != nil {
			return vipsError(nil, "add alpha", err)
		}
	}
	return step("pad", img.EmbedBackgroundRGBA(p.Pad.Left(), p.Pad.Top(), p.Out.Width, p.Out.Height, background(img, p)))
}

// frame draws the border before it cuts, so that at a round edge no pixel of the
// picture shines through.
func frame(img *vips.ImageRef, f transform.Frame) error {
	if err := outline(img, f); err != nil {
		return err
	}
	switch {
	case f.Outer == transform.Shape{}:
		return nil
	case f.Outside.Set:
		return mix(img, coverage(img, f.Outer), f.Outside)
	}
	return cut(img, coverage(img, f.Outer))
}

// outline draws the border.
func outline(img *vips.ImageRef, f transform.Frame) error {
	c, in := f.Border, f.Inner
	switch {
	case c.A == 0:
		return nil
	case c.A == 255 && in.Width > 0 && in.Radii == [4]transform.Radius{}: // nothing to be mixed
		width, height := img.Width(), img.Height()
		return steps("border",
			func() error { return img.ExtractArea(in.X, in.Y, in.Width, in.Height) },
			func() error {
				return img.EmbedBackgroundRGBA(in.X, in.Y, width, height, &vips.ColorRGBA{R: c.R, G: c.G, B: c.B, A: 255})
			})
	}
	levels := coverage(img, in)
	for i, level := range levels {
		levels[i] = byte(255 - (int(255-level)*int(c.A)+127)/255)
	}
	c.A = 255
	return mix(img, levels, c)
}

func coverage(img *vips.ImageRef, s transform.Shape) []byte {
	return s.Coverage(transform.Size{Width: img.Width(), Height: img.Height()})
}

// layer is an image of one band in which 255 stands for all of the picture.
func layer(img *vips.ImageRef, levels []byte) (*vips.ImageRef, error) {
	made, err := vips.NewImageFromMemory(levels, img.Width(), img.Height(), 1, vips.BandFormatUchar, vips.InterpretationBW)
	if err != nil {
		return nil, vipsError(nil, "make a mask", err)
	}
	return made, nil
}

// cut makes pixels as transparent as the levels say, and leaves their colours.
func cut(img *vips.ImageRef, levels []byte) error {
	alpha, err := layer(img, levels)
	if err != nil {
		return err
	}
	defer alpha.Close()
	if !img.HasAlpha() {
		return step("mask", img.BandJoin(alpha))
	}
	was, err := img.ExtractBandToImage(img.Bands()-1, 1)
	if err != nil {
		return vipsError(nil, "take the alpha", err)
	}
	defer was.Close()
	return steps("mask",
		func() error { return alpha.Multiply(was) },
		func() error { return alpha.Linear1(1.0/255, 0) },
		func() error { return roundTo8(alpha) },
		func() error { return img.ExtractBand(0, img.Bands()-1) },
		func() error { return img.BandJoin(alpha) })
}

// mix takes as much of the picture as the levels say, and of a colour the rest.
func mix(img *vips.ImageRef, levels []byte, c transform.Color) error {
	share, err := layer(img, levels)
	if err != nil {
		return err
	}
	defer share.Close()
	if c.A < 255 {
		if err := img.AddAlpha(); err != nil {
			return vipsError(nil, "add alpha", err)
		}
	}
	rest, err := share.Copy()
	if err != nil {
		return vipsError(nil, "copy", err)
	}
	defer rest.Close()
	once, offsets := make([]float64, img.Bands()), make([]float64, img.Bands())
	for i, level := range []uint8{c.R, c.G, c.B} {
		once[i] = -float64(level) * float64(c.A) / 255
	}
	if img.HasAlpha() {
		once[3] = -float64(c.A)
	}
	for i := range once {
		offsets[i] = -255 * once[i]
	}
	return steps("mix",
		func() error { return img.Cast(vips.BandFormatFloat) },
		img.PremultiplyAlpha,
		func() error { return img.Multiply(share) },
		func() error { return rest.Linear(once, offsets) },
		func() error { return img.Add(rest) },
		func() error { return img.Linear1(1.0/255, 0) },
		img.UnpremultiplyAlpha,
		func() error { return roundTo8(img) })
}
