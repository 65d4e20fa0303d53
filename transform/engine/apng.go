package engine

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// What an APNG has besides a PNG's chunks (PNG, third edition, section 11.3.6). libvips
// decodes its first picture alone. Each frame is a PNG but for the chunks around it, so that
// libvips can decode that.

const (
	pngSignature = "\x89PNG\r\n\x1a\n"
	chunkFrame   = 12 // bytes of a chunk beside its data
)

// chunk is a part of a PNG.
type chunk struct {
	kind string
	data []byte
}

// chunks splits a PNG, up to its end or what is no chunk.
func chunks(file []byte) (all []chunk, whole bool) {
	rest, ok := bytes.CutPrefix(file, []byte(pngSignature))
	if !ok {
		return nil, false
	}
	for len(rest) >= chunkFrame {
		length := int(binary.BigEndian.Uint32(rest))
		if length > len(rest)-chunkFrame {
			return all, false
		}
		c := chunk{string(rest[4:8]), rest[8 : 8+length]}
		all = append(all, c)
		if c.kind == "IEND" {
			return all, true
		}
		rest = rest[chunkFrame+length:]
	}
	return all, false
}

// apngFrames is how many frames a PNG says to have: 1 for one that is no animation.
func apngFrames(file []byte) int {
	all, _ := chunks(file)
	for _, c := range all {
		switch {
		case c.kind == "acTL" && len(c.data) == 8:
			return max(1, int(binary.BigEndian.Uint32(c.data)))
		case c.kind == "IDAT":
			return 1
		}
	}
	return 1
}

// apngFrame is what is said of a frame, and its pixels.
type apngFrame struct {
	width, height, x, y int
	delay               int // milliseconds
	dispose, blend      byte
	data                [][]byte // what are IDAT chunks in a PNG
}

// How a frame is taken away, and laid down.
const (
	disposeNone, disposeBackground, disposePrevious = 0, 1, 2
	blendSource, blendOver                          = 0, 1
)

// apng is a reel.
type apng struct {
	header  []byte  // IHDR
	common  []chunk // that all frames need: palette, colours
	frames  []apngFrame
	loop    int
	width   int
	height  int
	canvas  raster
	at      int
	pending func() // what the last frame's disposal is to do
}

func openAPNG(file []byte, s transform.Source) (*apng, error) {
	all, whole := chunks(file)
	if !whole || len(all) == 0 || all[0].kind != "IHDR" || len(all[0].data) != 13 {
		return nil, fmt.Errorf("%w: the PNG ends in the middle", transform.ErrUndecodable)
	}
	a := &apng{header: all[0].data, width: s.Width, height: s.Height}
	for _, c := range all[1:] {
		if err := a.take(c); err != nil {
			return nil, fmt.Errorf("%w: %w", transform.ErrUndecodable, err)
		}
	}
	if len(a.frames) != s.Frames {
		return nil, fmt.Errorf("%w: the PNG announces %d frames and has %d", transform.ErrUndecodable, s.Frames, len(a.frames))
	}
	a.canvas = raster{make([]byte, 4*a.width*a.height), a.width, a.height, 4}
	return a, nil
}

// apngFrameAt is one frame, as it is seen after those before it.
func apngFrameAt(file []byte, s transform.Source) (*vips.ImageRef, error) {
	a, err := openAPNG(file, s)
	if err != nil {
		return nil, err
	}
	for range s.Page - 1 {
		before, err := a.next()
		if err != nil {
			return nil, err
		}
		before.Close()
	}
	return a.next()
}

// take adds a chunk.
func (a *apng) take(c chunk) error {
	switch c.kind {
	case "acTL":
		if len(c.data) == 8 {
			a.loop = int(binary.BigEndian.Uint32(c.data[4:]))
		}
	case "fcTL":
		return a.begin(c.data)
	case "IDAT":
		if len(a.frames) > 0 { // else the picture for those who know no animations
			return a.append(c.data)
		}
	case "fdAT":
		if len(c.data) < 4 {
			return fmt.Errorf("a chunk of a frame has %d bytes", len(c.data))
		}
		return a.append(c.data[4:])
	case "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "sBIT":
		a.common = append(a.common, c)
	}
	return nil
}

func (a *apng) append(data []byte) error {
	if len(a.frames) == 0 {
		return fmt.Errorf("pixels come before a frame that they are of")
	}
	last := &a.frames[len(a.frames)-1]
	last.data = append(last.data, data)
	return nil
}

