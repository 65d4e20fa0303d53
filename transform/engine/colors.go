package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// adjust changes tones, then colours.
func adjust(img *vips.ImageRef, p *transform.Plan) error {
	if err := curve(img, p.Adjust); err != nil {
		return err
	}
	if err := recolor(img, p.Adjust.Colors()); err != nil {
		return err
	}
	return vibrance(img, p.Adjust)
}

// stylize changes colours for effect.
func stylize(img *vips.ImageRef, p *transform.Plan) error { return recolor(img, p.Style.Colors()) }

// curve looks every level up, but for alpha.
func curve(img *vips.ImageRef, a transform.Adjust) error {
	levels := a.Tones()
	bands := img.Bands()
	table := make([]byte, 0, len(levels)*bands)
	changes := false
	for i, level := range levels {
		changes = changes || int(level) != i
		for band := range bands {
			if band < 3 {
				table = append(table, level)
			} else {
				table = append(table, byte(i))
			}
		}
	}
	if !changes {
		return nil
	}
	lut, err := vips.NewImageFromMemory(table, len(levels), 1, bands, vips.BandFormatUchar, vips.InterpretationSRGB)
	if err != nil {
		return vipsError(nil, "make a table of tones", err)
	}
	defer lut.Close()
	return step("change tones", img.Maplut(lut))
}

// recolor applies a matrix to every colour.
func recolor(img *vips.ImageRef, m transform.Matrix) error {
	if m == transform.Identity {
		return nil
	}
	var rows [][]float64
	once, offsets := make([]float64, img.Bands()), make([]float64, img.Bands())
	for i := range once {
		once[i] = 1
		if i < len(m) {
			rows = append(rows, append([]float64(nil), m[i][:3]...))
			offsets[i] = m[i][3]
		}
	}
	return steps("change colours",
		func() error { return img.Recomb(rows) },
		func() error { return img.Linear(once, offsets) },
		func() error { return roundTo8(img) })
}

// vibrance changes chroma, in CIELCh: each band is multiplied, the other two by 1.
func vibrance(img *vips.ImageRef, a transform.Adjust) error {
	if a.Vibrance == 0 {
		return nil
	}
	once, squared := a.Chroma()
	return onColors(img, func(colors *vips.ImageRef) error {
		if err := colors.ToColorSpace(vips.InterpretationLCH); err != nil {
			return vipsError(nil, "convert to LCh", err)
		}
		factor, err := colors.Copy()
		if err != nil {
			return vipsError(nil, "copy", err)
		}
		defer factor.Close()
		return steps("change the chroma",
			func() error { return factor.Linear([]float64{0, squared, 0}, []float64{1, once, 1}) },
			func() error { return colors.Multiply(factor) },
			func() error { return colors.ToColorSpace(vips.InterpretationSRGB) })
	})
}

// onColors does something to an image without its alpha, which it then has again.
func onColors(img *vips.ImageRef, do func(colors *vips.ImageRef) error) error {
	if !img.HasAlpha() {
		return do(img)
	}
	alpha, err := img.ExtractBandToImage(img.Bands()-1, 1)
	if err != nil {
		return vipsError(nil, "take the alpha", err)
	}
	defer alpha.Close()
	if err := img.ExtractBand(0, img.Bands()-1); err != nil {
		return vipsError(nil, "take the colours", err)
	}
	if err := do(img); err != nil {
		return err
	}
	return step("put the alpha back", img.BandJoin(alpha))
}

// steps does one thing after the other, which together are one.
func steps(what string, do ...func() error) error {
	for _, one := range do {
		if err := one(); err != nil {
			return vipsError(nil, what, err)
		}
	}
	return nil
}
