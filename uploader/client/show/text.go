package show

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"lightwell/uploader/client"

	"github.com/vbauerster/mpb/v8/decor"
)

// size is bytes for people.
func size(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	value, prefix := float64(n)/unit, 0
	for value >= unit*0.99995 && prefix < 4 { // which would be written as 1024.0
		value, prefix = value/unit, prefix+1
	}
	return fmt.Sprintf("%.1f %ciB", value, "KMGTP"[prefix])
}

// sizes are two of them, the second with what both are in if that is the same.
func sizes(part, whole int64) string {
	p, w := size(part), size(whole)
	pn, pu, _ := strings.Cut(p, " ")
	if _, wu, _ := strings.Cut(w, " "); wu == pu {
		return pn + " of " + w
	}
	return p + " of " + w
}

func rate(perSecond float64) string { return size(int64(perSecond)) + "/s" }

// clock is a time that is left, as minutes and seconds, or hours and minutes.
func clock(d time.Duration) string {
	d = d.Round(time.Second)
	if d >= time.Hour {
		return fmt.Sprintf("%dh%02dm", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d:%02d", d/time.Minute, d%time.Minute/time.Second)
}

// plain is text without what would move a terminal's cursor, or end a line or a column. Names of
// files may have anything in them.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '?'
		}
		return r
	}, text)
}

// tail is the end of text, in at most so many characters.
func tail(text string, most int) string {
	runes := []rune(plain(text))
	if len(runes) <= most {
		return string(runes)
	}
	return "…" + string(runes[len(runes)-most+1:])
}

// padded is text with blanks after it, to a width in cells of a terminal.
func padded(text string, width int) string {
	w := decor.WC{W: width, C: decor.DindentRight}
	text, _ = w.Init().Format(text)
	return text
}

// cells is how wide text is on a terminal.
func cells(text string) int {
	var w decor.WC
	_, width := w.Init().Format(text)
	return width
}

// longest is as many of parts, one after the other, as have room.
func longest(width int, parts ...string) (text string) {
	for _, part := range parts {
		if text != "" && cells(text+part) > width {
			break
		}
		text += part
	}
	return text
}

// counts is how many ended how, as in "12 uploaded, 3 skipped".
func counts(results map[client.Status]int) string {
	var parts []string
	for _, status := range []client.Status{client.Uploaded, client.Skipped, client.Failed, client.Interrupted} {
		if n := results[status]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	return strings.Join(parts, ", ")
}
