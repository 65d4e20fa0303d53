package transform

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Font is what a text is set in. The zero Font is the system's usual one without
// serifs.
type Font struct {
	// Families are names in lower case, by commas: the first that is installed
	// counts, and fontconfig has something like it where none is.
	Families     string
	Bold, Italic bool
}

const (
	usualFamily  = "sans-serif"
	mostFamilies = 8
	mostFamily   = 64 // bytes
	fontAccepts  = "a list of serif, sans-serif, monospace, cursive, fantasy, families that `lightwell fonts` lists, and bold and italic"
)

// parseFont reads a list in any order. What a name may be written with means nothing
// to fontconfig or Pango, both of which have a language for fonts.
func parseFont(d *draft, s string) error {
	if len(s) > (mostFamilies+2)*(mostFamily+1) {
		return fmt.Errorf("it is longer than %d names of %d bytes", mostFamilies, mostFamily)
	}
	var f Font
	var families []string
	for name := range strings.SplitSeq(s, ",") {
		name = strings.ToLower(strings.Join(strings.Fields(name), " "))
		switch {
		case name == "bold":
			f.Bold = true
		case name == "italic":
			f.Italic = true
		case !ValidFamily(name):
			return fmt.Errorf("%.80q is not the name of a font: letters, digits, spaces and dashes", name)
		case !slices.Contains(families, name):
			families = append(families, name)
		}
	}
	if len(families) > mostFamilies {
		return fmt.Errorf("there are more than %d names", mostFamilies)
	}
	f.Families = strings.Clone(strings.Join(families, ",")) // as with presets
	if f.Families == usualFamily {
		f.Families = ""
	}
	d.Text.Font = f
	return nil
}

// ValidFamily tells whether a Font can name a family.
func ValidFamily(name string) bool {
	return name != "" && len(name) <= mostFamily && strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -_.&+'", r)
	}) < 0
}

func (f Font) String() string {
	var names []string
	if f.Families != "" {
		names = append(names, f.Families)
	}
	if f.Bold {
		names = append(names, "bold")
	}
	if f.Italic {
		names = append(names, "italic")
	}
	return strings.Join(names, ",")
}

// FontFamily is one that a Font can name on a system, and its faces.
type FontFamily struct {
	Family string   `json:"family"`
	Styles []string `json:"styles"`
}
