package engine

// #cgo pkg-config: vips
// #include <stdlib.h>
// #include <string.h>
// #include <vips/vips.h>
//
// // What the admitted formats need; everything else stays blocked, first of all
// // the ImageMagick loader, which takes whatever no other loader knows.
// static void allow_loaders(void) {
//   static const char *allowed[] = {
//     "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadNsgif",
//     "VipsForeignLoadWebp", "VipsForeignLoadHeif", "VipsForeignLoadTiff",
//     "VipsForeignLoadSvg", "VipsForeignLoadJxl", "VipsForeignLoadPdf", NULL};
//   vips_operation_block_set("VipsForeignLoad", TRUE);
//   for (int i = 0; allowed[i]; i++)
//     vips_operation_block_set(allowed[i], FALSE);
// }
//
// // An image over bytes that stay where they are until it is computed or closed.
// static VipsImage *opened(const void *bytes, size_t length, const char *options) {
//   VipsSource *source = vips_source_new_from_memory(bytes, length);
//   VipsImage *image = source ? vips_image_new_from_source(source, options, NULL) : NULL;
//   VIPS_UNREF(source);
//   return image;
// }
//
// // The mean of each square of so many pixels. Those at the right and lower edge are
// // of what there is: no pixel is left out.
// static VipsImage *averaged(VipsImage *image, int factor) {
//   VipsImage *out = NULL;
//   vips_shrink(image, &out, factor, factor, "ceil", TRUE, NULL);
//   return out;
// }
//
// static int in_memory(VipsImage *image) {
//   return image->dtype == VIPS_IMAGE_SETBUF || image->dtype == VIPS_IMAGE_SETBUF_FOREIGN;
// }
//
// static int copy_rows(VipsImage *from, VipsImage *to, int rows) {
//   VipsRegion *region = vips_region_new(from);
//   int failed = region == NULL;
//   for (int y = 0; !failed && y < to->Ysize; y += rows) {
//     VipsRect strip = {0, y, to->Xsize, VIPS_MIN(rows, to->Ysize - y)};
//     failed = vips_region_prepare(region, &strip);
//     for (int i = 0; !failed && i < strip.height; i++)
//       memcpy(VIPS_IMAGE_ADDR(to, 0, y + i), VIPS_REGION_ADDR(region, 0, y + i), VIPS_IMAGE_SIZEOF_LINE(to));
//   }
//   VIPS_UNREF(region);
//   return failed;
// }
//
// // All pixels of an image in memory, computed on this thread. NULL is a failure.
// static VipsImage *computed(VipsImage *image, int rows) {
//   VipsImage *memory = vips_image_new_memory();
//   if (vips_image_pipelinev(memory, VIPS_DEMAND_STYLE_THINSTRIP, image, NULL) ||
//       vips_image_write_prepare(memory) || copy_rows(image, memory, rows))
//     VIPS_UNREF(memory);
//   return memory;
// }
//
// // An image whose pixels are to be written.
// static VipsImage *unwritten(int width, int height, int bands) {
//   VipsImage *memory = vips_image_new_memory();
//   vips_image_init_fields(memory, width, height, bands, VIPS_FORMAT_UCHAR, VIPS_CODING_NONE,
//                          VIPS_INTERPRETATION_sRGB, 1, 1);
//   if (vips_image_write_prepare(memory))
//     VIPS_UNREF(memory);
//   return memory;
// }
//
// static VipsPel *first_of(VipsImage *image) { return VIPS_IMAGE_ADDR(image, 0, 0); }
//
// static VipsPel *row_of(VipsRegion *region, int y) { return VIPS_REGION_ADDR(region, 0, y); }
import "C"

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"unsafe"

	"github.com/davidbyttow/govips/v2/vips"
)

func allowLoaders() { C.allow_loaders() }

// forgetErrors empties libvips' error buffer of what an earlier task has left there.
func forgetErrors() { C.vips_error_clear() }

// opened reads the header of an image with a loader's options; the pixels come when
// they are asked for, and until then data must be pinned. A reader in Go would be
// called from C for every four kilobytes, and govips' loaders of buffers do not all
// fail on truncation.
func opened(data []byte, options string) (*vips.ImageRef, error) {
	if len(data) == 0 {
		return nil, errors.New("it is empty")
	}
	asked := C.CString(options)
	defer C.free(unsafe.Pointer(asked))
	return held(C.opened(unsafe.Pointer(&data[0]), C.size_t(len(data)), asked))
}

// unwritten is an image of 8 bits in memory, whose pixels are whatever was there.
func unwritten(width, height, bands int) (*vips.ImageRef, error) {
	return held(C.unwritten(C.int(width), C.int(height), C.int(bands)))
}

// held gives an image to an ImageRef; nil is one that libvips could not make.
func held(image *C.VipsImage) (*vips.ImageRef, error) {
	if image == nil {
		return nil, lastError()
	}
	img, err := vips.Black(1, 1) // govips makes no ImageRef of an image that it has not loaded
	if err != nil {
		C.g_object_unref(C.gpointer(image))
		return nil, err
	}
	replace(img, image)
	return img, nil
}

