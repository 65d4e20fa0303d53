package engine

import (
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// profileName is what an ICC profile calls itself, "" where it does not (ICC.1:2022, sections 7 and
// 9.2.41; ICC.1:2001-04, section 6.5.17).
func profileName(profile []byte) string {
	const header, entry = 132, 12
	if len(profile) < header {
		return ""
	}
	order := binary.BigEndian
	for i := range min(int(order.Uint32(profile[128:])), 100) {
		at := header + entry*i
		if at+entry > len(profile) {
			return ""
		}
		if e := profile[at:]; string(e[:4]) == "desc" {
			offset, size := int(order.Uint32(e[4:])), int(order.Uint32(e[8:]))
			if offset > len(profile) || size > len(profile)-offset {
				return ""
			}
			name := description(profile[offset : offset+size])
			return strings.ToValidUTF8(name[:min(len(name), mostSaid)], "")
		}
	}
	return ""
}

// description reads a text that is in ASCII, or the first of some in UTF-16.
func description(tag []byte) string {
	order := binary.BigEndian
	field := func(at int) int {
		if at+4 > len(tag) {
			return -1
		}
		return int(order.Uint32(tag[at:]))
	}
	text := func(at, size int) []byte {
		if at < 0 || size < 0 || at > len(tag) || size > len(tag)-at {
			return nil
		}
		return tag[at : at+size]
	}
	switch string(text(0, 4)) {
	case "desc":
		name, _, _ := strings.Cut(string(text(12, field(8))), "\x00")
		return strings.TrimSpace(name)
	case "mluc":
		var units []uint16
		for name := text(field(24), field(20)); len(name) > 1; name = name[2:] {
			units = append(units, order.Uint16(name))
		}
		return strings.TrimRight(string(utf16.Decode(units)), "\x00 ")
	}
	return ""
}
