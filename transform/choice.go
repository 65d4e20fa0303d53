package transform

import (
	"fmt"
	"slices"
	"strings"
)

// Choice is what a render process looks at before it answers: which of several files is the
// smallest, and whether one is small enough. The zero Choice is none: what is asked for is the answer.
type Choice struct {
	// Rivals are other formats that the client takes as well. One is the answer where it is smaller.
	Rivals []Encode `json:"rivals,omitempty"`
	// Lossless is how a drawing is written instead, where that takes little more; nil for not at all.
	Lossless *Encode `json:"lossless,omitempty"`
	// Source is whether the source's own file may be the answer where it is smaller: its pixels
	// are those that are asked for.
	Source bool `json:"source,omitempty"`
	// MaxBytes is how large the file may be, if that can be had by a lower quality; 0 for any size.
	MaxBytes int `json:"maxBytes,omitempty"`
}

// The bounds of max-bytes. Below the least no file has a picture in it.
const (
	leastBytes = 100
	mostBytes  = 1 << 30
)

// compressedScore is what auto=compress has a picture come to, of SSIMULACRA 2's 100: by its author's words, high quality.
const compressedScore = 70

// compressedQuality is q where auto=compress does not look, on JPEG's scale: of twelve photographs at
// 800 pixels, multi-scale structural similarity is 0.9940 instead of 0.9965 at q=75, and JPEGs take 75 % of the bytes.
const compressedQuality = 60

// among are the formats that may be answered with in place of the one that the client prefers, and
// that one: WebP where the client names it, and what it would get if it named none. They are nothing
// to choose from where there is but one, and it is lossy alone or never.
func (r Recipe) among(plain Format, webp bool) FormatSet {
	formats := Formats(r.Format, plain)
	if webp {
		formats |= Formats(WebP)
	}
	if formats == Formats(r.Format) && r.Format != WebP || r.Lossless {
		return 0
	}
	return formats
}

// spellAmong is how a key has the formats; no URL has.
func (r Recipe) spellAmong() string {
	return strings.ReplaceAll(r.Among.String(), " ", "")
}

// choose works out what there is to choose from.
func (p *Plan) choose(r Recipe) {
	p.Choice.MaxBytes = r.MaxBytes
	for _, f := range r.Among.List() {
		if f == r.Format || !f.profiles() && r.Space != SpaceSRGB {
			continue
		}
		rival := r
		rival.Format, rival.Among = f, 0
		p.Choice.Rivals = append(p.Choice.Rivals, p.encode(rival.canonicalOutput()))
	}
	const large = 2_000_000 // pixels: writing so much without loss takes a second
	if r.Among.Has(WebP) && r.Quality == 0 && p.frames()*p.Out.Width*p.Out.Height <= large {
		lossless := r
		lossless.Format, lossless.Lossless, lossless.Among = WebP, true, 0
		e := p.encode(lossless.canonicalOutput())
		p.Choice.Lossless = &e
	}
	p.Choice.Source = p.isSource(r)
}

// Admits tells whether the plan may come to a file of the format.
func (p *Plan) Admits(f Format) bool {
	return f == p.Encode.Format || p.Choice.Lossless != nil && f == p.Choice.Lossless.Format ||
		slices.ContainsFunc(p.Choice.Rivals, func(e Encode) bool { return e.Format == f })
}

// isSource tells whether the source's own file is what is asked for, but for what it says beside
// its pixels.
func (p *Plan) isSource(r Recipe) bool {
	s := p.Source
	asked := r.Format == s.Format || r.Among.Has(s.Format)
	own := r // in the source's format, of which some has no meaning
	own.Format, own.Among = s.Format, 0
	own = own.canonicalOutput()
	usual := Recipe{Format: own.Format, Quality: own.Quality, AutoCompress: own.AutoCompress}
	stored := Size{s.Width, s.Height}
	return asked && r.Space == SpaceSRGB && r.Meta == MetaStrip && own.output() == usual.output() && s.Page == 0 && (s.Frames == 1 || p.Animated && p.Motion == Motion{}) &&
		p.Orientation == 1 && p.Region.Width == 0 && !p.Trimmed && p.Scaled == stored && p.Out == stored &&
		p.Turn == 0 && !p.FlipH && !p.FlipV && p.untouched()
}

// output is what the Recipe says of the file alone.
func (r Recipe) output() Recipe {
	return Recipe{
		Format: r.Format, Progressive: r.Progressive, Palette: r.Palette, Quality: r.Quality, Lossless: r.Lossless,
		Chroma: r.Chroma, Colors: r.Colors, Space: r.Space, Meta: r.Meta, AutoCompress: r.AutoCompress,
	}
}

func parseMaxBytes(d *draft, s string) error {
	if err := parseInt(s, leastBytes, mostBytes, &d.MaxBytes); err != nil {
		return fmt.Errorf("%w bytes", err)
	}
	return nil
}
