package engine

import (
	"fmt"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// reel is the frames of an animation, each as a viewer shows it, in their order.
type reel interface {
	// next is the following frame, which the caller closes.
	next() (*vips.ImageRef, error)
	// delays are the milliseconds for which each frame is shown, and loop how often all
	// are, 0 for without end.
	timing() (delays []int, loop int)
	close()
}

// openReel opens an animation, whose header has been checked.
func openReel(data []byte, s transform.Source, limits transform.Limits) (reel, error) {
	if s.Format == transform.PNG {
		return openAPNG(data, s)
	}
	roll, err := open(data, opening{format: s.Format, all: true}, limits)
	if err != nil {
		return nil, err
	}
	if roll.Width() != s.Width || roll.Height() != s.Height*s.Frames {
		defer roll.Close()
		return nil, fmt.Errorf("%w: %d x %d pixels are not %d frames of %d x %d",
			transform.ErrUndecodable, roll.Width(), roll.Height(), s.Frames, s.Width, s.Height)
	}
	return &rolled{roll: roll, height: s.Height, frames: s.Frames}, nil
}

// rolled is a reel that libvips has decoded onto one long strip.
type rolled struct {
	roll           *vips.ImageRef
	height, frames int
	at             int
}

func (r *rolled) next() (*vips.ImageRef, error) {
	frame, err := r.roll.Copy()
	if err != nil {
		return nil, vipsError(nil, "copy", err)
	}
	err = steps("take a frame",
		func() error { return oneFrame(frame) },
		func() error { return frame.ExtractArea(0, r.at*r.height, frame.Width(), r.height) })
	if err == nil {
		err = decode(frame, nil)
	}
	if err != nil {
		frame.Close()
		return nil, err
	}
	r.at++
	return frame, nil
}

func (r *rolled) timing() (delays []int, loop int) {
	delays, err := r.roll.PageDelay()
	if err != nil || len(delays) == 0 {
		delays = nil
	}
	for len(delays) < r.frames {
		delays = append(delays, 0)
	}
	return delays[:r.frames], r.roll.Loop()
}

func (r *rolled) close() { r.roll.Close() }
