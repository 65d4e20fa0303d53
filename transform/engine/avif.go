package engine

import (
	"bytes"
	"encoding/binary"
	"iter"
)

// wholeAVIF tells whether an AVIF file has coded data in it. libheif 1.15 reports
// success when libaom runs out of memory, and writes a file of headers alone.
func wholeAVIF(file []byte) bool {
	for kind, data := range boxes(file) {
		if kind == "mdat" {
			return len(data) > 0
		}
	}
	return false
}

// movingAVIF tells whether an AVIF file says to be an animation before all else, as those are
// that libheif 1.15 takes for no images. (AVIF, section 6.3: brands.)
func movingAVIF(file []byte) bool {
	return bytes.HasPrefix(inside(file, "ftyp", false), []byte("avis"))
}

// boxes are those that lie side by side in a file, or in the data of a box, by their kinds, up
// to the end or what is no box. (ISO 14496-12, section 4.2: a size, which counts the header,
// and a kind.)
func boxes(data []byte) iter.Seq2[string, []byte] {
	const short, long = 8, 16 // bytes of a header
	return func(yield func(kind string, data []byte) bool) {
		for len(data) >= short {
			header, size := short, uint64(binary.BigEndian.Uint32(data))
			switch {
			case size == 0: // to the end
				size = uint64(len(data))
			case size == 1 && len(data) >= long:
				header, size = long, binary.BigEndian.Uint64(data[short:])
			}
			if size < uint64(header) || size > uint64(len(data)) {
				return
			}
			if !yield(string(data[4:8]), data[header:size]) {
				return
			}
			data = data[size:]
		}
	}
}

// inside is the data of the first box of a kind, without its version and flags where it has
// those; nil for none.
func inside(data []byte, kind string, full bool) []byte {
	for found, data := range boxes(data) {
		if found != kind {
			continue
		}
		if full {
			return data[min(len(data), 4):]
		}
		return data
	}
	return nil
}
