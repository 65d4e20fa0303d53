package engine

import "bytes"

// wholeGIF tells whether a GIF ends where a block ends. libvips takes one that
// is cut off for one with fewer frames. The trailer may be missing: many
// encoders forget it. (GIF89a, section 12 and appendix A.)
func wholeGIF(data []byte) bool {
	const header, packed = 13, 10
	if len(data) < header {
		return false
	}
	r := bytes.NewBuffer(data[header:])
	skip := func(n int) bool { return len(r.Next(n)) == n }
	if !skip(colorTable(data[packed])) {
		return false
	}
	for images := 0; ; {
		kind, err := r.ReadByte()
		switch {
		case err != nil:
			return images > 0
		case kind == ';':
			return true
		case kind == '!':
			if !skip(1) || !skipSubBlocks(r) {
				return false
			}
		case kind == ',':
			descriptor := r.Next(9)
			if len(descriptor) < 9 || !skip(colorTable(descriptor[8])+1) || !skipSubBlocks(r) {
				return false
			}
			images++
		default: // padding or what follows the trailer in sloppy files
			return images > 0
		}
	}
}

// colorTable is the length of the colour table that a packed field announces.
func colorTable(packed byte) int {
	if packed&0x80 == 0 {
		return 0
	}
	return 3 << (packed&7 + 1)
}

// skipSubBlocks passes over sub-blocks up to the empty one that ends them.
func skipSubBlocks(r *bytes.Buffer) bool {
	for {
		length, err := r.ReadByte()
		if err != nil || len(r.Next(int(length))) < int(length) {
			return false
		}
		if length == 0 {
			return true
		}
	}
}
