package engine

import (
	"fmt"

	"lightwell/transform"
	"lightwell/transform/svg"

	"github.com/davidbyttow/govips/v2/vips"
)

// describe reads what planning needs off an opened image.
func describe(img *vips.ImageRef, format transform.Format) transform.Source {
	s := transform.Source{
		Format: format, Width: img.Width(), Height: img.PageHeight(),
		Orientation: img.Orientation(), Frames: max(1, img.Pages()), Alpha: img.HasAlpha(), Grey: img.Bands() < 3,
	}
	if img.BandFormat() != vips.BandFormatUchar {
		s.Depth = 16
	}
	if s.Orientation < 1 || s.Orientation > 8 || turned(format) {
		s.Orientation = 1
	}
	if format == transform.PDF { // which is drawn on white
		s.Alpha = false
	}
	return s
}

// turned are the formats whose decoders turn what they decode upright.
func turned(f transform.Format) bool {
	return f == transform.AVIF || f == transform.HEIC || f == transform.JXL
}

// pages are the sizes of a document's pages, nil where all are like the first.
func pages(data []byte, s transform.Source, limits transform.Limits) ([]transform.Size, error) {
	first := transform.Size{Width: s.Width, Height: s.Height}
	all, differ := []transform.Size{first}, false
	for page := 2; page <= s.Frames; page++ {
		img, err := open(data, opening{format: s.Format, page: page}, limits)
		if err != nil {
			return nil, err
		}
		size := transform.Size{Width: img.Width(), Height: img.PageHeight()}
		img.Close()
		all, differ = append(all, size), differ || size != first
	}
	if !differ {
		return nil, nil
	}
	return all, nil
}

// openAll opens an animation so that all of its frames are decoded with the first. Those of
// an APNG are before that.
func openAll(data []byte, s transform.Source, limits transform.Limits) (*vips.ImageRef, error) {
	if s.Format != transform.PNG {
		return open(data, opening{format: s.Format, all: true}, limits)
	}
	reel, err := openReel(data, s, limits)
	if err != nil {
		return nil, err
	}
	defer reel.close()
	first, err := reel.next()
	if err != nil {
		return nil, err
	}
	for range s.Frames - 1 {
		frame, err := reel.next()
		if err != nil {
			first.Close()
			return nil, err
		}
		frame.Close()
	}
	return first, nil
}

// Inspect says what a file is, after checking the limits on its header and then
// decoding every pixel of every frame. Meanwhile it makes the levels of the edges that the file may have, of no more
// than half its bytes each. Errors wrap ErrFormat, ErrLimit or ErrUndecodable.
func Inspect(data []byte, limits transform.Limits, edges ...int) (in transform.Inspection, err error) {
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
	img, err := open(data, opening{format: format}, limits)
	if err != nil {
		return in, err
	}
	defer func() { img.Close() }()
	in.Source = describe(img, format)
	if format == transform.PNG {
		in.Source.Frames = apngFrames(data)
	}
	if err := limits.Check(in.Source); err != nil {
		return in, err
	}
	if format == transform.GIF && !wholeGIF(data) {
		return in, fmt.Errorf("%w: the GIF ends in the middle", transform.ErrUndecodable)
	}
	if in.Source.Moves() {
		all, err := openAll(data, in.Source, limits)
		if err != nil {
			return in, err
		}
		img.Close()
		img = all
	}
	if format.Document() {
		if in.Pages, err = pages(data, in.Source, limits); err != nil {
			return in, err
		}
	}
	read(&in.Facts, img)
	seen := in.Source
	if edges = in.Source.Levels(edges); len(edges) > 0 && img.GetString(cicpField) == "" {
		if in.LevelFiles, err = reduce(img, in.Source, edges, len(data)/2); err != nil {
			return in, err
		}
		seen = transform.Source{Width: img.Width(), Height: img.Height(), Orientation: 1, Alpha: seen.Alpha}
	}
	for _, file := range in.LevelFiles {
		in.Levels = append(in.Levels, file.Level)
	}
	err = see(&in.Facts, img, seen)
	return in, err
}
