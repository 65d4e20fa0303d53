package transform

// Encode is how the rendition is written.
type Encode struct {
	Format      Format `json:"format"`
	Quality     int    `json:"quality,omitempty"` // the encoder's own, 1 to 100; 0 for formats without
	Progressive bool   `json:"progressive,omitempty"`
	Effort      int    `json:"effort,omitempty"` // the encoder's own scale; higher is slower and smaller
	Lossless    bool   `json:"lossless,omitempty"`
	// Chroma is how much of the colour is left; AutoChroma is the encoder's own choice.
	Chroma Chroma `json:"chroma,omitempty"`
	Deep   bool   `json:"deep,omitempty"` // more than 8 bits a channel
	Grey   bool   `json:"grey,omitempty"` // brightness alone
	// Reduce is whether a drawing may get a palette, whatever colours it has.
	Reduce bool `json:"reduce,omitempty"`
	// Colors is how many a palette may have, 0 for no palette but the one that the format wants.
	Colors int `json:"colors,omitempty"`
}

// Encode is how the Recipe's result is written; only for a resolved Recipe.
func (r Recipe) Encode() Encode {
	e := Encode{Format: r.Format, Progressive: r.Progressive}
	quality := r.Quality
	switch {
	case quality > 0:
	case r.AutoCompress:
		quality = compressedQuality
	default:
		quality = DefaultQuality
	}
	switch r.Format {
	case JPEG:
		e.Quality = quality
	case WebP:
		e.Quality, e.Effort = webpScale.of(quality), 4
	case AVIF:
		e.Quality, e.Effort = avifScale.of(quality), 2
	case GIF:
		e.Effort = 7
		e.Colors = r.Colors
	case PNG:
		if r.Palette {
			e.Effort, e.Colors = 7, r.colors()
		}
		if r.AutoCompress {
			e.Effort, e.Reduce = 7, true
		}
	case JXL:
		e.Quality, e.Effort = jxlScale.of(quality), 4
	}
	e.Chroma = r.Chroma
	if r.Lossless {
		e.Lossless, e.Quality = true, 0
	}
	return e
}

// sized lowers the effort of the slowest encoders for large results, which would
// meet their deadline otherwise: 22 megapixels at the full effort take 10 s. For WebP all frames
// count: 2 in place of 4 takes 0.56 of the time for 2 % more bytes, on 250 frames of a photograph.
func (e Encode) sized(out Size, frames int) Encode {
	const large = 2_000_000 // pixels
	pixels := out.Width * out.Height
	if e.Format == WebP && frames > 1 && pixels*frames > large && !e.Lossless {
		e.Effort = 2
	}
	if pixels <= large {
		return e
	}
	switch e.Format {
	case AVIF:
		e.Effort = 1
	case GIF:
		e.Effort = 2
	}
	return e
}

// scale maps q, which is on JPEG's scale, to an encoder's own quality.
type scale []struct{ q, own float64 }

// The scales that give the luma of twelve photographs, at 800 pixels and with the
// efforts above, the multi-scale structural similarity of a JPEG of that q
// (geometric mean; libvips 8.14.1, libwebp 1.2.4, libaom 3.6.0, libjxl 0.7.0). Equal scores
// took 72 % of the JPEG's bytes as AVIF, 84 % as JPEG XL and 91 % as WebP at q=75.
var (
	avifScale = scale{{1, 5}, {30, 40}, {50, 52}, {75, 69}, {90, 85}, {100, 100}}
	jxlScale  = scale{{1, leastJXL}, {30, 26}, {50, 65}, {75, 82}, {90, 93}, {100, 100}}
	webpScale = scale{{1, 1}, {30, 30}, {50, 62}, {75, 84}, {90, 94}, {100, 100}}
)

// leastJXL is the lowest quality of JPEG XL that there is: below it libvips 8.14 asks libjxl for more than the
// distance of 25 that it takes, and gets a file as if nothing had been asked.
const leastJXL = 5

// LeastQuality is the encoder's own lowest quality of a format.
func (f Format) LeastQuality() int {
	if f == JXL {
		return leastJXL
	}
	return 1
}

// of interpolates between the points that were measured.
func (s scale) of(q int) int {
	x := float64(q)
	for i := 1; i < len(s); i++ {
		if a, b := s[i-1], s[i]; x <= b.q {
			return int(a.own + (x-a.q)/(b.q-a.q)*(b.own-a.own) + 0.5)
		}
	}
	return 100
}
