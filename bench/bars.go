package bench

import (
	"fmt"
	"slices"
)

// bars is a plot of one measure of all parts, a bar for each target.
type bars struct {
	title, unit string
	of          func(Sample) float64 // 0 is not known
}

// Sizes of bars, in pixels.
const (
	barHeight = 14
	barGap    = 3
	groupGap  = 14
)

// draw is empty where nothing is known. The part that has all others in it is left out: it is a sum
// of unlike things.
func (b bars) draw(parts []*Part) string {
	parts = slices.DeleteFunc(slices.Clone(parts), func(p *Part) bool { return p.Name == "all" })
	most, widest, rows := 0.0, 0.0, 0
	var names []string
	for _, p := range parts {
		widest = max(widest, textWidth(p.Name))
		rows += len(p.Targets)
		for _, t := range p.Targets {
			most = max(most, b.of(t.Total))
			if !slices.Contains(names, t.Target) {
				names = append(names, t.Target)
			}
		}
	}
	if most == 0 {
		return ""
	}
	const head = 74 // with a legend of one line
	c := newCanvas(plotWidth, head+float64(rows*(barHeight+barGap)+len(parts)*groupGap)+legendEnd(plotWidth, legendAt, names)-legendAt, b.title+", in "+b.unit)
	y := c.legend(legendAt, names, "f") + 20
	left := margin + widest + 10
	const beside = 60 // for the figure of the longest bar
	scale := (c.width - left - margin - beside) / most
	for _, p := range parts {
		c.label(left-10, y+float64(len(p.Targets)*(barHeight+barGap))/2+3, "end", p.Name)
		for _, t := range p.Targets {
			c.bar(left, y, b.of(t.Total), scale, slices.Index(names, t.Target))
			y += barHeight + barGap
		}
		y += groupGap
	}
	return c.end()
}

// bar is one with its figure.
func (c *canvas) bar(x, y, value, scale float64, series int) {
	fmt.Fprintf(&c.text, `<rect x="%.1f" y="%.1f" width="%.1f" height="%d" class="f%d"/>`+"\n", x, y, max(value*scale, 1), barHeight, series%seriesStyles)
	c.label(x+value*scale+6, y+11, "faint", figure(value))
}
