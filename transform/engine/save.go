package engine

// #include <stdlib.h>
// #include <vips/vips.h>
//
// // Calls a saver by its name, with options spelled as on vips' command line. The blob is the caller's.
// static VipsBlob *saved(VipsImage *image, const char *saver, const char *options) {
//   VipsOperation *save = vips_operation_new(saver);
//   VipsBlob *blob = NULL;
//   if (!save)
//     return NULL;
//   g_object_set(save, "in", image, NULL);
//   if (!vips_object_set_from_string(VIPS_OBJECT(save), options) && !vips_cache_operation_buildp(&save))
//     g_object_get(save, "buffer", &blob, NULL);
//   vips_object_unref_outputs(VIPS_OBJECT(save));
//   g_object_unref(save);
//   return blob;
// }
//
// static void let_go(VipsBlob *blob) { vips_area_unref(VIPS_AREA(blob)); }
import "C"

import (
	"errors"
	"strings"
	"unsafe"

	"github.com/davidbyttow/govips/v2/vips"
)

// save writes an image with one of libvips' savers, whose options govips passes on in part.
func save(img *vips.ImageRef, saver string, options ...string) ([]byte, error) {
	name, spelled := C.CString(saver), C.CString(strings.Join(options, ","))
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(spelled))
	blob := C.saved(pointer(img), name, spelled)
	if blob == nil {
		return nil, lastError()
	}
	defer C.let_go(blob)
	var length C.size_t
	bytes := C.vips_blob_get(blob, &length)
	if length == 0 || length > 1<<30 {
		return nil, errors.New("the encoder wrote nothing of a size that there is")
	}
	return C.GoBytes(bytes, C.int(length)), nil
}
