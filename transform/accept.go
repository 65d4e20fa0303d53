package transform

import "bytes"

// negotiable are the formats that auto=format may answer with because a client
// asked for them by name, best first. A wildcard does not count: browsers that
// cannot show AVIF send */*, too.
var negotiable = [...]Format{AVIF, WebP}

// Accept is what an Accept header comes to: for each format that an image would
// have anyhow, the one that it gets instead. Headers that come to the same are
// equal, so that of the thousands that clients send a handful is left. The zero
// Accept prefers nothing.
type Accept uint32

// For each format an Accept has so many bits: 0, or a place in negotiable, from 1.
const acceptBits = 2

const _ = uint(31 - acceptBits*len(formatFacts)) // there is room for all, and for alsoWebP

// ParseAccept reads an Accept header (RFC 9110, section 12.5.1), which may come on
// several lines, for an engine that writes some formats. What is malformed is left out, as if that one element were not
// there.
func ParseAccept(writes FormatSet, lines ...[]byte) Accept {
	var ranges acceptRanges
	for _, line := range lines {
		for more := true; more; {
			var element []byte
			element, line, more = cut(line, ',')
			ranges.add(element)
		}
	}
	best := ranges.best(writes)
	if best == 0 { // as of most that are no browsers
		return 0
	}
	var a Accept
	if ranges.named[WebP] > refused && negotiable[best-1] != WebP && writes.Has(WebP) {
		a = alsoWebP
	}
	for f := range formatFacts {
		if Format(f) != negotiable[best-1] && ranges.quality(Format(f)) <= ranges.named[negotiable[best-1]] {
			a |= Accept(best) << (acceptBits * f)
		}
	}
	return a
}

// Negotiate chooses between the negotiable formats and a fallback that is always
// possible. The highest q-value wins; where they are equal AVIF goes before WebP
// before the fallback.
func (a Accept) Negotiate(fallback Format) Format {
	if i := a >> (acceptBits * fallback) & (1<<acceptBits - 1); i > 0 {
		return negotiable[i-1]
	}
	return fallback
}

// alsoWebP is set in an Accept of a client that takes WebP, and something else rather.
const alsoWebP Accept = 1 << 31

// WebP tells whether the client takes WebP, and something else rather.
func (a Accept) WebP() bool { return a&alsoWebP != 0 }

// Negotiate is that of a header as it stands.
func Negotiate(accept string, fallback Format, writes FormatSet) Format {
	return ParseAccept(writes, []byte(accept)).Negotiate(fallback)
}

// acceptRanges are the q-values of media ranges, in thousandths and one more: 0 is
// a range that is not there.
type acceptRanges struct {
	named      [len(formatFacts)]int16
	image, any int16 // image/* and */*
}

// refused is a q-value of 0.
const refused = 1

// best is the place in negotiable, from 1, of what is wanted most, 0 where nothing is.
func (a *acceptRanges) best(writes FormatSet) (place int) {
	most := int16(refused)
	for i, f := range negotiable {
		if a.named[f] > most && writes.Has(f) {
			place, most = i+1, a.named[f]
		}
	}
	return place
}

// quality is what the ranges give a format, the most specific one deciding.
func (a *acceptRanges) quality(f Format) int16 {
	if q := a.named[f]; q > 0 {
		return q
	}
	if a.image > 0 {
		return a.image
	}
	return a.any
}

// add takes one element of the header. Of a range that is there twice the higher
// q-value counts.
func (a *acceptRanges) add(element []byte) {
	mediaRange, parameters, _ := cut(element, ';')
	at := a.place(trimmed(mediaRange))
	if at == nil {
		return
	}
	if q, ok := qValue(parameters); ok {
		*at = max(*at, int16(q)+1)
	}
}

// place is where a media range counts, nil for one that does not.
func (a *acceptRanges) place(mediaRange []byte) *int16 {
	var lower [24]byte // as long as any that counts
	if len(mediaRange) > len(lower) {
		return nil
	}
	for i, c := range mediaRange {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		lower[i] = c
	}
	name := lower[:len(mediaRange)]
	switch string(name) { // the common ones, before a walk over all
	case "image/avif":
		return &a.named[AVIF]
	case "image/webp":
		return &a.named[WebP]
	case "image/*":
		return &a.image
	case "*/*":
		return &a.any
	}
	for f := range formatFacts {
		if string(name) == formatFacts[f].contentType {
			return &a.named[f]
		}
	}
	return nil
}

// qValue finds q among a range's parameters: 1 where there is none, not ok where
// it is not a number from 0 to 1 with at most three decimals.
func qValue(parameters []byte) (thousandths int, ok bool) {
	for len(parameters) > 0 {
		var parameter []byte
		parameter, parameters, _ = cut(parameters, ';')
		name, value, _ := cut(parameter, '=')
		if name = trimmed(name); string(name) == "q" || string(name) == "Q" {
			return parseQ(trimmed(value))
		}
	}
	return 1000, true
}

func parseQ(value []byte) (thousandths int, ok bool) {
	whole, fraction, _ := cut(value, '.')
	if len(whole) != 1 || whole[0] != '0' && whole[0] != '1' || len(fraction) > 3 {
		return 0, false
	}
	thousandths = 1000 * int(whole[0]-'0')
	for i, unit := 0, 100; i < len(fraction); i, unit = i+1, unit/10 {
		if fraction[i] < '0' || fraction[i] > '9' {
			return 0, false
		}
		thousandths += unit * int(fraction[i]-'0')
	}
	return thousandths, thousandths <= 1000
}

// cut is bytes.Cut at one byte, in half its time.
func cut(s []byte, sep byte) (before, after []byte, found bool) {
	if i := bytes.IndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, nil, false
}

// trimmed is without the white space that HTTP has (RFC 9110, section 5.6.3).
func trimmed(b []byte) []byte { return bytes.Trim(b, " \t") }
