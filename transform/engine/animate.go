package engine

import (
	"fmt"
	"time"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// animate makes the rendition of an animation: each frame as a picture by itself is made,
// one below the other in memory, as libvips' encoders want them.
func animate(data, markData []byte, p *transform.Plan) (r transform.Rendition, err error) {
	start := time.Now()
	reel, err := openReel(data, p.Source, p.Limits)
	if err != nil {
		return r, err
	}
	defer reel.close()
	delays, loop := reel.timing()
	shown := p.Motion.Timing(delays)
	if p.Motion.Loop.Given {
		loop = p.Motion.Loop.Times
	}
	frames, err := newFrames(markData, p)
	if err != nil {
		return r, err
	}
	defer frames.close()
	strip, err := frames.strip(reel, shown)
	if err != nil {
		return r, err
	}
	img, err := strip.image()
	if err != nil {
		return r, err
	}
	defer img.Close()
	err = steps("tell of the frames",
		func() error { return img.SetPages(len(shown)) },
		func() error { return img.SetPageHeight(p.Out.Height) },
		func() error { return img.SetPageDelay(delaysOf(shown)) },
		func() error { return img.SetLoop(loop) })
	if err != nil {
		return r, err
	}
	r.Decode = time.Since(start)
	start = time.Now()
	r.Body, r.Format, err = encode(img, data, p)
	r.Encode = time.Since(start)
	r.Size = p.Out
	return r, err
}

func delaysOf(shown []transform.Shown) (delays []int) {
	for _, s := range shown {
		delays = append(delays, s.Delay)
	}
	return delays
}

// frames makes frames of one plan.
type frames struct {
	plan transform.Plan
	mark *raster    // nil for none
	text *lettering // drawn on the first frame, for all
}

func (f *frames) close() {
	if f.text != nil {
		f.text.close()
	}
}

func newFrames(markData []byte, p *transform.Plan) (*frames, error) {
	f := &frames{plan: *p}
	if p.Mark == nil {
		return f, nil
	}
	top, err := loadMark(markData, &p.Mark.Plan)
	if err != nil {
		return nil, fmt.Errorf("the mark: %w", err)
	}
	defer top.Close()
	above, err := pixelsOf(top)
	if err != nil {
		return nil, err
	}
	above.pixels = append([]byte(nil), above.pixels...) // the image's own end with it
	f.mark = &above
	return f, nil
}

// strip is the frames that are shown, each where its turn is. Frames come in the source's
// order, and may be shown in another.
func (f *frames) strip(from reel, shown []transform.Shown) (raster, error) {
	turn := map[int]int{}
	last := 0
	for i, s := range shown {
		turn[s.Frame] = i
		last = max(last, s.Frame)
	}
	var strip raster
	for n := range last + 1 {
		img, err := from.next()
		if err != nil {
			return strip, fmt.Errorf("frame %d: %w", n+1, err)
		}
		at, isShown := turn[n]
		if isShown {
			err = f.add(&strip, img, at, len(shown))
		}
		img.Close()
		if err != nil {
			return strip, fmt.Errorf("frame %d: %w", n+1, err)
		}
	}
	return strip, nil
}

// add makes a frame and puts it into the strip.
func (f *frames) add(strip *raster, img *vips.ImageRef, at, of int) error {
	if err := f.make(img); err != nil {
		return err
	}
	frame, err := pixelsOf(img)
	if err != nil {
		return err
	}
	if strip.pixels == nil {
		*strip = raster{make([]byte, len(frame.pixels)*of), frame.width, frame.height * of, frame.bands}
	}
	if frame.width != strip.width || frame.height*of != strip.height || frame.bands != strip.bands {
		return fmt.Errorf("it came out %d x %d pixels of %d bands, unlike the first", frame.width, frame.height, frame.bands)
	}
	copy(strip.pixels[at*len(frame.pixels):], frame.pixels)
	return nil
}

// make is the plan up to the encoder. Where the window is chosen by what is seen, the first
// frame chooses for all.
func (f *frames) make(img *vips.ImageRef) error {
	if err := scale(img, &f.plan); err != nil {
		return err
	}
	if err := compose(img, &f.plan); err != nil {
		return err
	}
	if f.mark != nil {
		below, err := pixelsOf(img)
		if err != nil {
			return err
		}
		m := f.plan.Mark
		f.mark.lay(below, m, covered(m, transform.Size{Width: below.width, Height: below.height}))
	}
	if err := f.write(img); err != nil {
		return err
	}
	return flatten(img, &f.plan)
}

// write is the same as of a picture, but that the text is drawn once.
func (f *frames) write(img *vips.ImageRef) (err error) {
	if f.plan.Text == nil {
		return nil
	}
	if f.text == nil {
		if f.text, err = letter(img, f.plan.Text); err != nil {
			return err
		}
	}
	below, err := pixelsOf(img)
	if err == nil {
		f.text.lay(below)
	}
	return err
}

// image is the pixels as an image of libvips'.
func (r raster) image() (*vips.ImageRef, error) {
	img, err := vips.NewImageFromMemory(r.pixels, r.width, r.height, r.bands, vips.BandFormatUchar, vips.InterpretationSRGB)
	if err != nil {
		return nil, vipsError(nil, "take the frames", err)
	}
	return img, nil
}
