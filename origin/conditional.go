package origin

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fasthttp"
)

// precondition evaluates a request's conditions in the order of RFC 9110, section
// 13.2.2: 304 or 412 is the answer, 0 means to go on. modified is zero for what
// has no date.
func precondition(h *fasthttp.RequestHeader, etag string, modified time.Time) int {
	if !conditional(h) {
		return 0
	}
	if match := joined(h, "If-Match"); match != "" {
		if !matchesStrongly(match, etag) {
			return http.StatusPreconditionFailed
		}
	} else if since, ok := date(h, "If-Unmodified-Since"); ok && modified.Truncate(time.Second).After(since) {
		return http.StatusPreconditionFailed
	}
	if noneMatch := joined(h, "If-None-Match"); noneMatch != "" {
		if matches(noneMatch, etag) {
			return http.StatusNotModified
		}
	} else if since, ok := date(h, "If-Modified-Since"); ok && !modified.IsZero() && !modified.Truncate(time.Second).After(since) {
		return http.StatusNotModified
	}
	return 0
}

// conditional tells whether there are conditions at all. Most requests have none,
// and one walk over the headers is less than a search for each name.
func conditional(h *fasthttp.RequestHeader) bool {
	for name := range h.All() {
		if bytes.HasPrefix(name, []byte("If-")) {
			return true
		}
	}
	return false
}

// sameRange tells whether a Range header counts: an If-Range header, where there is one,
// must name what the image is now, by its strong tag or to the second by its date (RFC 9110,
// section 13.1.5).
func sameRange(h *fasthttp.RequestHeader, etag string, modified time.Time) bool {
	asked := joined(h, "If-Range")
	if asked == "" || asked == etag {
		return true
	}
	t, err := http.ParseTime(asked)
	return err == nil && !modified.IsZero() && t.Equal(modified.Truncate(time.Second))
}

// joined is a header that is a list, which may come on several lines.
func joined(h *fasthttp.RequestHeader, name string) string {
	return string(bytes.Join(h.PeekAll(name), []byte(",")))
}

// date reads a header that is one, in whole seconds. Two of them are none.
func date(h *fasthttp.RequestHeader, name string) (time.Time, bool) {
	t, err := http.ParseTime(joined(h, name))
	return t, err == nil
}

// matches tells whether an If-None-Match header names an entity tag: in a list,
// weak or strong, or as an asterisk (RFC 9110, sections 8.8.3.2 and 13.1.2). What is
// malformed matches nothing.
func matches(header, etag string) bool { return listed(header, etag, true) }

// matchesStrongly does the same for If-Match, where a weak tag is another one
// (section 13.1.1).
func matchesStrongly(header, etag string) bool { return listed(header, etag, false) }

func listed(header, etag string, weakly bool) bool {
	if strings.Trim(header, " \t") == "*" {
		return true
	}
	for {
		header = strings.TrimLeft(header, " \t,")
		tag, isWeak := strings.CutPrefix(header, "W/")
		if !strings.HasPrefix(tag, `"`) {
			return false
		}
		end := strings.IndexByte(tag[1:], '"')
		if end < 0 {
			return false
		}
		tag, header = tag[:end+2], strings.TrimLeft(tag[end+2:], " \t")
		if header != "" && header[0] != ',' {
			return false
		}
		if tag == etag && (weakly || !isWeak) {
			return true
		}
	}
}

// byteRange is a part of a body.
type byteRange struct{ start, length int64 }

// parseRange reads a Range header for a body of a size (RFC 9110, section 14.2).
// Not ok means that the whole is to be sent: there is no header, it is malformed,
// in another unit, or asks for several ranges. A range of length 0 is one that
// cannot be satisfied.
func parseRange(header string, size int64) (r byteRange, ok bool) {
	unit, spec, _ := strings.Cut(header, "=")
	first, last, isRange := strings.Cut(strings.TrimSpace(spec), "-")
	if !strings.EqualFold(unit, "bytes") || !isRange || strings.Contains(spec, ",") {
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

// position reads digits alone, and what is too large for a number as the largest:
// it lies beyond any end (RFC 9110, section 14.1.1).
func position(s string) (int64, error) {
	n, err := strconv.ParseUint(s, 10, 62)
	if errors.Is(err, strconv.ErrRange) {
		err = nil
	}
	return int64(n), err
}
