package link

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

const (
	narrowest = 100  // pixels
	widest    = 8192 // pixels: the most that a URL can ask for
	least     = 2    // and the least, which of a narrower picture gives that one
	tolerance = 0.08
	mostDPR   = 3 // screens beyond it are hardly told from it
)

// Widths are pixels from least to most, each so much larger than the one before that a
// picture in the nearest of them is off by the tolerance at most: 0.08 is 8 percent. They
// are even, but perhaps the last.
func Widths(least, most int, tolerance float64) []int {
	var widths []int
	for w := float64(max(least, 2)); w < float64(most); w = max(w*(1+2*tolerance), w+2) {
		if even := 2 * int(math.Round(w/2)); even < most {
			widths = append(widths, even)
		}
	}
	return append(widths, most)
}

// Srcset is the attribute of that name: a picture in the builder's widths up to its own,
// where the parameters ask for no w and h, with w descriptors. Where they do, the
// picture's size is fixed, and it is offered for screens of one, two and three pixels to
// each of CSS. A width of 0 stands for one that is not known.
//
// It is not escaped for HTML; Picture is.
func (b Builder) Srcset(id string, width int, params ...Pair) string {
	var set []string
	if isFixed(params) {
		params = without(params, "dpr")
		for dpr := 1; dpr <= mostDPR; dpr++ {
			set = append(set, fmt.Sprintf("%s %dx", b.URL(id, with(params, "dpr", dpr)...), dpr))
		}
	} else {
		for _, w := range b.widths(width) {
			set = append(set, fmt.Sprintf("%s %dw", b.URL(id, with(params, "w", max(least, w))...), w))
		}
	}
	return strings.Join(set, ", ")
}

// widths are those that are offered of a picture.
func (b Builder) widths(width int) []int {
	if width <= 0 || width > widest {
		width = widest
	}
	if len(b.Widths) == 0 {
		return Widths(narrowest, width, tolerance)
	}
	var offered []int
	for _, w := range b.Widths {
		if w >= width {
			return append(offered, width)
		}
		offered = append(offered, w)
	}
	return offered
}

func isFixed(params []Pair) bool {
	for _, p := range params {
		if isOneOf(p.Name, []string{"w", "width", "w64", "width64", "h", "height", "h64", "height64"}) {
			return true
		}
	}
	return false
}

// with is a copy with one parameter more.
func with(params []Pair, name string, value int) []Pair {
	return append(params[:len(params):len(params)], Pair{name, strconv.Itoa(value)})
}
