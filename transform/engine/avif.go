package engine

import "encoding/binary"

// wholeAVIF tells whether an AVIF file has coded data in it. libheif 1.15 reports
// success when libaom runs out of memory, and writes a file of headers alone.
// (ISO 14496-12, section 4.2: boxes; mdat holds the data.)
func wholeAVIF(file []byte) bool {
	const header = 8
	for len(file) >= header {
		size := int(binary.BigEndian.Uint32(file))
		if size == 0 { // to the end of the file
			size = len(file)
		}
		if size < header || size > len(file) {
			return false
		}
		if string(file[4:8]) == "mdat" {
			return size > header
		}
		file = file[size:]
	}
	return false
}
