package origin

import (
	"strconv"
	"strings"
)

// matches tells whether an If-None-Match header names an entity tag: in a list,
// weak or strong, or as an asterisk (RFC 9110, sections 8.8.3.2 and 13.1.2). What is
// malformed matches nothing.
func matches(header, etag string) bool {
	for {
		header = strings.TrimLeft(header, " \t,")
		if strings.TrimSpace(header) == "*" {
			return true
		}
		tag := strings.TrimPrefix(header, "W/")
		if !strings.HasPrefix(tag, `"`) {
			return false
		}
		end := strings.IndexByte(tag[1:], '"')
		if end < 0 {
			return false
		}
		if tag[:end+2] == etag {
			return true
		}
		header = tag[end+2:]
	}
}

// byteRange is a part of a body.
type byteRange struct{ start, length int64 }

// parseRange reads a Range header for a body of a size (RFC 9110, section 14.2).
// Not ok means that the whole is to be sent: there is no header, it is malformed,
// in another unit, or asks for several ranges. A range of length 0 is one that
// cannot be satisfied.
func parseRange(header string, size int64) (r byteRange, ok bool) {
	spec, isBytes := strings.CutPrefix(header, "bytes=")
	first, last, isRange := strings.Cut(strings.TrimSpace(spec), "-")
	if !isBytes || !isRange || strings.Contains(spec, ",") {
		return r, false
	}
	if first == "" { // the last so many bytes
		n, err := position(last)
		if err != nil {
			return r, false
		}
		n = min(n, size)
		return byteRange{size - n, n}, true
	}
	start, err := position(first)
	if err != nil {
		return r, false
	}
	end := size - 1
	if last != "" {
		if end, err = position(last); err != nil || end < start {
			return r, false
		}
	}
	if start >= size {
		return byteRange{}, true
	}
	return byteRange{start, min(end, size-1) - start + 1}, true
}

// position reads digits alone; strconv would take a sign.
func position(s string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 62)
	return int64(n), err
}
