package transform

import (
	"bytes"
	"slices"
)

// SniffLen is how many leading bytes Sniff wants to see. An SVG may carry a
// long comment or a doctype before its root element.
const SniffLen = 4096

// Sniff tells the format from the first bytes of a file, or NoFormat. It is the
// only way by which a file is admitted: names and Content-Type are not trusted,
// and a loader is never left to guess.
func Sniff(head []byte) Format {
	for _, m := range magics {
		if len(head) >= m.at+len(m.magic) && string(head[m.at:m.at+len(m.magic)]) == m.magic {
			return m.format
		}
	}
	if f := sniffISO(head); f != NoFormat {
		return f
	}
	if sniffSVG(head) {
		return SVG
	}
	return NoFormat
}

// magics come from the formats' own specifications; order does not matter.
var magics = []struct {
	at     int
	magic  string
	format Format
}{
	{0, "\xff\xd8\xff", JPEG},
	{0, "\x89PNG\r\n\x1a\n", PNG},
	{0, "GIF87a", GIF},
	{0, "GIF89a", GIF},
	{8, "WEBPVP8", WebP}, // RIFF, four bytes of size, WEBP, then VP8 , VP8L or VP8X
	{0, "II*\x00", TIFF},
	{0, "MM\x00*", TIFF},
	{0, "II+\x00", TIFF}, // BigTIFF
	{0, "MM\x00+", TIFF},
	{0, "\xff\x0a", JXL},                             // bare codestream
	{0, "\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a", JXL}, // container
	{0, "BM", BMP},
	{0, "\x00\x00\x01\x00", ICO},
	{0, "%PDF-", PDF},
}

// sniffISO reads the ftyp box of an ISO base media file (ISO 14496-12). The
// major brand decides, else the compatible brands in order.
func sniffISO(head []byte) Format {
	if len(head) < 16 || string(head[4:8]) != "ftyp" {
		return NoFormat
	}
	size := int(head[0])<<24 | int(head[1])<<16 | int(head[2])<<8 | int(head[3])
	if size < 16 || size > len(head) {
		size = min(len(head), 64)
	}
	if f := isoBrand(string(head[8:12])); f != NoFormat {
		return f
	}
	for at := 16; at+4 <= size; at += 4 {
		if f := isoBrand(string(head[at : at+4])); f != NoFormat {
			return f
		}
	}
	return NoFormat
}

func isoBrand(brand string) Format {
	switch {
	case brand == "avif" || brand == "avis":
		return AVIF
	case slices.Contains([]string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"}, brand):
		return HEIC
	}
	return NoFormat
}

// sniffSVG accepts a document whose first element is svg, after a byte order
// mark, white space, an XML declaration, a doctype and comments; and anything
// gzipped, which only an SVG may be (svgz): the engine looks inside.
func sniffSVG(head []byte) bool {
	if bytes.HasPrefix(head, []byte("\x1f\x8b\x08")) {
		return true
	}
	text := bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	for {
		text = bytes.TrimLeft(text, " \t\r\n")
		if !bytes.HasPrefix(text, []byte("<")) {
			return false
		}
		var end []byte
		switch {
		case bytes.HasPrefix(text, []byte("<!--")):
			end = []byte("-->")
		case bytes.HasPrefix(text, []byte("<?")):
			end = []byte("?>")
		case bytes.HasPrefix(text, []byte("<!DOCTYPE")):
			end = doctypeEnd(text)
		default:
			return isSVGElement(text)
		}
		_, rest, found := bytes.Cut(text, end)
		if !found {
			return false
		}
		text = rest
	}
}

// doctypeEnd is what closes the doctype: it may hold an internal subset.
func doctypeEnd(text []byte) []byte {
	open, end := bytes.IndexByte(text, '['), bytes.IndexByte(text, '>')
	if open >= 0 && open < end {
		return []byte("]>")
	}
	return []byte(">")
}

// isSVGElement wants <svg or <prefix:svg, ended as a name is ended.
func isSVGElement(text []byte) bool {
	name := text[1:]
	if i := bytes.IndexAny(name, " \t\r\n/>"); i >= 0 {
		name = name[:i]
	}
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return string(name) == "svg"
}
