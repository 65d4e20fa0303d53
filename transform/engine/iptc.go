package engine

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode/utf8"
)

// iptcCredits reads who made a picture and whose it is of IPTC datasets, several makers joined
// (IIM 4.2: By-line 2:80, Copyright Notice 2:116). They are what libvips finds in a JPEG's APP13
// or a TIFF: bare, or as one of Photoshop's resources, in which they are numbered 0x0404.
func iptcCredits(block []byte) (creator, rights string) {
	if start := bytes.Index(block, []byte("8BIM\x04\x04")); start >= 0 {
		block = resource(block[start:])
	}
	const marker, header = 0x1c, 5 // then record, dataset, and two bytes of length
	const byLine, notice, characters = 2<<8 | 80, 2<<8 | 116, 1<<8 | 90
	var creators []string
	utf := false
	for len(block) >= header && block[0] == marker {
		length := int(binary.BigEndian.Uint16(block[3:]))
		if length > len(block)-header { // also of one longer than 32 KiB, which no credit is
			break
		}
		value := block[header : header+length]
		switch int(binary.BigEndian.Uint16(block[1:])) {
		case characters: // ISO 2022's escape to UTF-8
			utf = string(value) == "\x1b%G"
		case byLine:
			if text := iptcText(value, utf); text != "" && !slices.Contains(creators, text) {
				creators = append(creators, text)
			}
		case notice:
			if rights == "" {
				rights = iptcText(value, utf)
			}
		}
		block = block[header+length:]
	}
	return strings.Join(creators, "; "), rights
}

// resource is the data of one of Photoshop's resources: its number, a name of an even length
// with that in front, and a length. (Adobe Photoshop File Formats, image resource blocks.)
func resource(block []byte) []byte {
	const number = 6
	if len(block) <= number {
		return nil
	}
	name := 1 + int(block[number])
	at := number + name + name%2
	if len(block) < at+4 {
		return nil
	}
	length := int(binary.BigEndian.Uint32(block[at:]))
	return block[at+4:][:min(length, len(block)-at-4)]
}

// iptcText is a text in UTF-8, where the file says so, or Latin-1. What says nothing and is
// UTF-8 is, since many forget to say so.
func iptcText(value []byte, utf bool) string {
	text := string(value)
	if !utf && !utf8.ValidString(text) {
		runes := make([]rune, len(value))
		for i, b := range value {
			runes[i] = rune(b)
		}
		text = string(runes)
	}
	text, _, _ = strings.Cut(text, "\x00")
	return strings.TrimSpace(strings.ToValidUTF8(text, ""))
}
