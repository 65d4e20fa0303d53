package engine

// #include <vips/vips.h>
//
// // The matrix and the offset are of pixels' middles: libvips counts from the middle of
// // the first pixel, hence the halves.
// static int place(VipsImage *in, VipsImage **out, const double m[4], double x, double y,
//                  int width, int height, const double *outside, int bands) {
//   VipsInterpolate *bicubic = vips_interpolate_new("bicubic");
//   VipsArrayInt *area = vips_array_int_newv(4, 0, 0, width, height);
//   VipsArrayDouble *ink = vips_array_double_new(outside, bands ? bands : 1);
//   int failed = !bicubic || vips_affine(in, out, m[0], m[1], m[2], m[3], "interpolate", bicubic,
//     "oarea", area, "idx", 0.5, "idy", 0.5, "odx", x - 0.5, "ody", y - 0.5, "premultiplied", TRUE,
//     "extend", bands ? VIPS_EXTEND_BACKGROUND : VIPS_EXTEND_COPY, "background", ink, NULL);
//   vips_area_unref(VIPS_AREA(ink));
//   vips_area_unref(VIPS_AREA(area));
//   if (bicubic)
//     g_object_unref(bicubic);
//   return failed;
// }
import "C"

import (
	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// place puts an image through a matrix onto a canvas, middle on middle, with bicubic
// interpolation. Outside is what the canvas shows besides, one value a band; none of
// them extends the edges. Alpha must be premultiplied.
//
// Neither libvips' resize nor its similarity will do: when it enlarges, the one moves
// the picture by half a pixel (libvips issue 4841), and the other turns it about the
// corner pixel's middle, onto whole pixels.
func place(img *vips.ImageRef, m [4]float64, canvas transform.Size, outside ...float64) error {
	width, height := float64(img.Width()), float64(img.Height())
	x := (float64(canvas.Width) - m[0]*width - m[1]*height) / 2
	y := (float64(canvas.Height) - m[2]*width - m[3]*height) / 2
	var ink [4]C.double
	for i, value := range outside {
		ink[i] = C.double(value)
	}
	matrix := [4]C.double{C.double(m[0]), C.double(m[1]), C.double(m[2]), C.double(m[3])}
	var placed *C.VipsImage
	if C.place(pointer(img), &placed, &matrix[0], C.double(x), C.double(y),
		C.int(canvas.Width), C.int(canvas.Height), &ink[0], C.int(len(outside))) != 0 {
		return lastError()
	}
	replace(img, placed)
	return nil
}

// enlarge brings an image to a size that is nowhere smaller.
func enlarge(img *vips.ImageRef, size transform.Size) error {
	across, down := float64(size.Width)/float64(img.Width()), float64(size.Height)/float64(img.Height())
	return place(img, [4]float64{across, 0, 0, down}, size)
}
