package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// sharpen works on lightness alone.
func sharpen(img *vips.ImageRef, p *transform.Plan) error {
	if p.Sharpen == 0 {
		return nil
	}
	if err := materialise(img); err != nil {
		return vipsError(nil, "compute the pixels", err)
	}
	// A radius of about a pixel, a threshold of 2 of 100 in lightness below
	// which nothing is sharpened, and the strength.
	return step("sharpen", img.Sharpen(1, 2, p.Sharpen/10))
}

// unsharp adds what the picture differs by from a blurred one.
func unsharp(img *vips.ImageRef, p *transform.Plan) error {
	if p.Unsharp.Amount == 0 {
		return nil
	}
	if err := materialise(img); err != nil {
		return vipsError(nil, "compute the pixels", err)
	}
	return onColors(img, func(colors *vips.ImageRef) error {
		blurred, err := colors.Copy()
		if err != nil {
			return vipsError(nil, "copy", err)
		}
		defer blurred.Close()
		if err := blur(blurred, p.Unsharp.Radius); err != nil {
			return err
		}
		amount := float64(p.Unsharp.Amount) / 100
		return steps("mask",
			func() error { return blurred.Linear1(amount, 0) },
			func() error { return colors.Linear1(1+amount, 0) },
			func() error { return colors.Subtract(blurred) },
			func() error { return roundTo8(colors) })
	})
}

func soften(img *vips.ImageRef, p *transform.Plan) error {
	if p.Blur == 0 {
		return nil
	}
	return blur(img, p.Blur)
}

// blur is a Gaussian. A wide one is done on a smaller copy, where it is alike
// and does not cost its radius in every pixel.
func blur(img *vips.ImageRef, sigma float64) error {
	const wide = 8.0
	width, height := img.Width(), img.Height()
	if err := img.PremultiplyAlpha(); err != nil {
		return vipsError(nil, "premultiply", err)
	}
	// In whole numbers a flat 200 becomes 198: the mask's are rounded.
	if err := img.Cast(vips.BandFormatFloat); err != nil {
		return vipsError(nil, "cast", err)
	}
	if factor := sigma / (wide / 2); factor > 2 {
		small := func(side int) float64 { return max(1, float64(side)/factor) / float64(side) }
		if err := img.ResizeWithVScale(small(width), small(height), vips.KernelLinear); err != nil {
			return vipsError(nil, "shrink to blur", err)
		}
		sigma = wide / 2
	}
	// The mask reaches to where the Gaussian falls under a fiftieth; libvips'
	// own fifth makes a standard deviation under a pixel no blur at all.
	if err := img.GaussianBlur(sigma, 0.02); err != nil {
		return vipsError(nil, "blur", err)
	}
	if img.Width() != width || img.Height() != height {
		if err := enlarge(img, transform.Size{Width: width, Height: height}); err != nil {
			return vipsError(nil, "enlarge after blur", err)
		}
	}
	return steps("unpremultiply", img.UnpremultiplyAlpha, func() error { return roundTo8(img) })
}

// roundTo8 rounds to 8 bits, where a cast alone cuts.
func roundTo8(img *vips.ImageRef) error {
	return steps("cast to 8 bits",
		func() error { return img.Linear1(1, 0.5) },
		func() error { return img.Cast(vips.BandFormatUchar) })
}
