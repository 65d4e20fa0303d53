package engine

import (
	"fmt"
	"time"

	"lightwell/transform"
	"lightwell/transform/svg"

	"github.com/davidbyttow/govips/v2/vips"
)

// Render carries the plan out on a file's bytes, and on those of the layers' that the plan has. Errors wrap ErrUndecodable or ErrLimit where a file is
// at fault.
func Render(data []byte, layers Layers, p *transform.Plan) (r transform.Rendition, err error) {
	defer guard(&err)
	defer pinned(data, layers.Mark, layers.Blend)()
	forgetErrors()
	start := time.Now()
	if p.Encode.Format == transform.SVG {
		if r.Body, err = svg.Sanitize(data); err != nil {
			return r, fmt.Errorf("%w: %w", transform.ErrUndecodable, err)
		}
		r.Format, r.Size, r.Decode = transform.SVG, p.Out, time.Since(start)
		return r, nil
	}
	plan := *p // what is found on the way is nobody else's
	p = &plan
	if p.Animated {
		return animate(data, layers, p)
	}
	img, read, err := pictured(data, layers, p)
	if err != nil {
		return r, err
	}
	defer img.Close()
	if err := flatten(img, p); err != nil {
		return r, err
	}
	if err := materialise(img); err != nil {
		return r, vipsError(nil, "compute the pixels", err)
	}
	r.Decode, r.Steps = time.Since(start), time.Since(read)
	start = time.Now()
	r.Body, r.Format, err = encode(img, data, p)
	r.Encode = time.Since(start)
	r.Size = transform.Size{Width: img.Width(), Height: img.Height()}
	return r, err
}

// stepOf is one thing that is done to a picture, as a plan has it.
type stepOf func(*vips.ImageRef, *transform.Plan) error

// What is done to the picture itself: reading has its pixels in memory, shaping works on them.
var (
	reading = []stepOf{cutWindow, toSpace, decode}
	shaping = []stepOf{orient, smartCrop, pad, turn, adjust, sharpen, unsharp, soften, pixelate, stylize, mask, padding, border}
)

// compose does such things in turn.
func compose(img *vips.ImageRef, p *transform.Plan, all []stepOf) error {
	for _, do := range all {
		if err := do(img, p); err != nil {
			return err
		}
	}
	return nil
}

// decode is where the lazy pipeline reads the file: what is wrong with its
// pixels shows here.
func decode(img *vips.ImageRef, _ *transform.Plan) error {
	if err := materialise(img); err != nil {
		return vipsError(transform.ErrUndecodable, "decode", err)
	}
	return nil
}

// cutWindow cuts before turning upright, so that fewer pixels are turned.
func cutWindow(img *vips.ImageRef, p *transform.Plan) error {
	if p.Window.Width == 0 || p.Smart != 0 {
		return nil
	}
	w := p.Window.Stored(p.Orientation, p.Scaled)
	return step("cut the window", img.ExtractArea(w.X, w.Y, w.Width, w.Height))
}

// orient turns the pixels upright. (EXIF 2.32, tag 0x0112.)
func orient(img *vips.ImageRef, p *transform.Plan) error {
	var angle vips.Angle
	switch p.Orientation {
	case 3:
		angle = vips.Angle180
	case 5, 6:
		angle = vips.Angle90
	case 7, 8:
		angle = vips.Angle270
	}
	if angle != vips.Angle0 {
		if err := img.Rotate(angle); err != nil {
			return vipsError(nil, "turn upright", err)
		}
	}
	switch p.Orientation {
	case 2, 5, 7:
		return step("mirror", img.Flip(vips.DirectionHorizontal))
	case 4:
		return step("mirror", img.Flip(vips.DirectionVertical))
	}
	return nil
}

// smartCrop chooses the window by what is seen in it, once for all frames of an animation.
func smartCrop(img *vips.ImageRef, p *transform.Plan) error {
	if p.Smart == 0 || p.Window.Width == 0 {
		return nil
	}
	interest := vips.InterestingAttention
	if p.Smart == transform.CropEntropy {
		interest = vips.InterestingEntropy
	}
	if err := img.SmartCrop(p.Window.Width, p.Window.Height, interest); err != nil {
		return vipsError(nil, "choose the window", err)
	}
	p.Window.X, p.Window.Y = cutAt(img)
	p.Smart = 0
	return nil
}
