package engine

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// withoutEXIF drops the EXIF segments of a JPEG, in place: libvips writes one where it is to
// write a profile, also of an image that has none. (JPEG, ITU-T T.81, section B.1.1.)
func withoutEXIF(file []byte) []byte {
	const markers, marker, app1, scan = 2, 0xff, 0xe1, 0xda
	for at := markers; at+4 <= len(file) && file[at] == marker && file[at+1] != scan; {
		end := at + 2 + int(binary.BigEndian.Uint16(file[at+2:]))
		if end > len(file) {
			break
		}
		if file[at+1] == app1 && bytes.HasPrefix(file[at+4:end], []byte("Exif\x00")) {
			file = slices.Delete(file, at, end)
			continue
		}
		at = end
	}
	return file
}
