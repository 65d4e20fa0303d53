package transform

import (
	"math"
	"slices"
)

// Motion is how the frames of an animation follow each other. The zero Motion is as the source
// has it.
type Motion struct {
	Loop    Loop `json:"loop,omitzero"`
	Reverse bool `json:"reverse,omitempty"`
	FPS     int  `json:"fps,omitempty"` // frames a second at most, 0 for those of the source
}

// Loop is how often an animation is shown, if Given: 0 is without end.
type Loop struct {
	Times int  `json:"times,omitempty"`
	Given bool `json:"given,omitempty"`
}

// The most that can be asked for.
const (
	mostLoops = 65_535 // what a GIF can say
	mostFPS   = 60
)

func (l Loop) String() string {
	if !l.Given {
		return ""
	}
	return zero(float64(l.Times))
}

func parseLoop(d *draft, s string) error {
	d.Motion.Loop.Given = true
	return parseWhole(s, 0, mostLoops, &d.Motion.Loop.Times)
}

// parseAnim reads anim, of which 0 is the first frame alone.
func parseAnim(d *draft, s string) error {
	is := true
	err := parseBool(s, &is)
	d.still = !is
	return err
}

// Animates tells whether the format can hold an animation, and the engine writes it.
func (f Format) Animates() bool { return f == GIF || f == WebP }

// Moves tells whether the source is an animation.
func (s Source) Moves() bool { return s.Frames > 1 && !s.Format.Document() }

// motion settles of a recipe whose format is known which frames it is of: all, with their
// motion, or one.
func (r Recipe) motion(s Source) Recipe {
	if !s.Moves() {
		r.Frame = 0
	}
	if !s.Moves() || r.Frame > 0 || !r.Format.Animates() {
		r.Motion = Motion{}
	}
	// A format that knows no animation has the first frame anyhow; but what an APNG has for those
	// may be another picture.
	if r.Frame == 1 && !r.Format.Animates() && s.Format != PNG {
		r.Frame = 0
	}
	return r
}

// Shown is a frame of an animation, and for how long it is there.
type Shown struct {
	Frame int // of the source, from 0
	Delay int // milliseconds
}

// leastDelay is the shortest time in milliseconds for which browsers show a frame, and
// usualDelay for how long they show one that asks for less.
const leastDelay, usualDelay = 11, 100

// Timing is which frames are shown for how long, of a source with such delays in
// milliseconds. With fewer frames a second than the source has, of those that would be
// shown within one tick the first is, for the time of all.
func (m Motion) Timing(delays []int) []Shown {
	var all []Shown
	if m.FPS == 0 { // as the source has them, also where browsers take them for others
		for frame, delay := range delays {
			all = append(all, Shown{frame, delay})
		}
	} else {
		all = thinned(delays, 1000/float64(m.FPS))
	}
	if m.Reverse {
		slices.Reverse(all)
	}
	return all
}

// thinned leaves out frames that come within a tick of the last, in milliseconds.
func thinned(delays []int, tick float64) (all []Shown) {
	at, next := 0.0, 0.0
	for frame, delay := range delays {
		if delay < leastDelay {
			delay = usualDelay
		}
		if frame == 0 || at >= next-0.5 {
			all = append(all, Shown{Frame: frame})
			next += tick * max(1, math.Round((at-next)/tick)+1)
		}
		all[len(all)-1].Delay += delay
		at += float64(delay)
	}
	return all
}
