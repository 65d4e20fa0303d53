package engine

// #include <vips/vips.h>
//
// // Says of pixels in memory that they are Display P3, with the profile that libvips has.
// static int label_p3(VipsImage *image) {
//   VipsBlob *profile = NULL;
//   size_t length;
//   const void *data;
//   if (vips_profile_load("p3", &profile, NULL) || !profile)
//     return -1;
//   data = vips_blob_get(profile, &length);
//   vips_image_set_blob_copy(image, VIPS_META_ICC_NAME, data, length);
//   vips_area_unref(VIPS_AREA(profile));
//   if (image->BandFmt == VIPS_FORMAT_USHORT)
//     image->Type = VIPS_INTERPRETATION_RGB16;
//   return 0;
// }
import "C"

import (
	"encoding/binary"
	"fmt"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// cicp is what the numbers of colours mean, in numbers (ITU-T H.273, tables 2 and 3), and how
// bright they become, in candelas a square metre, 0 where that is not said.
type cicp struct {
	primaries, transfer int
	peak                float64
}

const (
	primariesBT709, primariesBT2020, primariesP3 = 1, 9, 12
	transferSRGB, transferPQ, transferHLG        = 13, 16, 18
)

// cicpField is where an image has its cicp, as text.
const cicpField = "lightwell-cicp"

// tell notes in an image what its file says in numbers. Of PNGs that counts before a profile
// (PNG, third edition, section 4.3), and in a HEIF file after one.
func tell(img *vips.ImageRef, file []byte, f transform.Format) error {
	var c cicp
	switch f {
	case transform.AVIF, transform.HEIC:
		c = heifCICP(file)
	case transform.PNG:
		if c = pngCICP(file); c.matters() {
			if err := img.RemoveICCProfile(); err != nil {
				return vipsError(nil, "drop the profile", err)
			}
		}
	}
	if c.matters() && img.Bands() > 2 && !img.HasICCProfile() {
		img.SetString(cicpField, fmt.Sprint(c.primaries, c.transfer, c.peak))
	}
	return nil
}

// pngCICP is what a PNG says before its pixels. (PNG, third edition, section 11.3.2.)
func pngCICP(file []byte) (c cicp) {
	all, _ := chunks(file)
	for _, chunk := range all {
		switch {
		case chunk.kind == "IDAT":
			return c
		case chunk.kind == "cICP" && len(chunk.data) == 4:
			c.primaries, c.transfer = int(chunk.data[0]), int(chunk.data[1])
		case chunk.kind == "cLLI" && len(chunk.data) == 8:
			c.peak = float64(binary.BigEndian.Uint32(chunk.data)) / 10_000
		}
	}
	return c
}

// matters tells whether the colours are known and others than sRGB's. Those of television (1, 6,
// 14 and 15) are taken for sRGB's, as browsers do.
func (c cicp) matters() bool {
	switch c.primaries {
	case primariesBT709, primariesBT2020, primariesP3:
	default:
		return false
	}
	switch c.transfer {
	case transferPQ, transferHLG:
		return true
	case 1, 6, transferSRGB, 14, 15:
		return c.primaries != primariesBT709
	}
	return false
}

// followCICP makes a picture whose colours are told in numbers one of Display P3, which
// holds what screens show, with a profile. From there on it is like any other.
func followCICP(img *vips.ImageRef) error {
	var c cicp
	if _, err := fmt.Sscan(img.GetString(cicpField), &c.primaries, &c.transfer, &c.peak); err != nil || img.HasICCProfile() {
		return nil
	}
	img.SetString(cicpField, "") // once is enough
	if c.primaries != primariesP3 || c.transfer == transferPQ || c.transfer == transferHLG {
		if err := c.toP3(img); err != nil {
			return err
		}
	}
	if err := materialise(img); err != nil { // else it may be shared
		return vipsError(transform.ErrUndecodable, "decode", err)
	}
	if C.label_p3(pointer(img)) != 0 {
		return vipsError(nil, "take the profile", lastError())
	}
	return nil
}
