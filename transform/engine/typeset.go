package engine

// #cgo pkg-config: pangocairo harfbuzz fontconfig
// #cgo LDFLAGS: -lm
// #include <stdlib.h>
// #include "typeset.h"
import "C"

import (
	"errors"
	"sort"
	"strings"
	"unsafe"

	"lightwell/transform"
)

func startTypesetting() error {
	if C.typeset_start() != 0 {
		return errors.New("start Pango: it has no map of fonts")
	}
	return nil
}

// typesetting is a text that is set in a plan's font. It must be closed.
type typesetting struct{ set C.typeset }

func (s *typesetting) close() { C.typeset_free(&s.set) }

// set sets a text at a size in pixels, wrapped in a width above zero.
func set(t *transform.TextPlan, text string, size float64, width int) typesetting {
	asked := C.typesetting{
		text: C.CString(text), length: C.int(len(text)), families: C.CString(t.Families),
		size: C.double(size), track: C.double(t.Spacing(size)), lead: C.double(t.Lead),
		width: -1, align: C.double(t.Align.X+1) / 2,
	}
	defer C.free(unsafe.Pointer(asked.text))
	defer C.free(unsafe.Pointer(asked.families))
	if t.Bold {
		asked.bold = 1
	}
	if t.Italic {
		asked.italic = 1
	}
	if width > 0 {
		asked.width = C.int(width)
	}
	return typesetting{C.typeset_text(&asked)}
}

// setInRoom sets a plan's text in the room for it.
func setInRoom(t *transform.TextPlan) typesetting {
	width := max(1, t.Room.Width-int(2*t.Line))
	switch {
	case t.Fill:
		return set(t, t.Text, largest(t), 0)
	case t.Wrap:
		return set(t, t.Text, t.Size, width)
	}
	var lines []string
	for line := range strings.SplitSeq(t.Text, "\n") {
		lines = append(lines, shorten(t, line, float64(width)))
	}
	return set(t, strings.Join(lines, "\n"), t.Size, 0)
}

// largest is the size at which a text fills its room, to a quarter of a pixel.
func largest(t *transform.TextPlan) float64 {
	const step = 0.25
	most := int(t.Size / step)
	smaller := sort.Search(most, func(n int) bool { // than the first that is too large
		s := set(t, t.Text, float64(n+1)*step, 0)
		defer s.close()
		size := s.size(t.Line)
		return size.Width > t.Room.Width || size.Height > t.Room.Height
	})
	return float64(max(1, smaller)) * step
}

// shorten takes out of a line what is over a width in pixels, and no part of what is seen as
// one character. Pango's own ellipsis would leave a gap beside itself.
func shorten(t *transform.TextPlan, line string, width float64) string {
	whole := set(t, line, t.Size, 0)
	defer whole.close()
	if float64(whole.set.width) <= width {
		return line
	}
	all := []rune(line)
	mayCut := make([]C.char, len(all)+1)
	C.typeset_cursors(&whole.set, &mayCut[0])
	var places []int
	for i, may := range mayCut {
		if may != 0 {
			places = append(places, i)
		}
	}
	characters := len(places) - 1
	ellipsis := ""
	if t.Ellipsis {
		ellipsis = "…"
	}
	keep := func(n int) string {
		before, after := kept(t.Clip, n)
		return string(all[:places[before]]) + ellipsis + string(all[places[characters-after]:])
	}
	n := sort.Search(characters, func(n int) bool { // the first that is too many
		part := set(t, keep(n), t.Size, 0)
		defer part.close()
		return float64(part.set.width) > width
	})
	if n == 0 {
		return ""
	}
	return keep(n - 1)
}

// kept is how many of so many characters stay before and after the cut.
func kept(clip transform.TextClip, n int) (before, after int) {
	switch clip {
	case transform.ClipStart:
		return 0, n
	case transform.ClipMiddle:
		return n - n/2, n / 2
	}
	return n, 0
}
