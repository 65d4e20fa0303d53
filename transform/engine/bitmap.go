package engine

import (
	"bytes"
	"fmt"
	"image"
	idraw "image/draw"
	"io"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
	"github.com/sergeymakinen/go-bmp"
	"github.com/sergeymakinen/go-ico"
)

// bitmap decodes a BMP, or the largest image of an ICO, which libvips leaves to
// ImageMagick.
func bitmap(data []byte, format transform.Format, limits transform.Limits) (*vips.ImageRef, error) {
	header, decode := bmp.DecodeConfig, bmp.Decode
	if format == transform.ICO {
		header, decode = ico.DecodeConfig, ico.Decode
	}
	size, err := header(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: read the header: %w", transform.ErrUndecodable, unexpected(err))
	}
	if err := limits.Check(transform.Source{Width: size.Width, Height: size.Height, Frames: 1}); err != nil {
		return nil, err
	}
	decoded, err := decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: decode: %w", transform.ErrUndecodable, unexpected(err))
	}
	return imported(decoded)
}

// unexpected is an error of the file's end, which is no end of what is read of it.
func unexpected(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// imported is an image of Go's as one of libvips'.
func imported(from image.Image) (*vips.ImageRef, error) {
	bounds := from.Bounds()
	to := image.NewNRGBA(image.Rectangle{Max: bounds.Size()})
	idraw.Draw(to, to.Rect, from, bounds.Min, idraw.Src)
	img, err := vips.NewImageFromMemory(to.Pix, bounds.Dx(), bounds.Dy(), 4, vips.BandFormatUchar, vips.InterpretationSRGB)
	if err != nil {
		return nil, vipsError(nil, "take the pixels", err)
	}
	if to.Opaque() {
		if err := img.ExtractBand(0, 3); err != nil {
			img.Close()
			return nil, vipsError(nil, "drop the alpha", err)
		}
	}
	return img, nil
}
