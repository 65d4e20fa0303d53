package bench

import (
	"fmt"
	"math"
	"path"
	"strconv"
	"strings"

	"lightwell/transform"
)

// photo is a Photo that the server has.
type photo struct {
	Photo
	id             string
	pixelW, pixelH int // upright
}

// ask is one rendition to ask for.
type ask struct {
	photo   *photo
	width   int // pixels
	format  transform.Format
	quality int
	nonce   string // of peers, whose URL it changes; Lightwell is purged instead
}

// height keeps the photograph's aspect.
func (a ask) height() int {
	return max(1, int(math.Round(float64(a.width)*float64(a.photo.pixelH)/float64(a.photo.pixelW))))
}

// fileName is the rendition's in the folder that is shared.
func (a ask) fileName() string {
	return fmt.Sprintf("%s-%d.%s", strings.TrimSuffix(a.photo.Name, path.Ext(a.photo.Name)), a.width, a.format.Ext())
}

// label is a group of renditions in tables.
func (a ask) label() string { return strconv.Itoa(a.width) + " " + fm(a.format) }

// params are Lightwell's.
func (a ask) params() []Param {
	return []Param{{"w", strconv.Itoa(a.width)}, {"fm", fm(a.format)}, {"q", strconv.Itoa(a.quality)}}
}

// narrower are the widths that a photograph has: those beyond would all be its own, one rendition.
func (p *photo) narrower(widths []int) (some []int) {
	for _, w := range widths {
		if w <= p.pixelW {
			some = append(some, w)
		}
	}
	return some
}

// listed is words with commas between them.
func listed(words []string) string { return strings.Join(words, ", ") }
