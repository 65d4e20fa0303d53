package engine

import (
	"encoding/binary"
	"slices"
)

// withoutWebPMetadata drops EXIF from a WebP file, in place, and unless they are to stay ICC and XMP.
// libvips 8.14.1 ignores its strip option there and writes an EXIF block even
// where the image has none. (RFC 9649, section 2.7.)
func withoutWebPMetadata(file []byte, profiled, labelled bool) []byte {
	const header, chunkHeader = 12, 8
	if len(file) < header {
		return file
	}
	for at := header; at+chunkHeader <= len(file); {
		size := chunkHeader + int(binary.LittleEndian.Uint32(file[at+4:]))
		end := min(at+size+size%2, len(file))
		switch kind := string(file[at : at+4]); {
		case kind == "EXIF", kind == "XMP " && !labelled, kind == "ICCP" && !profiled:
			file = slices.Delete(file, at, end)
			continue
		case kind == "VP8X":
			const icc, exif, xmp = 1 << 5, 1 << 3, 1 << 2
			file[at+chunkHeader] &^= exif
			if !labelled {
				file[at+chunkHeader] &^= xmp
			}
			if !profiled {
				file[at+chunkHeader] &^= icc
			}
		}
		at = end
	}
	binary.LittleEndian.PutUint32(file[4:], uint32(len(file)-8))
	return file
}