// average makes an image smaller by a whole factor, which govips has no call for.
func average(img *vips.ImageRef, factor int) error {
	if factor == 1 {
		return nil
	}
	out := C.averaged(pointer(img), C.int(factor))
	if out == nil {
		return lastError()
	}
	replace(img, out)
	return nil
}

// replace puts another image in place of an ImageRef's, which it lets go.
func replace(img *vips.ImageRef, by *C.VipsImage) {
	at := field(img)
	C.g_object_unref(C.gpointer(*at))
	*at = by
}

// pinned keeps a file's bytes where they are until it is undone.
func pinned(data ...[]byte) (undo func()) {
	var pins runtime.Pinner
	for _, bytes := range data {
		if len(bytes) > 0 {
			pins.Pin(&bytes[0])
		}
	}
	return pins.Unpin
}

// materialise computes all pixels of a lazy pipeline into memory, in place. What
// follows may then read them in any order and more than once, and the time
// spent so far is the decoder's. libvips would have a thread of its own do it, strip
// by strip, and wake this one for each; and each read of the file would come from a
// thread that Go does not know. govips offers no such call, and its field for the
// image is private: reflection finds it.
func materialise(img *vips.ImageRef) error {
	if C.in_memory(pointer(img)) != 0 {
		return nil
	}
	computed := C.computed(pointer(img), stripRows)
	if computed == nil {
		return lastError()
	}
	replace(img, computed)
	return nil
}

// inPlace computes all pixels of 8 bits and gives the memory in which they are, row
// by row, to be changed there. It is the image's, and ends with it.
func inPlace(img *vips.ImageRef) ([]byte, error) { return samplesOf[byte](img, vips.BandFormatUchar) }

// inPlace16 is the same of 16 bits.
func inPlace16(img *vips.ImageRef) ([]uint16, error) {
	return samplesOf[uint16](img, vips.BandFormatUshort)
}

func samplesOf[T byte | uint16](img *vips.ImageRef, format vips.BandFormat) ([]T, error) {
	if img.BandFormat() != format {
		return nil, fmt.Errorf("the pixels have not %d bits", 8*unsafe.Sizeof(T(0)))
	}
	if err := materialise(img); err != nil {
		return nil, err
	}
	if C.vips_image_inplace(pointer(img)) != 0 {
		return nil, lastError()
	}
	return unsafe.Slice((*T)(unsafe.Pointer(C.first_of(pointer(img)))), img.Width()*img.Height()*img.Bands()), nil
}

func pointer(img *vips.ImageRef) *C.VipsImage { return *field(img) }

// cutAt is where an image lay in the one that it has been cut out of.
func cutAt(img *vips.ImageRef) (x, y int) {
	return -int(pointer(img).Xoffset), -int(pointer(img).Yoffset)
}

// field is where an ImageRef has its image.
func field(img *vips.ImageRef) **C.VipsImage {
	return (**C.VipsImage)(unsafe.Pointer(reflect.ValueOf(img).Elem().FieldByName("image").UnsafeAddr()))
}

// lastError is what libvips says of the call that has failed.
func lastError() error {
	text := C.GoString(C.vips_error_buffer())
	C.vips_error_clear()
	return errors.New(text)
}

// strips reads the pixels of a lazy image row by row, some at a time.
type strips struct {
	img    *vips.ImageRef
	region *C.VipsRegion
	ready  int // rows before this one are in the region
}

// stripRows is how many rows are computed at a time.
const stripRows = 16

func newStrips(img *vips.ImageRef) (*strips, error) {
	region := C.vips_region_new(pointer(img))
	if region == nil {
		return nil, lastError()
	}
	return &strips{img: img, region: region}, nil
}

func (s *strips) close() { C.g_object_unref(C.gpointer(s.region)) }

// row is the bytes of a row, until the next is asked for; rows must be asked for
// in order.
func (s *strips) row(y int) ([]byte, error) {
	if y >= s.ready {
		strip := C.VipsRect{left: 0, top: C.int(y), width: C.int(s.img.Width()), height: C.int(min(stripRows, s.img.Height()-y))}
		if C.vips_region_prepare(s.region, &strip) != 0 {
			return nil, lastError()
		}
		s.ready = y + int(strip.height)
	}
	return unsafe.Slice((*byte)(C.row_of(s.region, C.int(y))), s.img.Width()*s.img.Bands()), nil
}

// codecLibrary matches the libraries whose version changes what is decoded or
// encoded; Debian's file names end in the version.
var codecLibrary = regexp.MustCompile(`/(lib(?:vips|jpeg|png|spng|webp|webpmux|heif|aom|dav1d|SvtAv1Enc|rav1e|x265|de265|tiff|rsvg-2|jxl|cgif|imagequant|lcms2|poppler|poppler-glib|pango-1\.0|cairo)[^/]*\.so[^/]*)$`)

// Fingerprint names libvips and the codecs of this process, by version. Equal
// fingerprints make equal bytes of equal plans.
func Fingerprint() (string, error) {
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return "", err
	}
	defer maps.Close()
	found := map[string]bool{}
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 6 {
			continue
		}
		if name := codecLibrary.FindStringSubmatch(fields[5]); name != nil {
			found[filepath.Base(name[1])] = true
		}
	}
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	return "vips " + vips.Version + " " + strings.Join(names, " "), nil
}
