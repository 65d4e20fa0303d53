package engine

// #include <vips/vips.h>
//
// // The colours of a picture in sRGB, in the space of another with a profile.
// static VipsImage *in_space_of(VipsImage *image, VipsImage *other) {
//   VipsImage *colors = NULL, *alpha = NULL, *lab = NULL, *copy = NULL, *there = NULL, *out = NULL;
//   const void *profile;
//   size_t length;
//   if (!vips_image_get_blob(other, VIPS_META_ICC_NAME, &profile, &length) &&
//       !vips_extract_band(image, &colors, 0, "n", 3, NULL) && !vips_extract_band(image, &alpha, 3, NULL) &&
//       !vips_icc_import(colors, &lab, "input_profile", "srgb", "pcs", VIPS_PCS_LAB, "intent", VIPS_INTENT_RELATIVE, NULL) &&
//       !vips_copy(lab, &copy, NULL)) {
//     vips_image_set_blob_copy(copy, VIPS_META_ICC_NAME, profile, length);
//     if (!vips_icc_export(copy, &there, "pcs", VIPS_PCS_LAB, "intent", VIPS_INTENT_RELATIVE, "depth", 8, NULL))
//       vips_bandjoin2(there, alpha, &out, NULL);
//   }
//   VIPS_UNREF(there);
//   VIPS_UNREF(copy);
//   VIPS_UNREF(lab);
//   VIPS_UNREF(alpha);
//   VIPS_UNREF(colors);
//   return out;
// }
import "C"

import (
	"github.com/davidbyttow/govips/v2/vips"
)

// matchSpace converts what is drawn, which is in sRGB, to the space of a picture.
func (l *lettering) matchSpace(picture *vips.ImageRef) error {
	img, err := l.inSpaceOf(picture)
	if err != nil || img == nil {
		return err
	}
	l.img = img
	l.raster, err = pixelsOf(img)
	return err
}

// inSpaceOf converts pixels in sRGB, with alpha, to the space of a picture that has a profile. One
// without is in sRGB or is taken for that: nil.
func (r raster) inSpaceOf(picture *vips.ImageRef) (*vips.ImageRef, error) {
	if !picture.HasICCProfile() {
		return nil, nil
	}
	img, err := r.image()
	if err != nil {
		return nil, err
	}
	converted := C.in_space_of(pointer(img), pointer(picture))
	if converted == nil {
		img.Close()
		return nil, lastError()
	}
	replace(img, converted)
	return img, nil
}
