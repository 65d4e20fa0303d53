package engine

import (
	"bytes"
	"encoding/binary"
	"strings"
)

// The tags of a picture's maker and of its owner (EXIF 2.32, section 4.6.4).
const (
	artistTag    = 0x013b
	copyrightTag = 0x8298
)

// exifTexts reads texts of an EXIF block's first directory, by their tags. libvips gives what is
// not ASCII as question marks.
func exifTexts(block []byte) map[uint16]string {
	block = bytes.TrimPrefix(block, []byte("Exif\x00\x00"))
	texts := map[uint16]string{}
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(block, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(block, []byte("II*\x00")):
		return texts
	}
	at := func(offset, size int) []byte {
		if offset < 0 || size < 0 || offset > len(block) || size > len(block)-offset {
			return nil
		}
		return block[offset : offset+size]
	}
	const header, entry, ascii = 8, 12, 2
	if len(block) < header {
		return texts
	}
	directory := int(order.Uint32(block[4:]))
	count := at(directory, 2)
	if count == nil {
		return texts
	}
	for i := range int(order.Uint16(count)) {
		e := at(directory+2+entry*i, entry)
		if e == nil {
			return texts
		}
		length := int(order.Uint32(e[4:]))
		value := e[8:]
		if length > 4 {
			value = at(int(order.Uint32(value)), length)
		}
		if order.Uint16(e[2:]) == ascii && value != nil {
			text, _, _ := strings.Cut(string(value[:min(length, len(value))]), "\x00")
			texts[order.Uint16(e)] = strings.TrimSpace(strings.ToValidUTF8(text, ""))
		}
	}
	return texts
}