// begin reads what is said of a frame.
func (a *apng) begin(data []byte) error {
	if len(data) != 26 {
		return fmt.Errorf("what is said of a frame has %d bytes", len(data))
	}
	at := func(i int) int { return int(binary.BigEndian.Uint32(data[i:])) }
	f := apngFrame{width: at(4), height: at(8), x: at(12), y: at(16), dispose: data[24], blend: data[25]}
	if f.width < 1 || f.height < 1 || f.x+f.width > a.width || f.y+f.height > a.height {
		return fmt.Errorf("a frame of %d x %d pixels at %d, %d is outside of %d x %d", f.width, f.height, f.x, f.y, a.width, a.height)
	}
	per := int(binary.BigEndian.Uint16(data[22:]))
	if per == 0 {
		per = 100
	}
	f.delay = (1000*int(binary.BigEndian.Uint16(data[20:])) + per/2) / per
	a.frames = append(a.frames, f)
	return nil
}

func (a *apng) timing() (delays []int, loop int) {
	for _, f := range a.frames {
		delays = append(delays, f.delay)
	}
	return delays, a.loop
}

func (a *apng) close() {}

// next lays the next frame on the canvas, after what the last wanted done when it has been
// shown.
func (a *apng) next() (*vips.ImageRef, error) {
	if a.pending != nil {
		a.pending()
		a.pending = nil
	}
	f := a.frames[a.at]
	pixels, err := a.decoded(f)
	if err != nil {
		return nil, err
	}
	area := transform.Area{X: f.x, Y: f.y, Width: f.width, Height: f.height}
	dispose := f.dispose
	if a.at == 0 && dispose == disposePrevious {
		dispose = disposeBackground
	}
	switch dispose {
	case disposePrevious:
		before := a.canvas.copyOf(area)
		a.pending = func() { a.canvas.set(area, before) }
	case disposeBackground:
		a.pending = func() { a.canvas.set(area, make([]byte, 4*area.Width*area.Height)) }
	}
	if f.blend == blendOver {
		top := raster{pixels, f.width, f.height, 4}
		top.lay(a.canvas, &transform.MarkPlan{X: f.x, Y: f.y, Alpha: 100}, area)
	} else {
		a.canvas.set(area, pixels)
	}
	a.at++
	return raster{bytes.Clone(a.canvas.pixels), a.width, a.height, 4}.image()
}

// decoded is the pixels of a frame, as sRGB with alpha.
func (a *apng) decoded(f apngFrame) ([]byte, error) {
	file := a.png(f)
	defer pinned(file)()
	img, err := opened(file, "fail_on=truncated")
	if err != nil {
		return nil, vipsError(transform.ErrUndecodable, "read the header", err)
	}
	defer img.Close()
	if img.Width() != f.width || img.Height() != f.height {
		return nil, fmt.Errorf("%w: the frame is %d x %d pixels and not %d x %d", transform.ErrUndecodable, img.Width(), img.Height(), f.width, f.height)
	}
	if err := toSpace(img, &transform.Plan{}); err != nil {
		return nil, err
	}
	if err := img.AddAlpha(); err != nil {
		return nil, vipsError(nil, "add alpha", err)
	}
	if err := decode(img, nil); err != nil {
		return nil, err
	}
	pixels, err := img.ToBytes()
	if err != nil {
		return nil, vipsError(nil, "take the pixels", err)
	}
	return pixels, nil
}

// png is a file of one frame.
func (a *apng) png(f apngFrame) []byte {
	header := bytes.Clone(a.header)
	binary.BigEndian.PutUint32(header, uint32(f.width))
	binary.BigEndian.PutUint32(header[4:], uint32(f.height))
	file := []byte(pngSignature)
	file = appendChunk(file, "IHDR", header)
	for _, c := range a.common {
		file = appendChunk(file, c.kind, c.data)
	}
	for _, data := range f.data {
		file = appendChunk(file, "IDAT", data)
	}
	return appendChunk(file, "IEND", nil)
}

func appendChunk(file []byte, kind string, data []byte) []byte {
	file = binary.BigEndian.AppendUint32(file, uint32(len(data)))
	start := len(file)
	file = append(append(file, kind...), data...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(file[start:]))
}

// copyOf is the pixels of an area.
func (r raster) copyOf(area transform.Area) (pixels []byte) {
	for y := area.Y; y < area.Y+area.Height; y++ {
		at := (y*r.width + area.X) * r.bands
		pixels = append(pixels, r.pixels[at:at+area.Width*r.bands]...)
	}
	return pixels
}

// set puts pixels into an area.
func (r raster) set(area transform.Area, pixels []byte) {
	line := area.Width * r.bands
	for y := range area.Height {
		at := ((area.Y+y)*r.width + area.X) * r.bands
		copy(r.pixels[at:at+line], pixels[y*line:])
	}
}
