package engine

import (
	"errors"
	"fmt"
	"strings"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// opening is how an image is opened.
type opening struct {
	format transform.Format
	shrink int // while it is decoded; 0 for 1
	page   int // from 1; 0 for the first
	all    bool
	scale  float64 // by which a document is drawn; 0 for 1
}

// open reads the header of an image; pixels come lazily, top to bottom, and the end
// of a file that is truncated is an error.
func open(data []byte, o opening, limits transform.Limits) (*vips.ImageRef, error) {
	if o.format == transform.BMP || o.format == transform.ICO {
		return bitmap(data, o.format, limits)
	}
	options := "access=sequential,fail_on=truncated"
	switch shrink := max(1, o.shrink); o.format {
	case transform.JPEG:
		options += fmt.Sprintf(",shrink=%d", shrink)
	case transform.WebP:
		options += fmt.Sprintf(",scale=%g", 1/float64(shrink))
	}
	if o.all {
		options += ",n=-1"
	}
	if o.page > 1 {
		options += fmt.Sprintf(",page=%d", o.page-1)
	}
	if o.scale > 0 {
		options += fmt.Sprintf(",scale=%g", o.scale)
	}
	img, err := opened(data, options)
	if err != nil {
		return nil, unopened(data, o.format, err)
	}
	if err := tell(img, data, o.format); err != nil {
		img.Close()
		return nil, err
	}
	return img, nil
}

// unopened is why an image was not opened. What no loader of libvips takes, it tells of as
// ImageMagick's, which is blocked, or of a source that it does not know.
func unopened(data []byte, f transform.Format, err error) error {
	text := err.Error()
	if !strings.Contains(text, "operation is blocked") && !strings.Contains(text, "not in a known format") {
		return vipsError(transform.ErrUndecodable, "read the header", err)
	}
	if f == transform.AVIF && movingAVIF(data) {
		return fmt.Errorf("%w: animated AVIFs cannot be read by this build", transform.ErrUndecodable)
	}
	return fmt.Errorf("%w: this kind of %v cannot be read by this build", transform.ErrUndecodable, f)
}

// load opens the source of a plan and brings it to the plan's scaled size,
// lazily, in stored orientation and the source's own colours.
func load(data []byte, p *transform.Plan) (*vips.ImageRef, error) {
	if p.Source.Format.Vector() {
		return drawing(data, p)
	}
	img, err := shared(data, p, openOne)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(oneFrame(img), scale(img, p)); err != nil {
		img.Close()
		return nil, err
	}
	return img, nil
}

// openOne opens the page or frame that a plan is of.
func openOne(data []byte, p *transform.Plan) (*vips.ImageRef, error) {
	s := p.Source
	if s.Format == transform.PNG && s.Moves() && s.Page > 0 {
		return apngFrameAt(data, s)
	}
	return open(data, opening{format: s.Format, shrink: p.Shrink, page: s.Page}, p.Limits)
}

// oneFrame makes an image that is one frame of many say so: what is done to it
// would else be done to each of frames that are not there. No height of a page is left,
// or the image would have several again as soon as it is a whole number of times as high.
func oneFrame(img *vips.ImageRef) error {
	if img.Pages() <= 1 {
		return nil
	}
	return errors.Join(
		step("take one frame", img.SetPages(1)),
		step("take one frame", img.SetPageHeight(0)),
	)
}

// scale cuts the region and resizes it, with premultiplied alpha so that what
// lies under transparent pixels does not bleed into their neighbours.
func scale(img *vips.ImageRef, p *transform.Plan) error {
	full := transform.Source{Width: img.Width() * p.Shrink, Height: img.PageHeight() * p.Shrink, Frames: 1}
	if err := p.Limits.Check(transform.Source{Width: img.Width(), Height: img.PageHeight(), Frames: 1}); err != nil {
		return err
	}
	if off := max(abs(full.Width-p.Source.Width), abs(full.Height-p.Source.Height)); off >= max(2, p.Shrink) {
		return fmt.Errorf("%w: the header says %d x %d pixels, the metadata %d x %d",
			transform.ErrUndecodable, full.Width, full.Height, p.Source.Width, p.Source.Height)
	}
	if p.Region.Width > 0 {
		if err := extract(img, p); err != nil {
			return err
		}
	}
	across := float64(p.Scaled.Width) / float64(img.Width())
	down := float64(p.Scaled.Height) / float64(img.Height())
	if across == 1 && down == 1 {
		return nil
	}
	return errors.Join(
		step("premultiply", img.PremultiplyAlpha()),
		step("resize", img.ResizeWithVScale(min(across, 1), min(down, 1), vips.KernelLanczos3)),
		blowUp(img, p),
		step("unpremultiply", img.UnpremultiplyAlpha()),
	)
}

// blowUp enlarges what is smaller than planned. It reads in any order, so the file is
// decoded first.
func blowUp(img *vips.ImageRef, p *transform.Plan) error {
	if img.Width() == p.Scaled.Width && img.Height() == p.Scaled.Height {
		return nil
	}
	if err := decode(img, p); err != nil {
		return err
	}
	return step("enlarge", enlarge(img, p.Scaled))
}

// extract cuts the region out of an image that was shrunk while loading, with the
// pixels that are partly in it. Around what was trimmed those would show some of the
// border: they are left out, and enough stay, since the resampler is left a factor.
func extract(img *vips.ImageRef, p *transform.Plan) error {
	left, right := shrunk(p.Region.X, p.Region.Width, p.Source.Width, p)
	top, bottom := shrunk(p.Region.Y, p.Region.Height, p.Source.Height, p)
	right, bottom = min(right, img.Width()), min(bottom, img.Height())
	return step("cut the region", img.ExtractArea(left, top, right-left, bottom-top))
}

// shrunk is where a part of a side of the source is after shrinking.
func shrunk(start, length, side int, p *transform.Plan) (from, to int) {
	end, up := start+length, p.Shrink-1
	if !p.Trimmed {
		return start / p.Shrink, (end + up) / p.Shrink
	}
	if end == side { // the last pixel may be of fewer
		end += up
	}
	return (start + up) / p.Shrink, end / p.Shrink
}

// drawing draws at the size that is wanted, instead of resizing pixels.
func drawing(data []byte, p *transform.Plan) (*vips.ImageRef, error) {
	size := p.Scaled
	cut := p.Region
	if cut.Width > 0 {
		across := float64(p.Scaled.Width) / float64(cut.Width)
		down := float64(p.Scaled.Height) / float64(cut.Height)
		size = transform.Size{
			Width:  max(p.Scaled.Width, int(float64(p.Source.Width)*across+0.5)),
			Height: max(p.Scaled.Height, int(float64(p.Source.Height)*down+0.5)),
		}
		cut.X = min(int(float64(cut.X)*across+0.5), size.Width-p.Scaled.Width)
		cut.Y = min(int(float64(cut.Y)*down+0.5), size.Height-p.Scaled.Height)
	}
	if size.Width*size.Height > 4*p.Limits.OutputPixels {
		return nil, fmt.Errorf("%w: it would be drawn at %d x %d pixels", transform.ErrLimit, size.Width, size.Height)
	}
	img, err := drawn(data, p, size)
	if err != nil {
		return nil, err
	}
	if cut.Width > 0 {
		if err := img.ExtractArea(cut.X, cut.Y, p.Scaled.Width, p.Scaled.Height); err != nil {
			img.Close()
			return nil, vipsError(nil, "cut the region", err)
		}
	}
	return img, nil
}

// drawn is all of a drawing, at a size.
func drawn(data []byte, p *transform.Plan, size transform.Size) (*vips.ImageRef, error) {
	if p.Source.Format == transform.PDF {
		return drawnPage(data, p, size)
	}
	img, err := vips.LoadThumbnailFromBuffer(data, size.Width, size.Height, vips.InterestingNone, vips.SizeForce, vips.NewImportParams())
	if err != nil {
		return nil, vipsError(transform.ErrUndecodable, "draw", err)
	}
	return img, nil
}

// drawnPage is a page on white. It is drawn as large as one side wants it, and resized
// by the pixel or so that the other differs, or by more where it is to be distorted.
func drawnPage(data []byte, p *transform.Plan, size transform.Size) (*vips.ImageRef, error) {
	across := float64(size.Width) / float64(p.Source.Width)
	down := float64(size.Height) / float64(p.Source.Height)
	img, err := open(data, opening{format: transform.PDF, page: p.Source.Page, scale: max(across, down)}, p.Limits)
	if err != nil {
		return nil, err
	}
	err = errors.Join(
		oneFrame(img),
		step("put on white", img.Flatten(&vips.Color{R: 255, G: 255, B: 255})),
		step("resize", img.ResizeWithVScale(float64(size.Width)/float64(img.Width()), float64(size.Height)/float64(img.Height()), vips.KernelLanczos3)),
	)
	if err != nil {
		img.Close()
		return nil, err
	}
	return img, nil
}

// step names the operation that failed.
func step(doing string, err error) error {
	if err == nil {
		return nil
	}
	return vipsError(nil, doing, err)
}

func abs(n int) int { return max(n, -n) }
