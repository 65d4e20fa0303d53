package config

import (
	"regexp"
	"slices"
)

// The settings of Unsigned.
const (
	UnsignedNone    = "none"
	UnsignedPresets = "presets"
	UnsignedWidths  = "widths"
)

var signingKey = regexp.MustCompile(`^[!-~]{16,512}$`)

// Keys are SigningKeys, to be used.
func (c *Config) Keys() (keys []string) {
	for _, key := range c.SigningKeys {
		keys = append(keys, string(key))
	}
	return keys
}

// Restricted tells whether some images need a signature, or are not served at all.
func (c *Config) Restricted() bool {
	return !c.Open && (len(c.SigningKeys) > 0 || c.Unsigned != UnsignedNone)
}

func (c *Config) checkSigning(v *validator) {
	for i, key := range c.SigningKeys {
		if !signingKey.MatchString(string(key)) { // of which nothing is said
			v.refuse("signing-keys", "entry %d: it is not 16 to 512 visible ASCII characters", i+1)
		} else if at := slices.Index(c.SigningKeys, key); at < i {
			v.refuse("signing-keys", "entry %d: it is entry %d again", i+1, at+1)
		}
	}
	oneOf(v, "unsigned", c.Unsigned, UnsignedNone, UnsignedPresets, UnsignedWidths)
	oneOf(v, "originals", c.Originals, "signed", "open")
	if c.Open && c.Unsigned != UnsignedNone {
		v.refuse("unsigned", "%s restricts nothing with --open: everything goes unsigned then", c.Unsigned)
	}
	if len(c.UnsignedWidths) == 0 {
		v.refuse("unsigned-widths", "must name at least one width")
	}
	sides(v, "unsigned-widths", c.UnsignedWidths, 2)
}
