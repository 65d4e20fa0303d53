package engine

import (
	"encoding/base64"
	"fmt"
	"image"

	"lightwell/transform"
	"lightwell/transform/svg"

	"github.com/davidbyttow/govips/v2/vips"
	"github.com/galdor/go-thumbhash"
)

// describe reads what planning needs off an opened image.
func describe(img *vips.ImageRef, format transform.Format) transform.Source {
	s := transform.Source{
		Format: format, Width: img.Width(), Height: img.PageHeight(),
		Orientation: img.Orientation(), Frames: max(1, img.Pages()), Alpha: img.HasAlpha(),
	}
	if s.Orientation < 1 || s.Orientation > 8 || format == transform.AVIF || format == transform.HEIC {
		s.Orientation = 1
	}
	return s
}

// animated are the formats of which every frame is decoded on intake.
func animated(f transform.Format) bool { return f == transform.GIF || f == transform.WebP }

// Inspect says what a file is, after checking the limits on its header and then
// decoding every pixel of every frame. Errors wrap ErrFormat, ErrLimit or ErrUndecodable.
func Inspect(data []byte, limits transform.Limits) (in transform.Inspection, err error) {
	defer guard(&err)
	defer pinned(data)()
	forgetErrors()
	format := transform.Sniff(data[:min(len(data), transform.SniffLen)])
	if format == transform.NoFormat {
		return in, fmt.Errorf("%w: the first bytes are those of no image", transform.ErrFormat)
	}
	if format == transform.SVG {
		// What could not be delivered is not taken; and a small file that unpacks to
		// a huge one is found out before libvips unpacks it again and again.
		if _, err := svg.Sanitize(data); err != nil {
			return in, fmt.Errorf("%w: %w", transform.ErrUndecodable, err)
		}
	}
	img, err := open(data, format, 1, false)
	if err != nil {
		return in, err
	}
	defer func() { img.Close() }()
	in.Source = describe(img, format)
	if err := limits.Check(in.Source); err != nil {
		return in, err
	}
	if format == transform.GIF && !wholeGIF(data) {
		return in, fmt.Errorf("%w: the GIF ends in the middle", transform.ErrUndecodable)
	}
	if animated(format) && in.Source.Frames > 1 {
		img.Close()
		if img, err = open(data, format, 1, true); err != nil {
			return in, err
		}
	}
	in.Placeholder, err = placeholder(img, in.Source)
	return in, err
}

// placeholderEdge is the longest side in pixels of what a ThumbHash is made of, as its
// authors have it.
const placeholderEdge = 100

// placeholder decodes all of an image, and makes a ThumbHash of its first frame on the
// way. What cannot be decoded is an error; what cannot be converted has no placeholder.
func placeholder(img *vips.ImageRef, s transform.Source) (string, error) {
	if s.Alpha { // or what lies under transparent pixels would show
		if err := img.PremultiplyAlpha(); err != nil {
			return "", vipsError(nil, "premultiply", err)
		}
	}
	factor := (max(s.Width, s.Height) + placeholderEdge - 1) / placeholderEdge
	if err := average(img, factor); err != nil {
		return "", vipsError(nil, "reduce", err)
	}
	if err := decode(img, nil); err != nil {
		return "", err
	}
	first := max(1, s.Height/factor) // less what it shares with the second frame
	steps := []func() error{
		func() error { return oneFrame(img) }, // or each frame would be cut
		func() error { return img.ExtractArea(0, 0, img.Width(), min(first, img.Height())) },
		img.UnpremultiplyAlpha,
		func() error { return toSRGB(img, nil) },
		func() error { return orient(img, &transform.Plan{Orientation: s.Orientation}) },
		img.AddAlpha,
	}
	for _, do := range steps {
		if do() != nil {
			return "", nil
		}
	}
	pixels, err := img.ToBytes()
	if err != nil || len(pixels) != 4*img.Width()*img.Height() {
		return "", nil
	}
	// The hash wants plain colours, not multiplied by alpha as an image.RGBA has them, and
	// takes the bytes of one as they are.
	small := image.NewRGBA(image.Rect(0, 0, img.Width(), img.Height()))
	copy(small.Pix, pixels)
	return base64.StdEncoding.EncodeToString(thumbhash.EncodeImage(small)), nil
}
