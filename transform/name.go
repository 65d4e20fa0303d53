package transform

import (
	"fmt"
	"strings"
)

const (
	maxName     = 64
	nameLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	nameForm    = "1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit"
)

// ValidName tells whether a preset or a mark may be called so: 1 to 64 letters,
// digits, dots, dashes and underscores, beginning with a letter or digit.
func ValidName(s string) bool {
	return s != "" && len(s) <= maxName && strings.Trim(s, nameLetters+".-_") == "" && strings.ContainsRune(nameLetters, rune(s[0]))
}

func parsePreset(d *draft, s string) error {
	if !ValidName(s) {
		return fmt.Errorf("%.64q is not a name: %s", s, nameForm)
	}
	d.Preset = strings.Clone(s) // requests are remembered, and their URLs are not
	return nil
}
