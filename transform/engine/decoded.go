package engine

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// decoded is what was decoded last of a file of which more renditions are wanted: one image, in memory.
var decoded struct {
	of  decoding
	img *vips.ImageRef // nil for none
}

// decoding is what makes the pixels of a file.
type decoding struct {
	file         string
	shrink, page int
}

// mostKept is how many bytes of pixels are kept: 21 megapixels in colour.
const mostKept = 64 << 20

// shared opens the image of a plan, together with those that want the same of it: it is decoded once where more are to
// come, and let go with the last.
func shared(data []byte, p *transform.Plan, open func([]byte, *transform.Plan) (*vips.ImageRef, error)) (*vips.ImageRef, error) {
	if p.File == "" {
		return open(data, p)
	}
	wanted := decoding{p.File, p.Shrink, p.Source.Page}
	if decoded.img != nil && decoded.of != wanted {
		letGo()
	}
	if decoded.img != nil {
		img, err := decoded.img.Copy()
		if !p.Keep {
			letGo() // the copy has the pixels
		}
		return img, err
	}
	img, err := open(data, p)
	if err != nil || !p.Keep || img.Width()*img.Height()*img.Bands()*depthOf(img) > mostKept {
		return img, err
	}
	if err := decode(img, p); err != nil {
		img.Close()
		return nil, err
	}
	if again, err := img.Copy(); err == nil {
		decoded.of, decoded.img = wanted, again
	}
	return img, nil
}

// letGo forgets what is decoded and finished.
func letGo() {
	dropFinished()
	if decoded.img != nil {
		decoded.img.Close()
		decoded.img = nil
	}
}

// depthOf is how many bytes a channel has.
func depthOf(img *vips.ImageRef) int {
	if img.BandFormat() == vips.BandFormatUchar {
		return 1
	}
	return 4 // at most, of what decoders give
}
