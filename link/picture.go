package link

import (
	"fmt"
	"html"
	"strings"
)

// Picture is what a page says of a picture.
type Picture struct {
	// Width and Height are those of the picture that the parameters give at its largest,
	// or of the fixed size that they ask for, in pixels: the browser keeps room of that
	// shape. Zero for not known.
	Width, Height int
	// Alt is what is read out instead; "" for a picture that only decorates.
	Alt string
	// Sizes is how wide it is shown, as in (max-width: 600px) 100vw, 600px; "" for 100vw.
	// It does not count where the size is fixed.
	Sizes string
	// Eager has it loaded before it comes near to being seen.
	Eager bool
}

// fallbackWidth is what browsers get that know no srcset, in pixels.
const fallbackWidth = 1024

// HTML is a <picture> that offers an image as AVIF, as WebP, and as the parameters say,
// each in the widths or densities of Srcset. All of it is escaped.
func (b Builder) HTML(id string, p Picture, params ...Pair) string {
	var out strings.Builder
	out.WriteString("<picture>\n")
	others := without(params, "fm", "fm64", "auto", "auto64")
	for _, format := range []string{"avif", "webp"} {
		set := b.Srcset(id, p.Width, append(others[:len(others):len(others)], Pair{"fm", format})...)
		out.WriteString("  <source" + attribute("type", "image/"+format) + attribute("srcset", set) + p.sizes(params) + ">\n")
	}
	out.WriteString("  <img" + attribute("src", b.fallback(id, p, params)) + attribute("srcset", b.Srcset(id, p.Width, params...)) + p.sizes(params))
	if p.Width > 0 && p.Height > 0 {
		out.WriteString(attribute("width", fmt.Sprint(p.Width)) + attribute("height", fmt.Sprint(p.Height)))
	}
	out.WriteString(attribute("alt", p.Alt))
	if !p.Eager {
		out.WriteString(attribute("loading", "lazy"))
	}
	out.WriteString(attribute("decoding", "async") + ">\n</picture>\n")
	return out.String()
}

// fallback never is the original: that may be large, and tell where it was taken.
func (b Builder) fallback(id string, p Picture, params []Pair) string {
	if isFixed(params) {
		return b.URL(id, params...)
	}
	widths := b.widths(p.Width)
	fit := widths[0]
	for _, w := range widths {
		if w <= fallbackWidth {
			fit = max(least, w)
		}
	}
	return b.URL(id, with(params, "w", fit)...)
}

func (p Picture) sizes(params []Pair) string {
	if isFixed(params) {
		return ""
	}
	if p.Sizes == "" {
		return attribute("sizes", "100vw")
	}
	return attribute("sizes", p.Sizes)
}

func attribute(name, value string) string {
	return " " + name + `="` + html.EscapeString(value) + `"`
}
