package bench

import (
	"fmt"
	"math"
	"strings"
)

// curves is a plot of latencies by percentile: both axes are logarithmic, that of percentiles in what
// lies beyond them, so that each step is ten times as rare. It is empty where there are no latencies.
func curves(scenario string, p *Part) string {
	var names []string
	var series [][]Quantile
	for _, t := range p.Targets {
		if t.Total.Latency != nil && len(t.Total.Latency.Curve) > 1 {
			names, series = append(names, t.Target), append(series, t.Total.Latency.Curve)
		}
	}
	if len(series) == 0 {
		return ""
	}
	c := newCanvas(plotWidth, 440, fmt.Sprintf("%s: latency by percentile, at %s requests a second", scenario, figure(p.Rate)))
	top := c.legend(legendAt, names, "s") + 22
	f := newFrame(series, 70, top, c.width-margin-70, c.height-62-top)
	f.grid(c)
	for i, s := range series {
		f.draw(c, s, i)
	}
	c.label(f.x+f.width/2, c.height-16, "faint middle", "percentile of requests; time counts from when a request was due")
	return c.end()
}

// frame is where curves are drawn.
type frame struct {
	x, y, width, height float64 // pixels
	from, to            float64 // powers of ten, of milliseconds
	rarest              float64 // power of ten, of what is beyond a percentile
}

func newFrame(series [][]Quantile, x, y, width, height float64) frame {
	f := frame{x: x, y: y, width: width, height: height}
	least, most := math.Inf(1), 0.0
	for _, s := range series {
		for _, q := range s {
			least, most = min(least, q.MS), max(most, q.MS)
			f.rarest = max(f.rarest, rarity(q.Percent))
		}
	}
	least = max(least, 0.001)
	f.from, f.to = decades(least, max(most, least))
	f.rarest = max(f.rarest, 1)
	return f
}

// rarity is 1 for 90 percent, 2 for 99, and so on.
func rarity(percent float64) float64 { return -math.Log10(1 - percent/100) }

func (f frame) at(q Quantile) (x, y float64) {
	x = f.x + f.width*rarity(q.Percent)/f.rarest
	return x, f.y + f.height*(f.to-math.Log10(max(q.MS, 0.001)))/(f.to-f.from)
}

func (f frame) grid(c *canvas) {
	for power := f.from; power <= f.to; power++ {
		for _, n := range []float64{1, 2, 5} {
			ms := n * math.Pow(10, power)
			_, y := f.at(Quantile{0, ms})
			if y < f.y-0.5 {
				continue
			}
			c.line(f.x, y, f.x+f.width, y, "grid")
			if n == 1 || f.to-f.from <= 2 {
				c.label(f.x-8, y+4, "faint end", fmt.Sprintf("%g ms", ms))
			}
		}
	}
	for _, percent := range []float64{0, 50, 90, 99, 99.9, 99.99, 99.999} {
		if x, _ := f.at(Quantile{percent, 1}); x <= f.x+f.width+0.5 {
			c.line(x, f.y, x, f.y+f.height, "grid")
			c.label(x, f.y+f.height+18, "faint middle", fmt.Sprintf("%g%%", percent))
		}
	}
}

func (f frame) draw(c *canvas, s []Quantile, i int) {
	var points []string
	for _, q := range s {
		x, y := f.at(q)
		points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
	}
	fmt.Fprintf(&c.text, `<polyline points="%s" class="line s%d"/>`+"\n", strings.Join(points, " "), i%seriesStyles)
}
