package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// fill puts the image on its canvas, around it a colour or a blurred copy of it.
func fill(img *vips.ImageRef, p *transform.Plan) error {
	c := p.Canvas
	if p.FillBlur == 0 {
		if p.FillColor.A < 255 {
			if err := img.AddAlpha(); err != nil {
				return vipsError(nil, "add alpha", err)
			}
		}
		color := &vips.ColorRGBA{R: p.FillColor.R, G: p.FillColor.G, B: p.FillColor.B, A: p.FillColor.A}
		return step("fill", img.EmbedBackgroundRGBA(c.X, c.Y, c.Width, c.Height, color))
	}
	middle, err := img.Copy()
	if err != nil {
		return vipsError(nil, "copy", err)
	}
	defer middle.Close()
	if err := cover(img, c, p.FillBlur); err != nil {
		return err
	}
	return step("fill", img.Insert(middle, c.X, c.Y, false, nil))
}

// cover makes the image a blurred one that fills the canvas. It is never larger
// on the way than the blur leaves to see.
func cover(img *vips.ImageRef, canvas transform.Area, sigma float64) error {
	width := min(img.Width(), max(1, img.Height()*canvas.Width/canvas.Height))
	height := min(img.Height(), max(1, img.Width()*canvas.Height/canvas.Width))
	if err := img.ExtractArea((img.Width()-width)/2, (img.Height()-height)/2, width, height); err != nil {
		return vipsError(nil, "cut the window", err)
	}
	const narrow = 4.0 // a standard deviation of which libvips makes short work
	small := func(side int) float64 { return max(1, float64(side)*narrow/sigma) }
	resize := func(width, height float64) func() error {
		return func() error {
			return img.ResizeWithVScale(width/float64(img.Width()), height/float64(img.Height()), vips.KernelCubic)
		}
	}
	return steps("blur the fill",
		func() error { return img.Cast(vips.BandFormatFloat) },
		img.PremultiplyAlpha,
		resize(small(canvas.Width), small(canvas.Height)),
		func() error { return img.GaussianBlur(narrow, 0.02) },
		resize(float64(canvas.Width), float64(canvas.Height)),
		img.UnpremultiplyAlpha,
		func() error { return roundTo8(img) })
}
