package engine

import (
	"fmt"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// encode writes the image without metadata: it may hold a position. It is
// removed from the image, and not left to the encoders' option alone, which not
// all of them heed.
func encode(img *vips.ImageRef, e transform.Encode) (body []byte, err error) {
	if err := img.RemoveMetadata(); err != nil {
		return nil, vipsError(nil, "remove the metadata", err)
	}
	switch e.Format {
	case transform.JPEG:
		body, _, err = img.ExportJpeg(&vips.JpegExportParams{
			StripMetadata: true, Quality: e.Quality, Interlace: e.Progressive, OptimizeCoding: true,
		})
	case transform.PNG:
		body, _, err = img.ExportPng(&vips.PngExportParams{StripMetadata: true, Compression: 6})
	case transform.GIF:
		body, _, err = img.ExportGIF(&vips.GifExportParams{StripMetadata: true, Dither: 1, Effort: e.Effort, Bitdepth: 8})
	case transform.WebP:
		body, _, err = img.ExportWebp(&vips.WebpExportParams{
			StripMetadata: true, Quality: e.Quality, ReductionEffort: e.Effort,
		})
		body = withoutWebPMetadata(body)
	case transform.AVIF:
		body, _, err = img.ExportAvif(&vips.AvifExportParams{
			StripMetadata: true, Quality: e.Quality, Effort: e.Effort, Bitdepth: 8, // both, or neither is passed on
		})
	default:
		return nil, fmt.Errorf("encode as %q: no such encoder", e.Format)
	}
	if err != nil {
		return nil, vipsError(nil, "encode as "+e.Format.String(), err)
	}
	if e.Format == transform.AVIF && !wholeAVIF(body) {
		return nil, fmt.Errorf("%w: the AVIF encoder wrote a file without an image", transform.ErrMemory)
	}
	return body, nil
}
