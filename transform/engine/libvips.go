package engine

// #cgo pkg-config: vips
// #include <vips/vips.h>
//
// // What the admitted formats need; everything else stays blocked, first of all
// // the ImageMagick loader, which takes whatever no other loader knows.
// static void allow_loaders(void) {
//   static const char *allowed[] = {
//     "VipsForeignLoadJpeg", "VipsForeignLoadPng", "VipsForeignLoadNsgif",
//     "VipsForeignLoadWebp", "VipsForeignLoadHeif", "VipsForeignLoadTiff",
//     "VipsForeignLoadSvg", "VipsForeignLoadJxl", NULL};
//   vips_operation_block_set("VipsForeignLoad", TRUE);
//   for (int i = 0; allowed[i]; i++)
//     vips_operation_block_set(allowed[i], FALSE);
// }
//
// static VipsPel *first_of(VipsImage *image) { return VIPS_IMAGE_ADDR(image, 0, 0); }
//
// static VipsPel *row_of(VipsRegion *region, int y) { return VIPS_REGION_ADDR(region, 0, y); }
import "C"

import (
	"bufio"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unsafe"

	"github.com/davidbyttow/govips/v2/vips"
)

func allowLoaders() { C.allow_loaders() }

// forgetErrors empties libvips' error buffer of what an earlier task has left there.
func forgetErrors() { C.vips_error_clear() }

// materialise computes all pixels of a lazy pipeline into memory, in place. What
// follows may then read them in any order and more than once, and the time
// spent so far is the decoder's. govips offers no such call, and its field for
// the image is private: reflection reads the pointer.
func materialise(img *vips.ImageRef) error {
	if C.vips_image_wio_input(pointer(img)) != 0 {
		return lastError()
	}
	return nil
}

// inPlace computes all pixels of 8 bits and gives the memory in which they are, row
// by row, to be changed there. It is the image's, and ends with it.
func inPlace(img *vips.ImageRef) ([]byte, error) {
	if img.BandFormat() != vips.BandFormatUchar {
		return nil, errors.New("the pixels have not 8 bits")
	}
	if err := materialise(img); err != nil {
		return nil, err
	}
	if C.vips_image_inplace(pointer(img)) != 0 {
		return nil, lastError()
	}
	return unsafe.Slice((*byte)(C.first_of(pointer(img))), img.Width()*img.Height()*img.Bands()), nil
}

func pointer(img *vips.ImageRef) *C.VipsImage {
	return (*C.VipsImage)(reflect.ValueOf(img).Elem().FieldByName("image").UnsafePointer())
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
var codecLibrary = regexp.MustCompile(`/(lib(?:vips|jpeg|png|spng|webp|webpmux|heif|aom|dav1d|SvtAv1Enc|rav1e|x265|de265|tiff|rsvg-2|jxl|cgif|imagequant|lcms2|pango-1\.0|cairo)[^/]*\.so[^/]*)$`)

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
