package engine

import (
	"bytes"
	"encoding/binary"
	"math"
	"strings"
)

// exifTag is a tag of an EXIF block by its directory and number (EXIF 2.32, section 4.6).
type exifTag struct {
	directory exifDirectory
	tag       uint16
}

type exifDirectory uint8

// The directories that are read.
const (
	imageDirectory exifDirectory = iota
	photoDirectory
	gpsDirectory
)

// The tags of a picture's maker and of its owner.
var (
	artistTag    = exifTag{imageDirectory, 0x013b}
	copyrightTag = exifTag{imageDirectory, 0x8298}
)

// Where the first directory says that the others lie.
var below = map[uint16]exifDirectory{0x8769: photoDirectory, 0x8825: gpsDirectory}

// exifValue is what a tag says, as text or as numbers.
type exifValue struct {
	text    string
	numbers []float64
}

// exif is what an EXIF block says, by its tags.
type exif map[exifTag]exifValue

func (e exif) text(t exifTag) string { return e[t].text }

// number is the tag's first one, 0 for none.
func (e exif) number(t exifTag) float64 {
	if n := e[t].numbers; len(n) > 0 {
		return n[0]
	}
	return 0
}

// readExif reads an EXIF block. libvips gives what is not ASCII as question marks. What is broken
// is left out.
func readExif(block []byte) exif {
	r := exifReader{block: bytes.TrimPrefix(block, []byte("Exif\x00\x00")), order: binary.LittleEndian, said: exif{}}
	switch {
	case bytes.HasPrefix(r.block, []byte("MM\x00*")):
		r.order = binary.BigEndian
	case !bytes.HasPrefix(r.block, []byte("II*\x00")):
		return r.said
	}
	if first := r.at(4, 4); first != nil {
		r.directory(imageDirectory, int(r.order.Uint32(first)))
	}
	return r.said
}

type exifReader struct {
	block []byte
	order binary.ByteOrder
	said  exif
}

// at is a part of the block, nil where it is not all there.
func (r exifReader) at(offset, size int) []byte {
	if offset < 0 || size < 0 || offset > len(r.block) || size > len(r.block)-offset {
		return nil
	}
	return r.block[offset : offset+size]
}

// directory reads one, and from the first those that it names.
func (r exifReader) directory(d exifDirectory, offset int) {
	const entry = 12
	count := r.at(offset, 2)
	if count == nil {
		return
	}
	for i := range int(r.order.Uint16(count)) {
		e := r.at(offset+2+entry*i, entry)
		if e == nil {
			return
		}
		tag, value := r.order.Uint16(e), r.value(e)
		if next, ok := below[tag]; ok && d == imageDirectory && len(value.numbers) == 1 {
			r.directory(next, int(value.numbers[0]))
			continue
		}
		r.said[exifTag{d, tag}] = value
	}
}

// The types of values (TIFF 6.0, section 2) and their sizes in bytes.
const (
	exifASCII, exifShort, exifLong, exifRational, exifSigned = 2, 3, 4, 5, 10

	mostExifNumbers = 16
)

var exifSizes = map[uint16]int{1: 1, exifASCII: 1, exifShort: 2, exifLong: 4, exifRational: 8, exifSigned: 8}

// value reads what an entry has, or says where.
func (r exifReader) value(e []byte) (v exifValue) {
	kind, count := r.order.Uint16(e[2:]), int(r.order.Uint32(e[4:]))
	size := exifSizes[kind]
	data := e[8:]
	if size == 0 || count > len(r.block) {
		return v
	}
	if size*count > len(data) {
		if data = r.at(int(r.order.Uint32(data)), size*count); data == nil {
			return v
		}
	}
	data = data[:size*count]
	if kind == exifASCII {
		text, _, _ := strings.Cut(string(data), "\x00")
		v.text = strings.TrimSpace(strings.ToValidUTF8(text, ""))
		return v
	}
	for i := range min(count, mostExifNumbers) {
		v.numbers = append(v.numbers, r.number(kind, data[size*i:]))
	}
	return v
}

func (r exifReader) number(kind uint16, data []byte) float64 {
	switch kind {
	case exifShort:
		return float64(r.order.Uint16(data))
	case exifLong:
		return float64(r.order.Uint32(data))
	case exifRational:
		return part(float64(r.order.Uint32(data)), float64(r.order.Uint32(data[4:])))
	case exifSigned:
		return part(float64(int32(r.order.Uint32(data))), float64(int32(r.order.Uint32(data[4:]))))
	}
	return float64(data[0])
}

// part is a fraction, 0 where it is none.
func part(above, under float64) float64 {
	if x := above / under; !math.IsNaN(x) && !math.IsInf(x, 0) {
		return x
	}
	return 0
}
