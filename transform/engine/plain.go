package engine

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"

	"lightwell/transform"
)

// plainFile is a picture's file without what it says beside its pixels, these being as they were. It
// is nil where browsers may show it otherwise than it is shown by us: its colours are in a space of
// their own, or it is coded in a way that they do not know.
func plainFile(data []byte, f transform.Format) []byte {
	switch f {
	case transform.JPEG:
		return plainJPEG(data)
	case transform.PNG:
		return plainPNG(data)
	case transform.WebP:
		return plainWebP(data)
	case transform.GIF:
		return plainGIF(data)
	}
	return nil
}

// isSRGB tells whether a profile means no more than its absence.
func isSRGB(profile []byte) bool { return strings.Contains(profileName(profile), "sRGB") }

// The markers of a JPEG (ITU-T T.81, table B.1).
const (
	baseline, extended, progressive = 0xc0, 0xc1, 0xc2 // those that browsers show
	huffmanTable                    = 0xc4
	imageEnd, scanStart             = 0xd9, 0xda
	quantisationTable               = 0xdb
	restartInterval                 = 0xdd
	app0, app2, app14, app15        = 0xe0, 0xe2, 0xee, 0xef
	comment                         = 0xfe
)

// The lengths of what JFIF and Adobe say of a picture, with the marker (ITU-T T.871, section 10.1, and
// T.872, section 6.5.3). What follows is a thumbnail, or anything.
const jfifLength, adobeLength = 18, 16

// plainJPEG keeps of a JPEG what its picture needs: of the application's segments that of JFIF, and
// Adobe's, which says how colours are coded. What follows the picture goes, too.
func plainJPEG(data []byte) []byte {
	out := slices.Clone(data[:min(len(data), 2)])
	var profile []byte
	for at := 2; at+2 <= len(data) && data[at] == 0xff; {
		marker := data[at+1]
		if marker == imageEnd {
			if profile != nil && !isSRGB(profile) {
				return nil
			}
			return append(out, 0xff, imageEnd)
		}
		if at+4 > len(data) {
			return nil
		}
		end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if end > len(data) || end < at+4 {
			return nil
		}
		if marker == scanStart {
			end = scanEnd(data, end)
		}
		segment := data[at:end]
		switch {
		case marker == baseline || marker == extended || marker == progressive:
			const depth, components = 4, 9
			if len(segment) <= components || segment[depth] != 8 || segment[components] == 4 {
				return nil
			}
			out = append(out, segment...)
		case marker == huffmanTable || marker == scanStart || marker == quantisationTable || marker == restartInterval:
			out = append(out, segment...)
		case marker == app0 && len(segment) >= jfifLength && string(segment[4:9]) == "JFIF\x00":
			out = append(out, 0xff, app0, 0, jfifLength-2)
			out = append(append(out, segment[4:jfifLength-2]...), 0, 0) // no thumbnail
		case marker == app14 && len(segment) >= adobeLength && string(segment[4:9]) == "Adobe":
			out = append(append(out, 0xff, app14, 0, adobeLength-2), segment[4:adobeLength]...)
		case marker == app2 && bytes.HasPrefix(segment[4:], []byte("ICC_PROFILE\x00")):
			profile = append(profile, segment[min(len(segment), 18):]...)
		case marker >= app0 && marker <= app15, marker == comment:
		default: // another way of coding, or nothing that a picture needs
			return nil
		}
		at = end
	}
	return nil
}

// scanEnd is where the coded pixels end that begin at a place.
func scanEnd(data []byte, at int) int {
	for ; at+1 < len(data); at++ {
		if next := data[at+1]; data[at] == 0xff && next != 0 && next != 0xff && (next < 0xd0 || next > 0xd7) {
			return at
		}
	}
	return len(data)
}

// plainPNG keeps the chunks of which a picture is made.
func plainPNG(data []byte) []byte {
	all, whole := chunks(data)
	if !whole {
		return nil
	}
	out := []byte(pngSignature)
	for _, c := range all {
		switch c.kind {
		case "IHDR", "PLTE", "tRNS", "IDAT", "IEND":
			out = appendChunk(out, c.kind, c.data)
		case "iCCP", "cICP", "acTL":
			return nil
		}
	}
	return out
}

// plainWebP keeps the chunks of which a picture is made, and nothing that follows the last (RFC 9649,
// section 2.7).
func plainWebP(data []byte) []byte {
	const header, chunkHeader = 12, 8
	if len(data) < header {
		return nil
	}
	length := 8 + int(binary.LittleEndian.Uint32(data[4:]))
	if length < header || length > len(data) {
		return nil
	}
	out := slices.Clone(data[:header])
	for at := header; at+chunkHeader <= length; {
		size := chunkHeader + int(binary.LittleEndian.Uint32(data[at+4:]))
		end := min(at+size+size%2, length)
		switch string(data[at : at+4]) {
		case "VP8X", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF":
			out = append(out, data[at:end]...)
		case "ICCP":
			return nil
		}
		at = end
	}
	return withoutWebPMetadata(out, false, false)
}

// plainGIF drops comments, and of applications' blocks all but those that say how often an animation
// is shown (GIF89a, sections 24 and 26).
func plainGIF(data []byte) []byte {
	const header, packed = 13, 10
	const graphics, application = 0xf9, 0xff
	if len(data) < header || !wholeGIF(data) {
		return nil
	}
	at := header + colorTable(data[packed])
	out := slices.Clone(data[:at])
	for at < len(data) {
		r := bytes.NewBuffer(data[at:])
		kind, keep := r.Next(1)[0], true
		switch kind {
		case '!':
			label := r.Next(1)
			keep = len(label) == 1 && (label[0] == graphics ||
				label[0] == application && (bytes.HasPrefix(r.Bytes(), []byte("\x0bNETSCAPE2.0")) || bytes.HasPrefix(r.Bytes(), []byte("\x0bANIMEXTS1.0"))))
			skipSubBlocks(r)
		case ',':
			descriptor := r.Next(9)
			r.Next(colorTable(descriptor[8]) + 1)
			skipSubBlocks(r)
		default:
			return append(out, ';')
		}
		next := len(data) - r.Len()
		const loop = 19 // bytes of a block that says how often, and no more
		if keep && kind == '!' && data[at+1] == application && next-at != loop {
			return nil
		}
		if keep {
			out = append(out, data[at:next]...)
		}
		at = next
	}
	return append(out, ';')
}
