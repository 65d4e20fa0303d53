package transform_test

import (
	"strings"
	"testing"

	"lightwell/transform"
)

func TestParseColor(t *testing.T) {
	color := func(r, g, b, a uint8) transform.Color { return transform.Color{R: r, G: g, B: b, A: a, Set: true} }
	tests := []struct {
		in       string
		want     transform.Color
		spelling string
	}{
		{"000", color(0, 0, 0, 255), "000000"},
		{"fff", color(255, 255, 255, 255), "ffffff"},
		{"123", color(0x11, 0x22, 0x33, 255), "112233"},
		{"AbC", color(0xaa, 0xbb, 0xcc, 255), "aabbcc"},
		{"123456", color(0x12, 0x34, 0x56, 255), "123456"},
		{"FEDCBA", color(0xfe, 0xdc, 0xba, 255), "fedcba"},
		{"8123", color(0x11, 0x22, 0x33, 0x88), "88112233"}, // alpha first
		{"f123", color(0x11, 0x22, 0x33, 255), "112233"},
		{"80123456", color(0x12, 0x34, 0x56, 0x80), "80123456"},
		{"01ffffff", color(255, 255, 255, 1), "01ffffff"},
		{"ff123456", color(0x12, 0x34, 0x56, 255), "123456"},
		{"0123", color(0, 0, 0, 0), "00000000"}, // what cannot be seen is one colour
		{"00ffffff", color(0, 0, 0, 0), "00000000"},
		{"transparent", color(0, 0, 0, 0), "00000000"},
		{"TRANSPARENT", color(0, 0, 0, 0), "00000000"},
		{"red", color(255, 0, 0, 255), "ff0000"},
		{"Red", color(255, 0, 0, 255), "ff0000"},
		{"green", color(0, 128, 0, 255), "008000"}, // not lime
		{"lime", color(0, 255, 0, 255), "00ff00"},
		{"navy", color(0, 0, 128, 255), "000080"},
		{"orange", color(255, 165, 0, 255), "ffa500"},
		{"gray", color(128, 128, 128, 255), "808080"},
		{"darkgray", color(169, 169, 169, 255), "a9a9a9"}, // lighter than gray
		{"LightGoldenrodYellow", color(250, 250, 210, 255), "fafad2"},
		{"rebeccapurple", color(102, 51, 153, 255), "663399"},
		{"bad", color(0xbb, 0xaa, 0xdd, 255), "bbaadd"}, // hex digits that are a word
		{"face", color(0xaa, 0xcc, 0xee, 255), "aaccee"},
		{"tan", color(210, 180, 140, 255), "d2b48c"}, // a word that is no hex digits
	}
	for _, tt := range tests {
		got, err := transform.ParseColor(tt.in)
		if err != nil || got != tt.want {
			t.Errorf("ParseColor(%q) = %+v, %v, want %+v", tt.in, got, err, tt.want)
		}
		if s := got.String(); s != tt.spelling {
			t.Errorf("String(%q) = %q, want %q", tt.in, s, tt.spelling)
		}
		if again, err := transform.ParseColor(tt.spelling); err != nil || again != tt.want {
			t.Errorf("ParseColor(%q) = %+v, %v, want %+v", tt.spelling, again, err, tt.want)
		}
	}
}

func TestParseColorRefused(t *testing.T) {
	for _, in := range []string{
		"", "f", "ff", "fffff", "fffffff", "fffffffff", "#fff", "#ffffff", "ggg", "-ff", "+ff", "0xf", "f f", " fff", "fff ", "1_0",
		"redd", "re", "currentcolor", "inherit", "none", "rgb(0,0,0)", "é1", "\u0661\u0662\u0663", "\xff\xff\xff", "f\x00f",
	} {
		if got, err := transform.ParseColor(in); err == nil || got != (transform.Color{}) || !strings.Contains(err.Error(), "CSS keyword") {
			t.Errorf("ParseColor(%q) = %+v, %v, want an error that says what a colour is", in, got, err)
		}
	}
}

// Every keyword of CSS Color 4 that is spelled in two ways is one colour.
func TestColorSynonyms(t *testing.T) {
	for _, pair := range [][2]string{
		{"aqua", "cyan"}, {"fuchsia", "magenta"}, {"gray", "grey"}, {"darkgray", "darkgrey"}, {"dimgray", "dimgrey"}, {"lightgray", "lightgrey"},
		{"slategray", "slategrey"}, {"darkslategray", "darkslategrey"}, {"lightslategray", "lightslategrey"},
	} {
		a, errA := transform.ParseColor(pair[0])
		b, errB := transform.ParseColor(pair[1])
		if a != b || errA != nil || errB != nil {
			t.Errorf("ParseColor(%q) = %v, %v, want %v, %v as of %q", pair[0], a, errA, b, errB, pair[1])
		}
	}
}

func TestNoColor(t *testing.T) {
	if got := (transform.Color{}).String(); got != "" {
		t.Errorf("String(none) = %q, want nothing", got)
	}
}

func TestOver(t *testing.T) {
	tests := []struct{ top, under, want string }{
		{"f00", "fff", "ff0000"},
		{"transparent", "fff", "ffffff"},
		{"transparent", "123", "112233"},
		{"80000000", "fff", "7f7f7f"}, // 255 * 127/255
		{"80ffffff", "000", "808080"},
		{"01000000", "fff", "fefefe"},
		{"fe000000", "fff", "010101"},
		{"80ff0000", "00f", "80007f"},
		{"80ff0000", "fff", "ff7f7f"},
	}
	for _, tt := range tests {
		top, _ := transform.ParseColor(tt.top)
		under, _ := transform.ParseColor(tt.under)
		if got := top.Over(under); got.String() != tt.want {
			t.Errorf("%s.Over(%s) = %s, want %s", tt.top, tt.under, got, tt.want)
		}
	}
}
