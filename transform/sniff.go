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
		if bytes.HasPrefix(head, []byte(m.magic)) {
			return m.format
		}
	}
	if len(head) >= 15 && string(head[:4]) == "RIFF" && string(head[8:15]) == "WEBPVP8" { // then a space, L or X
		return WebP
	}
	if f := sniffISO(head); f != NoFormat {
		return f
	}
	if sniffSVG(head) {
		return SVG
	}
	return NoFormat
}

// magics come from the formats' own specifications. All are beginnings and none
// begins another, so that no file has two formats and order does not matter.
var magics = []struct {
	magic  string
	format Format
}{
	{"\xff\xd8\xff", JPEG},
	{"\x89PNG\r\n\x1a\n", PNG},
	{"GIF87a", GIF},
	{"GIF89a", GIF},
	{"II*\x00", TIFF},
	{"MM\x00*", TIFF},
	{"II+\x00", TIFF}, // BigTIFF
	{"MM\x00+", TIFF},
	{"\xff\x0a", JXL}, // bare codestream
	{"\x00\x00\x00\x0cJXL \x0d\x0a\x87\x0a", JXL}, // container
	{"BM", BMP},
	{"\x00\x00\x01\x00", ICO},
	{"%PDF-", PDF},
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
