package engine

import (
	"image"
	"net/url"
	"strings"
	"testing"

	"lightwell/transform"
)

const scriptFont = "&txt-font=sans-serif&txt-size=60&txt-align=center"

// Words of each script have glyphs: none looks like the box of what no font has, which is
// equally wide for every character; and letters differ from one another.
func TestEveryScriptHasGlyphs(t *testing.T) {
	box := func(letters int) inkOn { return inked(t, strings.Repeat("\U000E1123", letters), scriptFont) }
	if box(1).Empty() {
		t.Fatal("what no font has is not drawn at all, so that this test shows nothing")
	}
	for script, letters := range map[string][2]string{
		"Latin": {"A", "g"}, "Greek": {"Ω", "λ"}, "Cyrillic": {"Ж", "д"}, "Arabic": {"ع", "م"}, "Hebrew": {"ש", "ל"}, "Devanagari": {"न", "म"},
		"Thai": {"ส", "ว"}, "Chinese": {"你", "界"}, "Japanese": {"あ", "ン"}, "Korean": {"한", "글"}, "Tamil": {"த", "ழ"}, "emoji": {"😀", "🎉"},
	} {
		one, other := inked(t, letters[0], scriptFont), inked(t, letters[1], scriptFont)
		missing := box(1)
		if one.Empty() || other.Empty() || sameInk(one, other) || one.Rectangle == missing.Rectangle && one.pixels == missing.pixels {
			t.Errorf("%s: %q is %v, %q %v, and what no font has %v", script, letters[0], one, letters[1], other, missing)
		}
	}
}

// Letters are joined and changed by their neighbours, where the script does that: a word is
// not its letters side by side.
func TestScriptsAreShaped(t *testing.T) {
	const apart = "\u200c" // keeps letters from being joined
	for _, tt := range []struct{ word, apart string }{
		{"عمع", "ع" + apart + "م" + apart + "ع"}, {"مرحبا", "م" + apart + "ر" + apart + "ح" + apart + "ب" + apart + "ا"},
		{"क्ष", "क्" + apart + "ष"}, {"स्त्र", "स्" + apart + "त्" + apart + "र"}, {"👩\u200d👧", "👩👧"}, {"🇫🇷", "🇫" + apart + "🇷"},
	} {
		joined, single := inked(t, tt.word, scriptFont), inked(t, tt.apart, scriptFont)
		if joined.Empty() || sameInk(joined, single) || joined.Dx() >= single.Dx() {
			t.Errorf("%q is %v, and its letters apart %v: want it narrower", tt.word, joined, single)
		}
	}
	// A vowel sign that is read after its consonant stands before it.
	if sign, plain := inked(t, "कि", scriptFont), inked(t, "क", scriptFont); sign.Dx() <= plain.Dx() {
		t.Errorf("%v with the sign for i, %v without", sign, plain)
	}
	if high, low := inked(t, "ก็", scriptFont), inked(t, "ก", scriptFont); high.Dx() > low.Dx()+3 || high.Dy() <= low.Dy() {
		t.Errorf("a Thai mark is not above its letter: %v with it, %v without", high, low)
	}
}

// The first letter of what is read from the right is at the right, its digits stay in order, and
// the first strong letter says in which direction a line runs.
func TestTextFromTheRight(t *testing.T) {
	for _, tt := range []struct {
		text string
		dot  float64 // where the middle of the block is, as a part of the line
	}{
		{block + "abc", 0}, {"abc" + block, 1}, {block + "שלום", 1}, {"שלום" + block, 0}, {block + "مرحبا", 1}, {"مرحبا" + block, 0},
		{"abc שלום" + block, 1}, {"שלום abc" + block, 0},
	} {
		got := inked(t, tt.text, "&txt-size=40&txt-align=center&txt-font=dejavu+sans")
		// A column of the block is black from top to bottom.
		var blocks image.Rectangle
		for x := got.Min.X; x < got.Max.X; x++ {
			if n := columnInk(got, x); n > 42 {
				blocks = blocks.Union(image.Rect(x, 0, x+1, 1))
			}
		}
		at := float64(blocks.Min.X+blocks.Max.X-2*got.Min.X) / float64(2*got.Dx())
		if blocks.Empty() || tt.dot == 0 && at > 0.3 || tt.dot == 1 && at < 0.7 {
			t.Errorf("the block of %q is at %.2f of the line, want about %v", tt.text, at, tt.dot)
		}
	}
	if a, b := inked(t, "שלום 12", scriptFont), inked(t, "שלום 21", scriptFont); sameInk(a, b) {
		t.Error("digits in Hebrew come out the same in both orders")
	}
}

