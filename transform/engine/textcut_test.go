package engine

import (
	"fmt"
	"strings"
	"testing"
)

// What is too long is cut on the side that is asked for: what stays is what would be drawn of it.
func TestTextIsCut(t *testing.T) {
	const digits = "0123456789" // equally wide in this font: 25 pixels each
	for _, tt := range []struct{ params, want string }{
		{"&txt-width=150&txt-clip=end", "01234"}, {"&txt-width=150&txt-clip=start", "56789"}, {"&txt-width=150&txt-clip=middle", "01289"},
		{"&txt-width=1&txt-clip=end", ""}, {"&txt-width=8192&txt-clip=end", digits}, {"", digits}, {"&txt-pad=130", "01234"},
		{"&txt-pad=130&txt-clip=start", "56789"}, {"&txt-x=20&txt-pad=230", "01234"},
	} {
		params := "&txt-size=40" + tt.params
		got, want := inked(t, digits, params), inked(t, tt.want, params)
		if !sameInk(got, want) {
			t.Errorf("%s with %q is at %v, want %v as of %q", digits, params, got, want, tt.want)
		}
	}
	// Of each line by itself, and never within what is seen as one character.
	if got, want := inked(t, digits+"\nab", "&txt-size=40&txt-width=150&txt-clip=end"), inked(t, "01234\nab", "&txt-size=40&txt-clip=end&txt-width=150"); !sameInk(got, want) {
		t.Errorf("two lines are cut to %v, want %v", got, want)
	}
	for _, letter := range []string{"e\u0301", "👩\u200d👩\u200d👧", "🇫🇷", "நி"} {
		params := "&txt-size=60&txt-clip=end&txt-width=" + fmt.Sprint(inked(t, letter, "&txt-size=60&txt-align=left").Dx()*5/2)
		for _, font := range []string{"", "&txt-font=sans-serif"} {
			all := inked(t, strings.Repeat(letter, 9), params+font)
			if some := []inkOn{inked(t, strings.Repeat(letter, 2), params+font), inked(t, letter, params+font), inked(t, strings.Repeat(letter, 3), params+font)}; !sameInk(all, some[0]) && !sameInk(all, some[1]) && !sameInk(all, some[2]) {
				t.Errorf("%q nine times is cut to %v, want two or three whole ones", letter, all)
			}
		}
	}
}

// The ellipsis is in the room, and where something is missing.
func TestTextEllipsis(t *testing.T) {
	const digits = "0123456789"
	for _, tt := range []struct{ clip, want string }{
		{"ellipsis", "0123…"}, {"end,ellipsis", "0123…"}, {"start,ellipsis", "…6789"}, {"ellipsis,middle", "01…89"},
	} {
		for _, room := range []string{"&txt-width=150", "&txt-pad=125"} {
			params := "&txt-size=40&txt-clip=" + tt.clip + room
			got, want := inked(t, digits, params), inked(t, tt.want, params)
			if !sameInk(got, want) {
				t.Errorf("%s with %q is at %v, want %v as of %q", digits, params, got, want, tt.want)
			}
		}
	}
	if got := inked(t, digits, "&txt-size=40&txt-clip=ellipsis&txt-width=5"); !got.Empty() {
		t.Errorf("an ellipsis that does not fit is at %v", got)
	}
	if got, want := inked(t, "01", "&txt-size=40&txt-clip=ellipsis"), inked(t, "01", "&txt-size=40"); !sameInk(got, want) {
		t.Error("what fits has an ellipsis")
	}
}
