package transform

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Report is what a URL asks to be told of an image, in place of a picture. The zero Report is
// none: a picture is asked for. What else the URL says has no effect then, since what is told is
// known of the original.
type Report struct {
	Kind   ReportKind
	Colors int    // 0 to MostSwatches; only of palettes
	Prefix string // of the classes' names; only with PaletteCSS
}

// ReportKind is what is told.
type ReportKind uint8

// The kinds.
const (
	NoReport    ReportKind = iota
	InfoJSON               // all that is known
	BlurHash               // blurha.sh
	ThumbHash              // evanw.github.io/thumbhash, in base64
	PaletteJSON            // the colours
	PaletteCSS             // the colours, as classes
)

const usualPrefix = "image"

// reports are the parameters that ask to be told, and have no meaning in instructions.
var reports = nameSet(`palette colors prefix`)

// parseFmReport reads fm's values that are no formats, and tells whether it is one.
func parseFmReport(d *draft, s string) bool {
	switch s {
	case "json":
		d.Report.Kind = InfoJSON
	case "blurhash":
		d.Report.Kind = BlurHash
	case "thumbhash":
		d.Report.Kind = ThumbHash
	default:
		return false
	}
	return true
}

func parsePalette(d *draft, s string) error {
	switch s {
	case "json":
		d.palette = PaletteJSON
	case "css":
		d.palette = PaletteCSS
	default:
		return fmt.Errorf("%q is neither json nor css", s)
	}
	return nil
}

// mostPrefix is how long a prefix may be, in characters.
const mostPrefix = 64

// parsePrefix takes what begins the name of a class in CSS as it is, unescaped.
func parsePrefix(d *draft, s string) error {
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
	if s == "" || len(s) > mostPrefix || !strings.Contains(letters, s[:1]) || strings.Trim(s, letters+"0123456789-") != "" {
		return fmt.Errorf("%.80q is not 1 to %d letters, digits, hyphens and underscores that begin with no digit or hyphen", s, mostPrefix)
	}
	d.Report.Prefix = strings.Clone(s)
	return nil
}

// report settles what is asked to be told, a palette before all else, and drops what has no effect on it.
func (d *draft) report() {
	if d.palette != NoReport {
		d.Report.Kind = d.palette
	}
	switch d.Report.Kind {
	case PaletteCSS:
	case PaletteJSON:
		d.Report.Prefix = ""
	default:
		d.Report.Colors, d.Report.Prefix = 0, ""
	}
	if d.Report.Kind != NoReport {
		d.Recipe, d.Download, d.DownloadName = Recipe{}, false, ""
	}
}

// JSON is the palette as a document, of the n most frequent colours at most, and whatever n
// is those for which there are names.
func (p Palette) JSON(n int) ([]byte, error) {
	type color struct {
		Hex   string  `json:"hex"`
		Red   float64 `json:"red"` // 0 to 1
		Green float64 `json:"green"`
		Blue  float64 `json:"blue"`
		Share float64 `json:"share,omitempty"`
	}
	of := func(c RGB, share float64) color {
		return color{c.String(), float64(c.R) / 255, float64(c.G) / 255, float64(c.B) / 255, share}
	}
	document := struct {
		Colors           []color          `json:"colors"`
		AverageLuminance float64          `json:"average_luminance"`
		DominantColors   map[string]color `json:"dominant_colors"`
	}{[]color{}, p.Luminance(), map[string]color{}}
	for _, s := range p.Reduced(n) {
		document.Colors = append(document.Colors, of(s.Color, s.Share))
	}
	for name, c := range p.Characters() {
		document.DominantColors[name] = of(c, 0)
	}
	return json.Marshal(document)
}

// CSS is the same as classes whose names begin with a prefix: of each colour one for what is
// written, and one for what is behind.
func (p Palette) CSS(n int, prefix string) string {
	var css strings.Builder
	classes := func(name string, c RGB) {
		fmt.Fprintf(&css, ".%s-fg-%s { color:%s; }\n.%[1]s-bg-%[2]s { background-color:%[3]s; }\n", prefix, name, c)
	}
	for i, s := range p.Reduced(n) {
		classes(fmt.Sprint(i+1), s.Color)
	}
	named := p.Characters()
	for _, c := range characters {
		if color, ok := named[c.name]; ok {
			classes(strings.ReplaceAll(c.name, "_", "-"), color)
		}
	}
	if css.Len() == 0 { // or HEAD would have no length to tell
		return "/* none */\n"
	}
	return css.String()
}
