package transform

import "strings"

// FormatSet is some of the formats. The zero FormatSet is none.
type FormatSet uint32

const _ = uint(32 - len(formatFacts)) // there is room for all

// Formats is a set of these.
func Formats(formats ...Format) (s FormatSet) {
	for _, f := range formats {
		s |= 1 << f
	}
	return s
}

// AllFormats is every format that Lightwell knows.
var AllFormats = func() (s FormatSet) {
	for f := range formatFacts[1:] {
		s |= 1 << (f + 1)
	}
	return s
}()

// Writable are the formats in which renditions can be made, where the codecs are there.
var Writable = func() (s FormatSet) {
	for f, facts := range formatFacts {
		if facts.write {
			s |= 1 << f
		}
	}
	return s
}()

// Has tells whether a format is in the set.
func (s FormatSet) Has(f Format) bool { return s>>f&1 == 1 }

// List is the set's formats, in the order in which they are declared.
func (s FormatSet) List() (list []Format) {
	for f := range formatFacts {
		if s.Has(Format(f)) {
			list = append(list, Format(f))
		}
	}
	return list
}

// String is their names, as in "jpeg, png".
func (s FormatSet) String() string {
	var names []string
	for _, f := range s.List() {
		names = append(names, f.String())
	}
	return strings.Join(names, ", ")
}

// Capabilities are what a build of the engine can do.
type Capabilities struct {
	Reads  FormatSet `json:"reads"`
	Writes FormatSet `json:"writes"`

	Fonts []FontFamily `json:"fonts"` // by name
	// Typesetting names the fonts and what sets them: where it is equal, texts come out equal.
	Typesetting string `json:"typesetting"`
}
