package transform

// Encode is how the rendition is written.
type Encode struct {
	Format  Format `json:"format"`
	Quality int    `json:"quality,omitempty"` // the encoder's own, 1 to 100; 0 for formats without
	// Score, unless 0, is what the picture is to have of SSIMULACRA 2's 100: the quality that gives it is looked for, and
	// Quality is for where it is not.
	Score       float64 `json:"score,omitempty"`
	Progressive bool    `json:"progressive,omitempty"`
	Effort      int     `json:"effort,omitempty"` // the encoder's own scale; higher is slower and smaller
	Lossless    bool    `json:"lossless,omitempty"`
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
	if r.AutoCompress && r.Quality == 0 && r.Format.Lossy() {
		e.Score = compressedScore
	}
	switch r.Format {
	case WebP:
		e.Effort = 4
	case AVIF:
		e.Effort = 2
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
		e.Effort = 4
	}
	if r.Format.Lossy() {
		e = e.WithQ(float64(quality))
	}
	e.Chroma = r.Chroma
	if r.Lossless {
		e.Lossless, e.Quality, e.Score = true, 0, 0
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

// The scales that give twelve photographs the mean score (SSIMULACRA 2) of a JPEG of that q, at 800 pixels and with the
// efforts above (libvips 8.14.1, libwebp 1.2.4, libaom 3.6.0, libjxl 0.7.0), as docs/scales.md has it. From q=90 on a JPEG
// has all of its colours, which a WebP never has.
var (
	avifScale = scale{{1, 5}, {20, 31}, {30, 42}, {40, 49}, {50, 53}, {60, 57}, {70, 64}, {75, 69}, {80, 74}, {85, 80}, {90, 88}, {95, 93}, {100, 100}}
	jxlScale  = scale{{1, leastJXL}, {20, 12}, {30, 25}, {40, 46}, {50, 56}, {60, 64}, {70, 73}, {75, 78}, {80, 82}, {85, 86}, {90, 93}, {95, 96}, {100, 100}}
	webpScale = scale{{1, 1}, {20, 13}, {30, 31}, {40, 47}, {50, 62}, {60, 73}, {70, 80}, {75, 83}, {80, 86}, {85, 89}, {90, 96}, {100, 100}}
)

// scoreScale has those scores.
var scoreScale = scale{{1, -20}, {20, 33.6}, {30, 50.7}, {40, 60.1}, {50, 66.1}, {60, 69.8}, {70, 74.9}, {75, 77.6}, {80, 80.2}, {85, 82.9}, {90, 88.4}, {95, 91.6}, {100, 94}}

// UsualScore is what photographs with q on JPEG's scale score, of SSIMULACRA 2's 100, in the mean.
func UsualScore(q float64) float64 { return scoreScale.at(q) }

// WithQ is the same with the quality that q is on JPEG's scale.
func (e Encode) WithQ(q float64) Encode {
	e.Quality = int(q + 0.5)
	if scale, ok := scales[e.Format]; ok {
		e.Quality = int(scale.at(q) + 0.5)
	}
	return e
}

// scales are those of the encoders whose own is another than JPEG's.
var scales = map[Format]scale{WebP: webpScale, AVIF: avifScale, JXL: jxlScale}

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

// at interpolates between the points that were measured.
func (s scale) at(q float64) float64 {
	for i := 1; i < len(s); i++ {
		if a, b := s[i-1], s[i]; q <= b.q {
			return a.own + (q-a.q)/(b.q-a.q)*(b.own-a.own)
		}
	}
	return s[len(s)-1].own
}
