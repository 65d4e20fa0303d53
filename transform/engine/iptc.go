package engine

import (
	"bytes"
	"encoding/binary"
	"iter"
	"slices"
	"strings"
	"unicode/utf8"
)

// The numbers of datasets: record and number (IIM 4.2).
const (
	byLine, notice, characters = 2<<8 | 80, 2<<8 | 116, 1<<8 | 90

	contentCode, contentName = 2<<8 | 26, 2<<8 | 27
	city, sublocation        = 2<<8 | 90, 2<<8 | 92
	province                 = 2<<8 | 95
	countryCode, country     = 2<<8 | 100, 2<<8 | 101
)

// datasets are those of a block, which is what libvips finds in a JPEG's APP13 or a TIFF: bare, or as one
// of Photoshop's resources, in which they are numbered 0x0404.
func datasets(block []byte) iter.Seq2[int, []byte] {
	if start := bytes.Index(block, []byte(photoshopIPTC)); start >= 0 {
		block = resource(block[start:])
	}
	const marker, header = 0x1c, 5 // then record, dataset, and two bytes of length
	return func(yield func(int, []byte) bool) {
		for len(block) >= header && block[0] == marker {
			length := int(binary.BigEndian.Uint16(block[3:]))
			if length > len(block)-header { // also of one longer than 32 KiB, which no credit is
				return
			}
			if !yield(int(binary.BigEndian.Uint16(block[1:])), block[header:header+length]) {
				return
			}
			block = block[header+length:]
		}
	}
}

const photoshopIPTC = "8BIM\x04\x04"

// placeless is a block of the same datasets but those that say where a picture was taken, nil where
// that leaves none. Of Photoshop's resources the others go, too: EXIF, XMP and a thumbnail are among them.
func placeless(block []byte) []byte {
	var kept []byte
	for number, value := range datasets(block) {
		switch number {
		case contentCode, contentName, city, sublocation, province, countryCode, country:
		default:
			kept = append(kept, 0x1c, byte(number>>8), byte(number), byte(len(value)>>8), byte(len(value)))
			kept = append(kept, value...)
		}
	}
	if kept == nil || !bytes.Contains(block, []byte(photoshopIPTC)) {
		return kept
	}
	whole := append([]byte("Photoshop 3.0\x00"+photoshopIPTC), 0, 0) // without a name
	whole = append(binary.BigEndian.AppendUint32(whole, uint32(len(kept))), kept...)
	if len(kept)%2 == 1 {
		whole = append(whole, 0)
	}
	return whole
}

// iptcCredits reads who made a picture and whose it is of IPTC datasets, several makers joined
// (By-line 2:80, Copyright Notice 2:116).
func iptcCredits(block []byte) (creator, rights string) {
	var creators []string
	utf := false
	for number, value := range datasets(block) {
		switch number {
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