func columnInk(i inkOn, x int) (n int) {
	for y := range i.sheet.height {
		if i.sheet.px(x, y)[0] < 100 {
			n++
		}
	}
	return n
}

// Emoji have their own colours, whatever the text's, and grow beyond the size at which they are drawn.
func TestEmojiHaveColours(t *testing.T) {
	for _, size := range []string{"40", "128", "250"} {
		got := inked(t, "😀", "&txt-font=sans-serif&txt-align=center&txt-color=00f&txt-size="+size)
		yellow := 0
		for i := 0; i < len(got.sheet.rgba); i += 4 {
			if c := got.sheet.rgba[i : i+3]; c[0] > 200 && c[1] > 150 && c[2] < 120 {
				yellow++
			}
		}
		if yellow < got.pixels/2 {
			t.Errorf("an emoji of %s pixels has %d yellow ones of %d", size, yellow, got.pixels)
		}
	}
	small, large := inked(t, "😀", "&txt-font=sans-serif&txt-size=100&txt-align=center"), inked(t, "😀", "&txt-font=sans-serif&txt-size=200&txt-align=center")
	if abs(large.Dx()-2*small.Dx()) > 4 || abs(large.Dy()-2*small.Dy()) > 4 {
		t.Errorf("an emoji of 100 pixels is %v, of 200 %v", small, large)
	}
}

// Text is shown as it is: nothing of it is markup, and what is not seen changes nothing.
func TestTextIsLiteral(t *testing.T) {
	const params = "&txt-size=30&txt-align=center"
	bold, plain := inked(t, "x", params+"&txt-font=dejavu+sans,bold"), inked(t, "x", params)
	got := inked(t, "<b>x</b>", params)
	if sameInk(got, bold) || sameInk(got, plain) || got.Dx() < 5*plain.Dx() {
		t.Errorf("<b>x</b> is %v, a bold x %v", got, bold)
	}
	for _, pair := range [][2]string{{"&amp;", "&"}, {"&#65;", "A"}, {"<span size='200%'>a</span>", "a"}, {"%s%n%d", ""}, {"\\n", ""}, {"$(id)", ""}, {"<", ""}, {"&", ""}} {
		if got, other := inked(t, pair[0], params), inked(t, pair[1], params); got.Empty() || got.Dx() <= other.Dx() {
			t.Errorf("%q is %v, %q %v", pair[0], got, pair[1], other)
		}
	}
	if a, b := inked(t, "a\tb", params), inked(t, "a b", params); !sameInk(a, b) {
		t.Error("a tab is no space")
	}
}

// Families, weights and slants each look otherwise; one that is not installed is like one that stands in.
func TestTextFonts(t *testing.T) {
	seen := map[string]string{}
	for _, font := range []string{"dejavu+sans", "dejavu+serif", "dejavu+sans+mono", "dejavu+sans,bold", "dejavu+sans,italic", "dejavu+sans,bold,italic"} {
		ink := string(inked(t, "Hamburg", "&txt-size=40&txt-font="+font).sheet.rgba)
		if other, same := seen[ink]; same {
			t.Errorf("%s looks like %s", font, other)
		}
		seen[ink] = font
	}
	for _, pair := range [][2]string{{"no+such+font,dejavu+serif", "dejavu+serif"}, {"DejaVu+Serif", "dejavu+serif"}, {"serif", "no+such+font,serif"}} {
		if a, b := inked(t, "Hamburg", "&txt-size=40&txt-font="+pair[0]), inked(t, "Hamburg", "&txt-size=40&txt-font="+pair[1]); !sameInk(a, b) {
			t.Errorf("%s does not look like %s", pair[0], pair[1])
		}
	}
	if got := inked(t, "Hamburg", "&txt-size=40&txt-font=no+such+font"); got.Empty() {
		t.Error("nothing is drawn in a font that is not installed")
	}
}

// Every family that is listed can be named, and some are there.
func TestFonts(t *testing.T) {
	families, digest := Fonts()
	again, same := Fonts()
	if len(families) < 5 || len(digest) != 16 || digest != same || len(again) != len(families) {
		t.Fatalf("Fonts = %d families, %q, then %d, %q", len(families), digest, len(again), same)
	}
	last := ""
	for _, f := range families {
		_, err := transform.Parser{}.ParseQuery("txt=a&txt-font=" + url.QueryEscape(f.Family))
		if err != nil || len(f.Styles) == 0 || f.Family <= last {
			t.Errorf("%q of styles %q after %q: %v", f.Family, f.Styles, last, err)
		}
		last = f.Family
	}
}
