package bench

import (
	"fmt"
	"html"
	"math"
	"os"
	"path/filepath"
	"strings"
)

// WriteSVG writes plots into a folder: latencies by percentile of each open loop, and what renditions
// cost and how long they take by width and format. The folder is made if need be.
func (r *Report) WriteSVG(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, plot := range r.plots() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(plot), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// plots are all for which there are figures, by the names of their files.
func (r *Report) plots() map[string]string {
	plots := map[string]string{}
	for _, s := range r.Scenarios {
		for _, p := range s.Parts {
			if svg := curves(s.Name, p); p.Loop == "open" && svg != "" {
				plots[s.Name+"-latency.svg"] = svg
			}
		}
		if s.Name != "cold" {
			continue
		}
		for name, b := range map[string]bars{
			"cold-cpu.svg":     {"CPU time of a rendition that was not there", "milliseconds", measures[0].of},
			"cold-latency.svg": {"Time to a rendition that was not there, median", "milliseconds", measures[1].of},
		} {
			if svg := b.draw(s.Parts); svg != "" {
				plots[name] = svg
			}
		}
	}
	return plots
}

// style is that of all plots: whoever looks at them in the dark has them dark. Series differ by their
// dashes, too.
const style = `<style>
text { font: 13px system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.faint { fill: #59636e; font-size: 12px }
.end { text-anchor: end } .middle { text-anchor: middle }
.ground { fill: #ffffff } .grid { stroke: #d1d9e0; stroke-width: 1; fill: none }
.line { fill: none; stroke-width: 2; stroke-linejoin: round }
.s0 { stroke: #0b63c4 } .s1 { stroke: #c2410c } .s2 { stroke: #15803d } .s3 { stroke: #7c3aed } .s4 { stroke: #8a6100 } .s5 { stroke: #a21caf }
.f0 { fill: #0b63c4 } .f1 { fill: #c2410c } .f2 { fill: #15803d } .f3 { fill: #7c3aed } .f4 { fill: #8a6100 } .f5 { fill: #a21caf }
.s1 { stroke-dasharray: 7 3 } .s2 { stroke-dasharray: 2 3 } .s3 { stroke-dasharray: 9 3 2 3 } .s4 { stroke-dasharray: 12 4 } .s5 { stroke-dasharray: 1 2 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 } .faint { fill: #9198a1 } .ground { fill: #0d1117 } .grid { stroke: #30363d }
.s0 { stroke: #6cb6ff } .s1 { stroke: #ff9e64 } .s2 { stroke: #7ee787 } .s3 { stroke: #d2a8ff } .s4 { stroke: #e3b341 } .s5 { stroke: #f0a6ff }
.f0 { fill: #6cb6ff } .f1 { fill: #ff9e64 } .f2 { fill: #7ee787 } .f3 { fill: #d2a8ff } .f4 { fill: #e3b341 } .f5 { fill: #f0a6ff }
}
</style>
`

const seriesStyles = 6

// canvas is an SVG that is drawn.
type canvas struct {
	text          strings.Builder
	width, height float64 // pixels
}

func newCanvas(width, height float64, title string) *canvas {
	c := &canvas{width: width, height: height}
	fmt.Fprintf(&c.text, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %.0f" width="%.0f" height="%.0f" role="img">`+"\n", width, height, width, height)
	fmt.Fprintf(&c.text, "<title>%s</title>\n%s", html.EscapeString(title), style)
	fmt.Fprintf(&c.text, `<rect class="ground" width="%.0f" height="%.0f"/>`+"\n", width, height)
	c.label(margin, 28, "title", title)
	return c
}

// Sizes in pixels.
const (
	plotWidth = 760
	margin    = 20 // around a plot
	legendAt  = 54 // the legend's first line
)

func (c *canvas) label(x, y float64, class, text string) {
	fmt.Fprintf(&c.text, `<text x="%.1f" y="%.1f" class="%s">%s</text>`+"\n", x, y, class, html.EscapeString(text))
}

func (c *canvas) line(x1, y1, x2, y2 float64, class string) {
	fmt.Fprintf(&c.text, `<path d="M%.1f %.1fL%.1f %.1f" class="%s"/>`+"\n", x1, y1, x2, y2, class)
}

func (c *canvas) end() string { return c.text.String() + "</svg>\n" }

// legend names series in rows that are no wider than the canvas, and returns where the last is.
func (c *canvas) legend(y float64, names []string, class string) float64 {
	for i, at := range legendPlaces(c.width, y, names) {
		if class == "f" {
			fmt.Fprintf(&c.text, `<rect x="%.1f" y="%.1f" width="24" height="10" class="f%d"/>`+"\n", at.x, at.y-9, i%seriesStyles)
		} else {
			c.line(at.x, at.y-4, at.x+24, at.y-4, fmt.Sprintf("line s%d", i%seriesStyles))
		}
		c.label(at.x+30, at.y, "", names[i])
	}
	return legendEnd(c.width, y, names)
}

type place struct{ x, y float64 }

func legendPlaces(width, y float64, names []string) (places []place) {
	x := float64(margin)
	for _, name := range names {
		own := 44 + textWidth(name)
		if x > margin && x+own > width-margin {
			x, y = margin, y+20
		}
		places = append(places, place{x, y})
		x += own
	}
	return places
}

func legendEnd(width, y float64, names []string) float64 {
	if places := legendPlaces(width, y, names); len(places) > 0 {
		return places[len(places)-1].y
	}
	return y
}

// textWidth is about how wide a text is, in pixels: no font is at hand to ask.
func textWidth(text string) float64 { return 7.6 * float64(len([]rune(text))) }

// decades is the least range of powers of ten that has two values in it.
func decades(least, most float64) (from, to float64) {
	from, to = math.Floor(math.Log10(least)), math.Ceil(math.Log10(most))
	if to <= from {
		to = from + 1
	}
	return from, to
}
