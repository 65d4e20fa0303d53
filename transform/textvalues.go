package transform

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// parseText takes what can be shown. A character that controls a terminal has no
// look, and in a URL is a mistake or worse; a tab is a space.
func parseText(d *draft, s string) error {
	if len(s) > mostText*utf8.UTFMax || utf8.RuneCountInString(s) > mostText {
		return fmt.Errorf("it is longer than %d characters", mostText)
	}
	if !utf8.ValidString(s) {
		return fmt.Errorf("it is not UTF-8")
	}
	s = lineEnds.Replace(s)
	for _, r := range s {
		if unicode.IsControl(r) && r != '\n' {
			return fmt.Errorf("it has the control character %U", r)
		}
	}
	d.Text.String = strings.Clone(s) // as with presets
	return nil
}

// lineEnds are all that Unicode has for the end of a line or of a paragraph.
var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u0085", "\n", "\u2028", "\n", "\u2029", "\n", "\v", "\n", "\f", "\n", "\t", " ")

// parseTextClip reads a list in any order.
func parseTextClip(d *draft, s string) error {
	for word := range strings.SplitSeq(s, ",") {
		clip := ClipUsual
		switch word {
		case "end":
			clip = ClipEnd
		case "start":
			clip = ClipStart
		case "middle":
			clip = ClipMiddle
		case "ellipsis":
			d.Text.Ellipsis = true
			continue
		default:
			return fmt.Errorf("%q is not start, middle, end or ellipsis", word)
		}
		if d.Text.Clip != ClipUsual && d.Text.Clip != clip {
			return fmt.Errorf("%q asks to cut at two places", s)
		}
		d.Text.Clip = clip
	}
	return nil
}

func spellTextClip(r Recipe) string {
	name := textClipNames[r.Text.Clip]
	switch {
	case !r.Text.Ellipsis:
		return name
	case r.Text.Clip == ClipEnd:
		return "ellipsis"
	}
	return name + ",ellipsis"
}

func parseTextFit(d *draft, s string) error {
	if s != "max" {
		return fmt.Errorf("%q is not max", s)
	}
	d.Text.Fill = true
	return nil
}

func spellTextFit(r Recipe) string {
	if !r.Text.Fill {
		return ""
	}
	return "max"
}

func parseTextAlign(d *draft, s string) (err error) {
	d.Text.Align, err = parseAlign(s)
	d.textAligned = true
	return err
}

func spellTextAlign(r Recipe) string {
	if r.Text.String == "" {
		return ""
	}
	return r.Text.Align.spell(r.Text.usualAlign())
}

// spellUnless is a number of pixels of a text, unless it is the usual one.
func (t Text) spellUnless(usual, pixels int) string {
	if t.String == "" || pixels == usual {
		return ""
	}
	return zero(float64(pixels))
}
