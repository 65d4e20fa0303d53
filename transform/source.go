package transform

import (
	"fmt"
	"math"
)

// Source is what the header of an original says: all that planning needs.
type Source struct {
	Format      Format `json:"format"`
	Width       int    `json:"width"`       // pixels as stored, before orientation
	Height      int    `json:"height"`      // pixels as stored, of one frame
	Orientation int    `json:"orientation"` // EXIF 1 to 8; 1 where there is none
	Frames      int    `json:"frames"`      // frames or pages; 1 for a still
	Alpha       bool   `json:"alpha"`
	Page        int    `json:"page,omitempty"`  // or frame that is meant alone, from 1; 0 for what is seen first
	Depth       int    `json:"depth,omitempty"` // bits a channel, where they are more than 8
	Grey        bool   `json:"grey,omitempty"`  // it has no colours
}

// mostPages is how far pages can be counted.
const mostPages = 9999

// Inspection is what decoding the whole of an original tells.
type Inspection struct {
	Source Source `json:"source"`
	Facts
	LevelFiles []LevelFile `json:"-"` // as many as Levels
}

// Upright is the size as a viewer shows it, after orientation o is applied.
func (s Source) upright(o int) Size {
	if o >= 5 {
		return Size{s.Height, s.Width}
	}
	return Size{s.Width, s.Height}
}

// Upright is the size as a viewer shows it, with the EXIF orientation applied.
func (s Source) Upright() Size { return s.upright(s.Orientation) }

// Limits bound what is decoded and what is made. All must be above zero.
type Limits struct {
	Pixels       int // of one frame of the source
	Side         int // of the source, pixels
	Frames       int // of the source
	FramePixels  int // frames times the pixels of one
	OutputSide   int // pixels, after dpr
	OutputPixels int // after dpr
	// OutputFramePixels is frames times the pixels of one, of an animation that is made.
	OutputFramePixels int
}

// DefaultLimits are the documented ones.
var DefaultLimits = Limits{
	Pixels: 100_000_000, Side: 65_535, Frames: 1_000, FramePixels: 500_000_000,
	OutputSide: 8_192, OutputPixels: 40_000_000, OutputFramePixels: 150_000_000,
}

// Check refuses a source over the limits, by its header alone, with an error
// that wraps ErrLimit. The arithmetic cannot overflow: sides are bounded first.
func (l Limits) Check(s Source) error {
	switch {
	case s.Width < 1 || s.Height < 1:
		return fmt.Errorf("%w: it has no pixels", ErrUndecodable)
	case s.Width > l.Side || s.Height > l.Side:
		return fmt.Errorf("%w: %d x %d pixels, and a side may have %d", ErrLimit, s.Width, s.Height, l.Side)
	case s.Width*s.Height > l.Pixels:
		return fmt.Errorf("%w: %d x %d is %d pixels, and %d are allowed", ErrLimit, s.Width, s.Height, s.Width*s.Height, l.Pixels)
	case s.Frames > l.Frames:
		return fmt.Errorf("%w: %d frames, and %d are allowed", ErrLimit, s.Frames, l.Frames)
	case s.Frames*s.Width*s.Height > l.FramePixels:
		return fmt.Errorf("%w: %d frames of %d x %d pixels, and %d pixels in all are allowed",
			ErrLimit, s.Frames, s.Width, s.Height, l.FramePixels)
	}
	return nil
}

// within brings a size for which nobody asked down to what may be made: a
// photograph that is larger is not refused for want of a w. Padding comes on top.
func (l Limits) within(s Size, across, down int) Size {
	width, height := float64(s.Width), float64(s.Height)
	// (width*scale + across) * (height*scale + down) = OutputPixels
	a, b, c := width*height, width*float64(down)+height*float64(across), float64(across*down-l.OutputPixels)
	most := (math.Sqrt(max(0, b*b-4*a*c)) - b) / (2 * a)
	scale := min(1, float64(l.OutputSide-across)/width, float64(l.OutputSide-down)/height, most)
	if scale == 1 {
		return s
	}
	// Down, since the limits are hard.
	return Size{max(1, int(width*scale)), max(1, int(height*scale))}
}

// admit tells whether a result of the size may be made.
func (l Limits) admit(s Size) bool {
	return s.Width <= l.OutputSide && s.Height <= l.OutputSide && s.Width*s.Height <= l.OutputPixels
}
