package engine

// #include <stdlib.h>
// #include <vips/vips.h>
//
// // Brightness alone, of what has the same in each of its three colours.
// static VipsImage *greyed(VipsImage *image, VipsInterpretation as) {
//   VipsImage *grey = NULL, *alpha = NULL, *both = NULL, *out = NULL;
//   if (!vips_extract_band(image, &grey, 0, NULL) &&
//       (image->Bands < 4 || (!vips_extract_band(image, &alpha, 3, NULL) && !vips_bandjoin2(grey, alpha, &both, NULL))))
//     vips_copy(both ? both : grey, &out, "interpretation", as, NULL);
//   VIPS_UNREF(grey);
//   VIPS_UNREF(alpha);
//   VIPS_UNREF(both);
//   return out;
// }
//
// // The colours by the profile that an image has, or by the fallback, in those of another.
// static VipsImage *converted(VipsImage *image, const char *to, const char *fallback, int depth) {
//   VipsImage *out = NULL;
//   vips_icc_transform(image, &out, to, "input_profile", fallback, "embedded", TRUE, "depth", depth,
//                      "intent", VIPS_INTENT_PERCEPTUAL, "black_point_compensation", TRUE, NULL);
//   return out;
// }
//
// // The same, in those of a profile that is given.
// static VipsImage *converted_like(VipsImage *image, const void *profile, size_t length) {
//   VipsImage *seen = NULL, *out = NULL;
//   if (!vips_icc_import(image, &seen, "input_profile", "srgb", "embedded", TRUE, NULL)) {
//     vips_image_set_blob_copy(seen, VIPS_META_ICC_NAME, profile, length);
//     vips_icc_export(seen, &out, "depth", 8, NULL);
//   }
//   VIPS_UNREF(seen);
//   return out;
// }
import "C"

import (
	"bytes"
	"unsafe"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// toSpace brings any colours to the plan's space, in 8 bits, or 16 where the plan keeps
// them. A profile that does not fit the pixels is not worth failing for: browsers ignore
// it, too.
func toSpace(img *vips.ImageRef, p *transform.Plan) error {
	if p.Space != transform.SpaceStrip {
		if err := followCICP(img); err != nil {
			return err
		}
	}
	keeps := keepsColors(img, p)
	if !keeps {
		convert(img, p.Space)
	}
	interpretation, format := vips.InterpretationSRGB, vips.BandFormatUchar
	if p.Encode.Deep {
		interpretation, format = vips.InterpretationRGB16, vips.BandFormatUshort
	}
	if img.Interpretation() != interpretation {
		if err := img.ToColorSpace(interpretation); err != nil {
			return vipsError(transform.ErrUndecodable, "convert the colours", err)
		}
	}
	if img.BandFormat() != format {
		if err := img.Cast(format); err != nil {
			return vipsError(nil, "cast to the depth of the result", err)
		}
	}
	if keeps && p.Space == transform.SpaceOrigin || p.Space == transform.SpaceP3 {
		return nil
	}
	return step("drop the profile", img.RemoveICCProfile())
}

// keepsColors tells whether the source's own numbers stay, which those of printers never
// do, and those of grey only where the result is grey.
func keepsColors(img *vips.ImageRef, p *transform.Plan) bool {
	switch {
	case img.Interpretation() == vips.InterpretationCMYK:
		return false
	case p.Space == transform.SpaceOrigin:
		return img.Bands() > 2 || p.Encode.Grey
	}
	return p.Space == transform.SpaceStrip
}

// convert follows the profile that an image has, or that fits it.
func convert(img *vips.ImageRef, to transform.Space) {
	target, fallback := "srgb", "srgb"
	if to == transform.SpaceP3 {
		target = "p3"
	}
	cmyk := img.Interpretation() == vips.InterpretationCMYK
	if cmyk {
		fallback = "cmyk"
	}
	if !cmyk && !img.HasICCProfile() && target == "srgb" {
		return
	}
	if byProfile(img, target, fallback) != nil && img.RemoveICCProfile() == nil && (cmyk || target != "srgb") {
		_ = byProfile(img, target, fallback)
	}
}

// byProfile converts by the tables that profiles have for photographs (perceptual), the darkest
// that a source has becoming black. govips has no option for that, and libvips 8.14 without it
// takes the tables for spot colours: black ink comes out as a dark grey.
func byProfile(img *vips.ImageRef, target, fallback string) error {
	depth := C.int(16)
	if img.BandFormat() == vips.BandFormatUchar {
		depth = 8
	}
	to, without := C.CString(target), C.CString(fallback)
	defer C.free(unsafe.Pointer(to))
	defer C.free(unsafe.Pointer(without))
	out := C.converted(pointer(img), to, without, depth)
	if out == nil {
		return lastError()
	}
	replace(img, out)
	return nil
}

// likeOf brings colours of 8 bits to the space of another image.
func likeOf(img, other *vips.ImageRef) error {
	own, wanted := img.GetBlob(profileField), other.GetBlob(profileField)
	switch {
	case bytes.Equal(own, wanted):
		return nil
	case len(wanted) == 0:
		return toSpace(img, &transform.Plan{})
	}
	defer pinned(wanted)()
	out := C.converted_like(pointer(img), unsafe.Pointer(&wanted[0]), C.size_t(len(wanted)))
	if out == nil {
		return vipsError(nil, "convert the colours", lastError())
	}
	replace(img, out)
	return nil
}

// profileField is where libvips keeps an image's profile.
const profileField = "icc-profile-data"

// toGrey leaves brightness alone.
func toGrey(img *vips.ImageRef) error {
	as := C.VipsInterpretation(C.VIPS_INTERPRETATION_B_W)
	if img.BandFormat() == vips.BandFormatUshort {
		as = C.VIPS_INTERPRETATION_GREY16
	}
	grey := C.greyed(pointer(img), as)
	if grey == nil {
		return lastError()
	}
	replace(img, grey)
	return nil
}
