package transform

import (
	"strconv"
	"strings"
)

// negotiable are the formats that auto=format may answer with because a client
// asked for them by name, best first. A wildcard does not count: browsers that
// cannot show AVIF send */*, too.
var negotiable = []Format{AVIF, WebP}

// Negotiate chooses, by an Accept header (RFC 9110, section 12.5.1), between
// the negotiable formats and a fallback that is always possible. The highest
// q-value wins; where they are equal AVIF goes before WebP before the fallback.
func Negotiate(accept string, fallback Format) Format {
	ranges := parseAccept(accept)
	best, most := fallback, ranges.quality(fallback.ContentType(), true)
	for i := len(negotiable) - 1; i >= 0; i-- {
		f := negotiable[i]
		if q := ranges.quality(f.ContentType(), false); q > 0 && q >= most {
			best, most = f, q
		}
	}
	return best
}

// acceptRanges are media ranges in lower case, with their q-values in
// thousandths.
type acceptRanges map[string]int

// quality is what the ranges give a media type, the most specific one deciding.
func (a acceptRanges) quality(contentType string, wildcards bool) int {
	if q, ok := a[contentType]; ok {
		return q
	}
	if wildcards {
		if q, ok := a["image/*"]; ok {
			return q
		}
		return a["*/*"]
	}
	return 0
}

// parseAccept reads an Accept header. What is malformed is left out, as if that
// one element were not there.
func parseAccept(header string) acceptRanges {
	ranges := acceptRanges{}
	for element := range strings.SplitSeq(header, ",") {
		mediaRange, parameters, _ := strings.Cut(element, ";")
		mediaRange = strings.ToLower(strings.TrimSpace(mediaRange))
		if q, ok := qValue(parameters); ok && strings.Contains(mediaRange, "/") {
			ranges[mediaRange] = max(q, ranges[mediaRange])
		}
	}
	return ranges
}

// qValue finds q among a range's parameters: 1 where there is none, not ok where
// it is not a number from 0 to 1 with at most three decimals.
func qValue(parameters string) (thousandths int, ok bool) {
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(parameter), "=")
		if !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		value = strings.TrimSpace(value)
		whole, fraction, _ := strings.Cut(value, ".")
		if len(fraction) > 3 || whole != "0" && whole != "1" || !allDigits(fraction) {
			return 0, false
		}
		n, err := strconv.Atoi(whole + (fraction + "000")[:3])
		return n, err == nil && n <= 1000
	}
	return 1000, true
}
