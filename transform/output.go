package transform

import "fmt"

// Chroma is how many of the pixels have a colour of their own, beside their brightness.
type Chroma uint8

// The samplings. AutoChroma is a quarter, but for JPEGs of a quality of 90 and more.
const (
	AutoChroma Chroma = iota
	Chroma420         // a quarter
	Chroma444         // all
)

var chromaNames = [...]string{Chroma420: "420", Chroma444: "444"}

func (c Chroma) String() string { return chromaNames[c] }

func parseChroma(d *draft, s string) error {
	switch s {
	case "420":
		d.Chroma = Chroma420
	case "444":
		d.Chroma = Chroma444
	case "422":
		return fmt.Errorf("422 is not supported by Lightwell; 420 and 444 are")
	default:
		return fmt.Errorf("%q is neither 420 nor 444", s)
	}
	return nil
}

// mostColors is what a palette holds.
const mostColors = 256

func parseColors(d *draft, s string) error { return parseWhole(s, 2, mostColors, &d.Colors) }

// colors is how many a palette may have.
func (r Recipe) colors() int {
	if r.Colors == 0 {
		return mostColors
	}
	return r.Colors
}

// progressive reads jpg-progressive, which is said whatever fm says.
func parseProgressive(d *draft, s string) error {
	var is bool
	err := parseBool(s, &is)
	d.progressive = &is
	return err
}

func spellProgressive(r Recipe) string { return flag(r.Progressive && r.Format != JPEG) }

// canonicalOutput drops what the format has no use for. Before the format is known, all
// may be of use.
func (r Recipe) canonicalOutput() Recipe {
	known := r.Format != NoFormat && !r.AutoFormat
	if r.Colors == mostColors || known && !r.Palette && r.Format != GIF {
		r.Colors = 0
	}
	if known && !r.Format.Lossy() {
		r.Quality = 0
	}
	if known && !r.Format.either() {
		r.Lossless = false
	}
	if known && r.Lossless {
		r.Quality, r.Chroma = 0, AutoChroma
	}
	if r.Lossless && known || known && !r.Format.Lossy() && r.Format != PNG || r.Palette {
		r.AutoCompress = false
	}
	if known && r.Format != JPEG {
		r.Progressive = false
	}
	if known && r.Format != JPEG && r.Format != AVIF {
		r.Chroma = AutoChroma
	}
	if known && !r.Format.profiles() {
		r.Space = SpaceSRGB
	}
	if known && !r.Format.describes() {
		r.Meta = MetaStrip
	}
	if r.Quality == DefaultQuality {
		r.Quality = 0
	}
	return r
}
