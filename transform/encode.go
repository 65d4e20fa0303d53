package transform

// Encode is how the rendition is written.
type Encode struct {
	Format      Format `json:"format"`
	Quality     int    `json:"quality,omitempty"` // the encoder's own, 1 to 100; 0 for formats without
	Progressive bool   `json:"progressive,omitempty"`
	Effort      int    `json:"effort,omitempty"` // the encoder's own scale; higher is slower and smaller
}

// Encode is how the Recipe's result is written; only for a resolved Recipe.
func (r Recipe) Encode() Encode {
	e := Encode{Format: r.Format, Progressive: r.Progressive}
	quality := r.Quality
	if quality == 0 {
		quality = DefaultQuality
	}
	switch r.Format {
	case JPEG:
		e.Quality = quality
	case WebP:
		e.Quality, e.Effort = quality, 4
	case AVIF:
		e.Quality, e.Effort = avifQuality(quality), 2
	}
	return e
}

// avifScale maps q, which is on JPEG's scale, to the AVIF encoder's quality.
var avifScale = [...]struct{ q, avif float64 }{{1, 1}, {50, 40}, {75, 55}, {90, 75}, {100, 100}}

// avifQuality interpolates avifScale.
func avifQuality(q int) int {
	x := float64(q)
	for i := 1; i < len(avifScale); i++ {
		if a, b := avifScale[i-1], avifScale[i]; x <= b.q {
			return int(a.avif + (x-a.q)/(b.q-a.q)*(b.avif-a.avif) + 0.5)
		}
	}
	return 100
}
