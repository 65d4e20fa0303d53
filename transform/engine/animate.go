package engine

import (
	"fmt"
	"slices"
	"time"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// animate makes the rendition of an animation: each frame as a picture by itself is made,
// one below the other in memory, as libvips' encoders want them.
func animate(data []byte, layers Layers, p *transform.Plan) (r transform.Rendition, err error) {
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
	frames := frames{plan: *p}
	frames.over = overlays{plan: &frames.plan, files: layers}
	defer frames.over.close()
	img, err := frames.strip(reel, shown)
	if err != nil {
		return r, err
	}
	defer img.Close()
	if len(frames.profile) > 0 {
		img.SetBlob(profileField, frames.profile)
	}
	err = steps("tell of the frames",
		func() error { return img.SetPages(len(shown)) },
		func() error { return img.SetPageHeight(p.Out.Height) },
		func() error { return img.SetPageDelay(delaysOf(shown)) },
		func() error { return img.SetLoop(loop) })
	if err != nil {
		return r, err
	}
	r.Decode, r.Steps = time.Since(start), frames.took
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
	plan    transform.Plan
	over    overlays
	profile []byte // of the frames' colours; empty for sRGB
	took    time.Duration
}

// strip is the frames that are shown, each where its turn is. Frames come in the source's
// order, and may be shown in another.
func (f *frames) strip(from reel, shown []transform.Shown) (strip *vips.ImageRef, err error) {
	turn := map[int]int{}
	last := 0
	for i, s := range shown {
		turn[s.Frame] = i
		last = max(last, s.Frame)
	}
	defer func() {
		if err != nil && strip != nil {
			strip.Close()
		}
	}()
	for n := range last + 1 {
		img, err := from.next()
		if err == nil {
			if at, isShown := turn[n]; isShown {
				began := time.Now()
				err = f.add(&strip, img, at, len(shown))
				f.took += time.Since(began)
			}
			img.Close()
		}
		if err != nil {
			return strip, fmt.Errorf("frame %d: %w", n+1, err)
		}
	}
	return strip, nil
}

// add makes a frame and puts it into the strip, which the first one finds nil. It is libvips'
// own memory, so that all frames are there once.
func (f *frames) add(strip **vips.ImageRef, img *vips.ImageRef, at, of int) error {
	if err := f.make(img); err != nil {
		return err
	}
	frame, err := pixelsOf(img)
	if err != nil {
		return err
	}
	if *strip == nil {
		if *strip, err = unwritten(frame.width, frame.height*of, frame.bands); err != nil {
			return vipsError(nil, "take memory for the frames", err)
		}
	}
	all, err := pixelsOf(*strip)
	if err != nil {
		return err
	}
	if frame.width != all.width || frame.height*of != all.height || frame.bands != all.bands {
		return fmt.Errorf("it came out %d x %d pixels of %d bands, unlike the first", frame.width, frame.height, frame.bands)
	}
	copy(all.pixels[at*len(frame.pixels):], frame.pixels)
	return nil
}

// make is the plan up to the encoder. Where the window is chosen by what is seen, the first
// frame chooses for all.
func (f *frames) make(img *vips.ImageRef) error {
	if err := scale(img, &f.plan); err != nil {
		return err
	}
	if err := compose(img, &f.plan, slices.Concat(reading, shaping)); err != nil {
		return err
	}
	f.profile = img.GetBlob(profileField)
	if err := f.over.lay(img); err != nil {
		return err
	}
	return flatten(img, &f.plan)
}

// image is the pixels as an image of libvips'.
func (r raster) image() (*vips.ImageRef, error) {
	img, err := vips.NewImageFromMemory(r.pixels, r.width, r.height, r.bands, vips.BandFormatUchar, vips.InterpretationSRGB)
	if err != nil {
		return nil, vipsError(nil, "take the frames", err)
	}
	return img, nil
}
