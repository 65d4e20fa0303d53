package engine

import (
	"fmt"
	"math/bits"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// writer writes one image, as often as there are ways to write it.
type writer struct {
	img      *vips.ImageRef // with no more metadata than is kept
	labelled bool           // some is
	keep     bool           // whatever the encoder writes of it

	looked, drawn bool // whether it has been looked at, and is a drawing
}

// newWriter takes from the image all metadata that the plan does not keep: it may hold a position.
// It is removed, and not left to the encoders' option alone, which not all of them heed.
func newWriter(img *vips.ImageRef, p *transform.Plan) (*writer, error) {
	labelled, err := label(img, p)
	return &writer{img: img, labelled: labelled, keep: p.Meta == transform.MetaKeep}, err
}

// isDrawing tells whether the image is one.
func (w *writer) isDrawing() (is bool, err error) {
	if !w.looked {
		w.drawn, err = isDrawing(w.img)
		w.looked = true
	}
	return w.drawn, err
}

// write writes the image in one way.
func (w *writer) write(e transform.Encode) (body []byte, err error) {
	saver, ok := savers[e.Format]
	if !ok {
		return nil, fmt.Errorf("encode as %q: no such encoder", e.Format)
	}
	if e.Format == transform.PNG && !w.labelled {
		if body := indexed(w.img, e); body != nil {
			return body, nil
		}
	}
	if e.Reduce {
		drawn, err := w.isDrawing()
		if err != nil {
			return nil, err
		}
		if drawn {
			e.Colors, e.Deep, e.Grey = mostIndexed, false, false
		}
	}
	img := w.img
	if e.Grey {
		if img, err = img.Copy(); err != nil {
			return nil, vipsError(nil, "copy", err)
		}
		defer img.Close()
		if err := toGrey(img); err != nil {
			return nil, vipsError(nil, "drop the colours", err)
		}
	}
	options := saver.options(e)
	if !w.labelled && !img.HasICCProfile() {
		options = append(options, "strip=true")
	}
	body, err = save(img, saver.name, options...)
	if err != nil {
		return nil, vipsError(nil, "encode as "+e.Format.String(), err)
	}
	if e.Format == transform.AVIF && !wholeAVIF(body) {
		return nil, fmt.Errorf("%w: the AVIF encoder wrote a file without an image", transform.ErrMemory)
	}
	if !w.keep {
		body = withoutUnasked(body, e.Format, img.HasICCProfile(), w.labelled)
	}
	return body, nil
}

// withoutUnasked takes away the EXIF that encoders write of what has none.
func withoutUnasked(body []byte, f transform.Format, profiled, labelled bool) []byte {
	switch f {
	case transform.WebP:
		return withoutWebPMetadata(body, profiled, labelled)
	case transform.JPEG:
		return withoutEXIF(body)
	}
	return body
}

// saver is one of libvips' operations that write.
type saver struct {
	name    string
	options func(e transform.Encode) []string
}

var savers = map[transform.Format]saver{
	transform.JPEG: {"jpegsave_buffer", func(e transform.Encode) []string {
		return append(qualities(e), "optimize_coding=true", fmt.Sprintf("interlace=%v", e.Progressive))
	}},
	transform.PNG: {"pngsave_buffer", func(e transform.Encode) []string {
		if e.Colors > 0 {
			return []string{"palette=true", "compression=9", "dither=1", fmt.Sprintf("effort=%d", e.Effort), fmt.Sprintf("bitdepth=%d", depth(e.Colors))}
		}
		return []string{"compression=6"}
	}},
	transform.GIF: {"gifsave_buffer", func(e transform.Encode) []string {
		return []string{"dither=1", fmt.Sprintf("effort=%d", e.Effort), fmt.Sprintf("bitdepth=%d", gifDepth(e.Colors))}
	}},
	transform.WebP: {"webpsave_buffer", qualities},
	transform.AVIF: {"heifsave_buffer", func(e transform.Encode) []string {
		return append(qualities(e), "compression=av1", "bitdepth=8")
	}},
	transform.JXL: {"jxlsave_buffer", qualities},
	transform.TIFF: {"tiffsave_buffer", func(transform.Encode) []string {
		return []string{"compression=lzw", "predictor=horizontal"}
	}},
}

// qualities are the options that encoders with a quality have in common.
func qualities(e transform.Encode) []string {
	var options []string
	switch {
	case e.Lossless:
		options = append(options, "lossless=true")
	case e.Quality > 0:
		options = append(options, fmt.Sprintf("Q=%d", e.Quality))
	}
	if e.Effort > 0 {
		options = append(options, fmt.Sprintf("effort=%d", e.Effort))
	}
	switch e.Chroma {
	case transform.Chroma420:
		options = append(options, "subsample_mode=on")
	case transform.Chroma444:
		options = append(options, "subsample_mode=off")
	}
	return options
}

// depth is how many bits a pixel of a PNG takes for no more colours than there may be:
// 1, 2, 4 or 8.
func depth(colors int) int {
	n := bits.Len(uint(colors)) - 1
	return 1 << (bits.Len(uint(n)) - 1)
}

// gifDepth is the same of a GIF, which may take any number of bits up to 8, and does where
// nothing else is said.
func gifDepth(colors int) int {
	if colors == 0 {
		return 8
	}
	return bits.Len(uint(colors)) - 1
}
