package engine

import "encoding/binary"

// heifCICP is what a HEIF file (AVIF, HEIC) says of the colours of its picture in numbers, which
// libheif 1.15 reads and libvips 8.14 ignores. (ISO 23008-12, section 9.3: a list of properties,
// and which each item has; ISO 14496-12, section 12.1.5: colours; section 12.1.6: light.)
func heifCICP(file []byte) (c cicp) {
	meta := inside(file, "meta", true)
	properties := inside(meta, "iprp", false)
	var all [][2]string // kind and data
	for kind, data := range boxes(inside(properties, "ipco", false)) {
		all = append(all, [2]string{kind, string(data)})
	}
	for _, index := range associated(properties, primaryItem(meta)) {
		if index < 1 || index > len(all) {
			continue
		}
		kind, data := all[index-1][0], []byte(all[index-1][1])
		switch {
		case kind == "colr" && len(data) >= 11 && string(data[:4]) == "nclx":
			c.primaries, c.transfer = int(binary.BigEndian.Uint16(data[4:])), int(binary.BigEndian.Uint16(data[6:]))
		case kind == "clli" && len(data) >= 4:
			c.peak = float64(binary.BigEndian.Uint16(data))
		case kind == "mdcv" && len(data) >= 24 && c.peak == 0:
			c.peak = float64(binary.BigEndian.Uint32(data[16:])) / 10_000
		}
	}
	return c
}

// primaryItem is the item that a file shows.
func primaryItem(meta []byte) uint32 {
	pitm := inside(meta, "pitm", false)
	switch {
	case len(pitm) >= 8 && pitm[0] > 0:
		return binary.BigEndian.Uint32(pitm[4:])
	case len(pitm) >= 6:
		return uint32(binary.BigEndian.Uint16(pitm[4:]))
	}
	return 0
}

// associated are the properties of an item, by their places in the list, from 1.
func associated(properties []byte, item uint32) (indices []int) {
	ipma := inside(properties, "ipma", false)
	const head = 8 // version, flags, and how many items follow
	if len(ipma) < head {
		return nil
	}
	idBytes, indexBytes := 2, 1
	if ipma[0] > 0 {
		idBytes = 4
	}
	if ipma[3]&1 == 1 {
		indexBytes = 2
	}
	const essential = 1 << 7 // of the first byte
	for rest := ipma[head:]; len(rest) > idBytes; {
		id, count := bigEndian(rest[:idBytes]), int(rest[idBytes])
		rest = rest[idBytes+1:]
		if len(rest) < count*indexBytes {
			return nil
		}
		for ; count > 0; count-- {
			index := bigEndian(rest[:indexBytes]) &^ (essential << (8 * (indexBytes - 1)))
			if rest = rest[indexBytes:]; id == item {
				indices = append(indices, int(index))
			}
		}
	}
	return indices
}

func bigEndian(bytes []byte) (n uint32) {
	for _, b := range bytes {
		n = n<<8 | uint32(b)
	}
	return n
}
