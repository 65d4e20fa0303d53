package engine

import (
	"math"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// background is what is put where the image has no pixels: nothing where the
// image has transparency (flatten puts a colour under it, if there is one), else
// the colour asked for, else white.
func background(img *vips.ImageRef, p *transform.Plan) *vips.ColorRGBA {
	if img.HasAlpha() && !opaque(p.Background) && (p.Background.Set || p.Encode.Format.Alpha()) {
		return &vips.ColorRGBA{R: 255, G: 255, B: 255}
	}
	c := transform.White
	if p.Background.Set {
		c = p.Background.Over(c)
	}
	return &vips.ColorRGBA{R: c.R, G: c.G, B: c.B, A: 255}
}

func opaque(c transform.Color) bool { return c.Set && c.A == 255 }

// translucent adds an alpha band when the background will need one.
func translucent(img *vips.ImageRef, p *transform.Plan) error {
	if p.Background.Set && !opaque(p.Background) && p.Encode.Format.Alpha() {
		return step("add alpha", img.AddAlpha())
	}
	return nil
}

// pad puts the image on its canvas.
func pad(img *vips.ImageRef, p *transform.Plan) error {
	c := p.Canvas
	if c.Width == 0 {
		return nil
	}
	if p.Extend {
		return step("extend", img.Embed(c.X, c.Y, c.Width, c.Height, vips.ExtendCopy))
	}
	if p.FillBlur > 0 || p.FillColor.Set {
		return fill(img, p)
	}
	if err := translucent(img, p); err != nil {
		return err
	}
	return step("pad", img.EmbedBackgroundRGBA(c.X, c.Y, c.Width, c.Height, background(img, p)))
}

// turn rotates and flips.
func turn(img *vips.ImageRef, p *transform.Plan) error {
	if angle := vips.Angle(p.Turn / 90); angle != vips.Angle0 {
		if err := img.Rotate(angle); err != nil {
			return vipsError(nil, "rotate", err)
		}
	}
	if p.Angle != 0 {
		if err := rotate(img, p); err != nil {
			return err
		}
	}
	if p.FlipH {
		return step("flip", img.Flip(vips.DirectionHorizontal))
	}
	if p.FlipV {
		return step("flip", img.Flip(vips.DirectionVertical))
	}
	return nil
}

// rotate turns by any angle, and brings the result to the plan's size: its middle
// where the corners are to vanish, else all of it.
func rotate(img *vips.ImageRef, p *transform.Plan) error {
	if err := translucent(img, p); err != nil {
		return err
	}
	bg := background(img, p)
	out := p.Picture()
	if p.Straight.Width > 0 {
		out = transform.Size{Width: p.Straight.Width, Height: p.Straight.Height}
		// No corner is to show, and the outermost pixels are mixed with what lies
		// outside: let that be more of the same.
		const rim = 2
		if err := img.Embed(rim, rim, img.Width()+2*rim, img.Height()+2*rim, vips.ExtendCopy); err != nil {
			return vipsError(nil, "extend", err)
		}
	}
	if err := materialise(img); err != nil {
		return vipsError(nil, "compute the pixels", err)
	}
	if err := img.PremultiplyAlpha(); err != nil {
		return vipsError(nil, "premultiply", err)
	}
	if bg.A == 0 { // premultiplied
		bg = &vips.ColorRGBA{}
	}
	outside := []float64{float64(bg.R), float64(bg.G), float64(bg.B), float64(bg.A)}[:img.Bands()]
	sin, cos := math.Sincos(p.Angle * math.Pi / 180)
	return steps("rotate",
		func() error { return place(img, [4]float64{cos, -sin, sin, cos}, out, outside...) },
		img.UnpremultiplyAlpha,
		func() error { return roundTo8(img) })
}

// flatten puts a transparent image on its background, where one was asked for or
// the format knows no transparency.
func flatten(img *vips.ImageRef, p *transform.Plan) error {
	if !img.HasAlpha() || !p.Background.Set && p.Encode.Format.Alpha() {
		return nil
	}
	c := transform.White
	if p.Background.Set {
		c = p.Background
	}
	if c.A == 255 || !p.Encode.Format.Alpha() {
		over := c.Over(transform.White)
		return step("flatten", img.Flatten(&vips.Color{R: over.R, G: over.G, B: over.B}))
	}
	under, err := vips.NewTransparentCanvas(img.Width(), img.Height())
	if err != nil {
		return vipsError(nil, "make the background", err)
	}
	defer under.Close()
	if err := under.DrawRect(vips.ColorRGBA{R: c.R, G: c.G, B: c.B, A: c.A}, 0, 0, img.Width(), img.Height(), true); err != nil {
		return vipsError(nil, "make the background", err)
	}
	if err := img.Composite(under, vips.BlendModeDestOver, 0, 0); err != nil {
		return vipsError(nil, "put on the background", err)
	}
	return step("cast to 8 bits", img.Cast(vips.BandFormatUchar))
}
