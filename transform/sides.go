package transform

import (
	"fmt"
	"strconv"
	"strings"
)

// Sides are pixels at each side of an image: top, right, bottom and left, in the
// order of CSS.
type Sides [4]int

// The indices of Sides.
const (
	topSide = iota
	rightSide
	bottomSide
	leftSide
)

var sideNames = [...]string{"top", "right", "bottom", "left"}

// Top is the pixels above.
func (s Sides) Top() int { return s[topSide] }

// Left is the pixels at the left.
func (s Sides) Left() int { return s[leftSide] }

func (s Sides) across() int { return s[leftSide] + s[rightSide] }

func (s Sides) down() int { return s[topSide] + s[bottomSide] }

func (s Sides) uniform() bool { return s == Sides{s[0], s[0], s[0], s[0]} }

// times is the sides in pixels after dpr, rounded to nearest, and at least as
// many of each as least where there are any.
func (s Sides) times(factor float64, least int) Sides {
	for i, n := range s {
		if n > 0 {
			s[i] = max(least, int(float64(n)*factor+0.5))
		}
	}
	return s
}

// sidesDraft is Sides while their parameters come in: one for all, and one for
// each, which goes before it.
type sidesDraft struct {
	all   int
	own   Sides
	given [4]bool
}

func (d sidesDraft) sides() (s Sides) {
	for i := range s {
		s[i] = d.all
		if d.given[i] {
			s[i] = d.own[i]
		}
	}
	return s
}

func (d *sidesDraft) parse(side int, value string, most int) error {
	d.given[side] = true
	return parseWhole(value, 0, most, &d.own[side])
}

// Corners are the radii of four corners in pixels, from the left upper one on
// clockwise. Given tells four zeros from nothing said.
type Corners struct {
	Radii [4]int
	Given bool
}

const oneOrFour = "a radius in pixels, or four from the left upper corner on clockwise: 20 or 20,20,0,0"

func parseCorners(value string, to *Corners) error {
	fields := strings.Split(value, ",")
	if len(fields) != 1 && len(fields) != len(to.Radii) {
		return fmt.Errorf("%q is not %s", value, oneOrFour)
	}
	for i := range to.Radii {
		if err := parseRadius(fields[i%len(fields)], &to.Radii[i]); err != nil {
			return err
		}
	}
	to.Given = true
	return nil
}

// parseRadius takes any number of pixels: a radius that is too large shrinks.
func parseRadius(value string, to *int) (err error) {
	*to, err = whole(value, false)
	return err
}

func (c Corners) String() string {
	if !c.Given {
		return ""
	}
	r := c.Radii
	if r == [4]int{r[0], r[0], r[0], r[0]} {
		return strconv.Itoa(r[0])
	}
	return fmt.Sprintf("%d,%d,%d,%d", r[0], r[1], r[2], r[3])
}

// sharp tells whether no corner is round.
func (c Corners) sharp() bool { return c.Radii == [4]int{} }

// times is the radii in pixels after dpr.
func (c Corners) times(factor float64) (radii [4]Radius) {
	for i, r := range c.Radii {
		radii[i] = Radius{float64(r) * factor, float64(r) * factor}
	}
	return radii
}
