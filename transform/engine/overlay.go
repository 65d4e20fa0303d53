package engine

import (
	"fmt"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// Layers are the files of the images that a plan lays over its picture; nil where it has none.
type Layers struct{ Mark, Blend []byte }

// overlays are what lies over a picture, made for the first frame in its colours, which are those of all.
type overlays struct {
	plan  *transform.Plan
	files Layers

	mark, blend *raster    // nil for none
	text        *lettering // nil for none
	made        bool
}

func (o *overlays) close() {
	if o.text != nil {
		o.text.close()
	}
}

// lay lays all of them over a picture. The arithmetic is in whole numbers and not libvips' composite,
// which converts all of the picture and may change pixels on which nothing lies.
func (o *overlays) lay(img *vips.ImageRef) error {
	if o.plan.Mark == nil && o.plan.Blend == nil && o.plan.Text == nil {
		return nil
	}
	if !o.made {
		if err := o.make(img); err != nil {
			return err
		}
		o.made = true
	}
	below, err := pixelsOf(img)
	if err != nil {
		return err
	}
	if m := o.plan.Mark; m != nil {
		area := below.shared(m.X, m.Y, m.Plan.Out)
		if m.StepX > 0 {
			area = transform.Area{Width: below.width, Height: below.height}
		}
		o.mark.lay(below, m, area)
	}
	if b := o.plan.Blend; b != nil {
		o.blend.mix(below, b)
	}
	if o.text != nil {
		o.text.lay(below)
	}
	return nil
}

func (o *overlays) make(picture *vips.ImageRef) (err error) {
	if m := o.plan.Mark; m != nil {
		if o.mark, err = prepared(o.files.Mark, &m.Plan, picture); err != nil {
			return fmt.Errorf("the mark: %w", err)
		}
	}
	if b := o.plan.Blend; b != nil {
		if b.Plan != nil {
			o.blend, err = prepared(o.files.Blend, b.Plan, picture)
		} else {
			o.blend, err = colored(b.Color, picture)
		}
		if err != nil {
			return fmt.Errorf("the blend: %w", err)
		}
	}
	if o.plan.Text != nil {
		o.text, err = letter(picture, o.plan.Text)
	}
	return err
}

// prepared makes what lies over a picture as any image is made, up to where it would be encoded, in the
// picture's colours.
func prepared(data []byte, p *transform.Plan, picture *vips.ImageRef) (*raster, error) {
	img, err := load(data, p)
	if err != nil {
		return nil, err
	}
	defer img.Close()
	like := func(img *vips.ImageRef, _ *transform.Plan) error { return likeOf(img, picture) }
	for _, do := range []func(*vips.ImageRef, *transform.Plan) error{cutWindow, toSpace, like, decode, orient, pad, turn} {
		if err := do(img, p); err != nil {
			return nil, err
		}
	}
	if img.Width() != p.Out.Width || img.Height() != p.Out.Height {
		return nil, fmt.Errorf("it came out %d x %d pixels, planned %v", img.Width(), img.Height(), p.Out)
	}
	pixels, err := pixelsOf(img)
	if err != nil {
		return nil, err
	}
	pixels.pixels = append([]byte(nil), pixels.pixels...) // the image's own end with it
	return &pixels, nil
}

// colored is a colour of sRGB in the colours of a picture, as one pixel.
func colored(c transform.Color, picture *vips.ImageRef) (*raster, error) {
	one := raster{[]byte{c.R, c.G, c.B, c.A}, 1, 1, 4}
	img, err := one.inSpaceOf(picture)
	if err != nil || img == nil {
		return &one, err
	}
	defer img.Close()
	pixels, err := pixelsOf(img)
	if err != nil {
		return nil, err
	}
	pixels.pixels = append([]byte(nil), pixels.pixels...)
	return &pixels, nil
}

// shared is the part of a picture on which something of a size lies.
func (r raster) shared(x, y int, size transform.Size) transform.Area {
	left, top := max(0, x), max(0, y)
	return transform.Area{
		X: left, Y: top,
		Width:  max(0, min(x+size.Width, r.width)-left),
		Height: max(0, min(y+size.Height, r.height)-top),
	}
}
