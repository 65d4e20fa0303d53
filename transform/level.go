package transform

import (
	"fmt"
	"slices"
)

// Level is a reduced copy of an original: upright, in its colours and by its profile, without what else it
// says. Small renditions are made from it, so that the original need not be decoded for each.
type Level struct {
	// Edge is the longest side in pixels.
	Edge int `json:"edge"`
	// Format is of its file; NoFormat where a file would not be worth its bytes.
	Format Format `json:"format,omitempty"`
	Size
	Bytes int64 `json:"bytes,omitempty"`
}

// String names the file of a level.
func (l Level) String() string { return fmt.Sprintf("%d.%s", l.Edge, l.Format.Ext()) }

// LevelFile is a level with its bytes.
type LevelFile struct {
	Level
	Body []byte
}

// DefaultLevels are the edges of the levels that are made where nothing else is said.
var DefaultLevels = []int{2048, 1024, 512}

// wellBelow is how much longer than a level its original is, at least.
const wellBelow = 1.5

// Levels are the longest sides of the levels that an original may have, the largest first: of edges those that are
// well below its size. Drawings, documents and animations have none, nor have pictures of more than 8 bits.
func (s Source) Levels(edges []int) []int {
	if s.Format.Vector() || s.Frames > 1 || s.Depth > 8 {
		return nil
	}
	var all []int
	for _, edge := range edges {
		if wellBelow*float64(edge) <= float64(max(s.Width, s.Height)) {
			all = append(all, edge)
		}
	}
	slices.Sort(all)
	slices.Reverse(all)
	return slices.Compact(all)
}

// Reduced is the upright size of a level of an edge.
func (s Source) Reduced(edge int) Size {
	full := s.Upright()
	factor := float64(edge) / float64(max(full.Width, full.Height))
	return Size{round(float64(full.Width) * factor), round(float64(full.Height) * factor)}
}

// What a level must leave for the resampler: a resize that it meets exactly looks soft. Where a region is cut out of
// the level its edges lie between two pixels, and more must be left for that not to show.
const (
	levelFactor       = 1.2
	levelRegionFactor = 2
)

// Level is the one of levels that serves the plan: the smallest that leaves the resampler enough. There is none
// for what is not in levels: what a file says beside its pixels, and what is to be without loss.
func (p *Plan) Level(levels []Level) (best Level, ok bool) {
	if p.Animated || p.Source.Page > 1 || p.Orientation != p.Source.Orientation || p.Choice.Source ||
		p.Meta != MetaStrip || p.Encode.Lossless || p.Encode.Deep {
		return best, false
	}
	least := levelFactor
	full, scaled := p.Source.Upright(), p.uprightScaled()
	region := full
	if p.Region.Width > 0 {
		region, least = p.uprightRegion().size(), levelRegionFactor
	}
	// A side may have been rounded up.
	factor := min(float64(region.Width)/(float64(scaled.Width)-0.5), float64(region.Height)/(float64(scaled.Height)-0.5))
	for _, l := range levels {
		share := min(float64(l.Width)/float64(full.Width), float64(l.Height)/float64(full.Height))
		if l.Format != NoFormat && factor*share >= least && (!ok || l.Edge < best.Edge) {
			best, ok = l, true
		}
	}
	return best, ok
}

// From is the plan with a level in the original's place.
func (p Plan) From(l Level) Plan {
	full, scaled := p.Source.Upright(), p.uprightScaled()
	region := l.Size
	if p.Region.Width > 0 {
		p.Region = p.uprightRegion().reduced(full, l.Size, p.Trimmed)
		region = p.Region.size()
	}
	p.Source = Source{Format: l.Format, Width: l.Width, Height: l.Height, Orientation: 1, Frames: 1, Alpha: p.Source.Alpha, Grey: p.Source.Grey}
	p.Orientation, p.Scaled = 1, scaled
	p.Shrink = p.shrink(region, scaled)
	return p
}

func (p *Plan) uprightScaled() Size {
	if p.Orientation >= 5 {
		return p.Scaled.swapped()
	}
	return p.Scaled
}

func (p *Plan) uprightRegion() Area {
	return p.Region.Upright(p.Orientation, Size{p.Source.Width, p.Source.Height})
}

// reduced is where an area of an image is in a smaller copy: to the nearest pixel, or with no part of what is
// around it.
func (a Area) reduced(full, small Size, within bool) Area {
	x0, x1 := reducedSpan(a.X, a.Width, full.Width, small.Width, within)
	y0, y1 := reducedSpan(a.Y, a.Height, full.Height, small.Height, within)
	return Area{x0, y0, x1 - x0, y1 - y0}
}

func reducedSpan(start, length, full, small int, within bool) (from, to int) {
	up, down := full/2, full/2 // of what is rounded
	if within {
		up, down = full-1, 0
	}
	from = min((start*small+up)/full, small-1)
	return from, max(from+1, min(((start+length)*small+down)/full, small))
}
