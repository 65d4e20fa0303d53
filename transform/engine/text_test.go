package engine

import (
	"fmt"
	"image"
	"image/color"
	"net/url"
	"strings"
	"testing"
)

// inkOn is where a text is seen on a sheet of 400 x 300 white pixels, and how much
// of it there is.
type inkOn struct {
	image.Rectangle
	pixels int
	sheet  picture
}

func (i inkOn) String() string { return fmt.Sprintf("%v of %d pixels", i.Rectangle, i.pixels) }

var sheetColor = color.NRGBA{255, 255, 255, 255}

// written is the ink of a text. Its font is one that the tests' packages have, unless the
// parameters say another.
func inked(t testing.TB, text, params string) inkOn {
	t.Helper()
	if !strings.Contains(params, "txt-font") {
		params += "&txt-font=dejavu+sans"
	}
	r, _ := render(t, flat(t, 400, 300, sheetColor), "fm=png&txt="+url.QueryEscape(text)+params)
	return inkOf(decodePicture(t, r.Body), [4]int{255, 255, 255, 255})
}

// inkOf is what is on a sheet of one colour.
func inkOf(p picture, sheet [4]int) inkOn {
	ink := inkOn{sheet: p}
	for y := range p.height {
		for x := range p.width {
			if !near(p.px(x, y), sheet, 60) {
				ink.Rectangle = ink.Union(image.Rect(x, y, x+1, y+1))
				ink.pixels++
			}
		}
	}
	return ink
}

// sameBox tells whether two rectangles have their sides within so many pixels.
func sameBox(a, b image.Rectangle, tolerance int) bool {
	return near([4]int{a.Min.X, a.Min.Y, a.Max.X, a.Max.Y}, [4]int{b.Min.X, b.Min.Y, b.Max.X, b.Max.Y}, tolerance)
}

// block is a character that fills the box of its line.
const block = "█"

// The box of a block of 40 pixels, at all places. The sheet is 400 x 300.
func TestTextPlaces(t *testing.T) {
	const width, height = 31, 47
	at := func(x, y int) image.Rectangle { return image.Rect(x, y, x+width, y+height) }
	for _, tt := range []struct {
		params string
		want   image.Rectangle
	}{
		{"", at(359, 243)},
		{"&txt-align=top,left", at(10, 10)},
		{"&txt-align=top", at(184, 10)},
		{"&txt-align=top,right", at(359, 10)},
		{"&txt-align=left", at(10, 126)},
		{"&txt-align=center", at(184, 126)},
		{"&txt-align=right", at(359, 126)},
		{"&txt-align=bottom,left", at(10, 243)},
		{"&txt-align=bottom", at(184, 243)},
		{"&txt-align=bottom,right", at(359, 243)},
		{"&txt-pad=0", at(369, 253)},
		{"&txt-pad=50", at(319, 203)},
		{"&txt-pad=50&txt-align=top,left", at(50, 50)},
		{"&txt-pad=50&txt-align=center", at(184, 126)},
		{"&txt-x=100", at(100, 243)},
		{"&txt-y=100", at(359, 100)},
		{"&txt-x=30&txt-y=20&txt-pad=70&txt-align=center", at(30, 20)},
		{"&txt-width=100", at(359, 243)},
		{"&txt-x=-20&txt-y=-20", image.Rect(0, 0, 11, 27)}, // what is outside is not seen
		{"&txt-x=380&txt-y=280&txt-width=50", image.Rect(380, 280, 400, 300)},
		{"&txt-x=500&txt-y=20", image.Rectangle{}},
		{"&txt-x=20&txt-y=-90", image.Rectangle{}},
	} {
		if got := inked(t, block, "&txt-size=40"+tt.params); !sameBox(got.Rectangle, tt.want, 1) {
			t.Errorf("a block with %q is at %v, want %v", tt.params, got, tt.want)
		}
	}
}

// Everything in pixels grows with dpr: the same picture, twice as large.
func TestTextGrowsWithDPR(t *testing.T) {
	for _, params := range []string{
		"&txt-size=20", "&txt-size=20&txt-x=30&txt-y=40", "&txt-size=20&txt-track=5", "&txt-size=20&txt-lead=15",
		"&txt-size=14&txt-width=60", "&txt-fit=max&txt-width=80", "&txt-size=20&txt-line=3&txt-line-color=000", "&txt-size=20&txt-pad=25",
	} {
		once, twice := inked(t, "one\ntwo", "&w=200"+params), inked(t, "one\ntwo", "&w=200&dpr=2"+params)
		want := image.Rectangle{Min: once.Min.Mul(2), Max: once.Max.Mul(2)}
		if once.Empty() || !sameBox(twice.Rectangle, want, 3) {
			t.Errorf("with %q at dpr=2 it is at %v, want %v", params, twice, want)
		}
	}
}

// Lines end within the width: between words, and in a word that is too long by itself. Lines
// lie as the text does.
func TestTextWraps(t *testing.T) {
	const sentence = "the quick brown fox jumps over the lazy dog"
	line := inked(t, "the", "&txt-size=20")
	for _, tt := range []struct {
		text, params string
		lines        int
	}{
		{sentence, "&txt-width=150", 4}, {sentence, "&txt-width=300", 2}, {"the quick brown fox", "&txt-width=8192", 1},
		{strings.Repeat("m", 20), "&txt-width=150", 3}, {"a\nb\nc", "", 3}, {"a\n\nc", "", 3}, {"a b c", "", 1},
	} {
		got := inked(t, tt.text, "&txt-size=20"+tt.params)
		height := (got.Dy() - line.Dy() + 12) / 23 // from one line to the next
		if got.Max.X > 391 || got.Dx() > 380 || height+1 != tt.lines || strings.HasSuffix(tt.params, "150") && got.Dx() > 151 {
			t.Errorf("%q with %q is at %v, want %d lines", tt.text, tt.params, got, tt.lines)
		}
	}
	for align, want := range map[string]func(short, long image.Rectangle) bool{
		"left":   func(short, long image.Rectangle) bool { return short.Min.X-long.Min.X < 3 },
		"right":  func(short, long image.Rectangle) bool { return long.Max.X-short.Max.X < 3 },
		"center": func(short, long image.Rectangle) bool { return abs(short.Min.X+short.Max.X-long.Min.X-long.Max.X) < 4 },
	} {
		for _, text := range []string{block + block + "\n" + block, "שלום עולם\nשל"} { // and against the way they are read
			got := inked(t, text, "&txt-size=40&txt-align=top,"+align)
			middle := got.Min.Y + got.Dy()/2
			if align == "center" {
				got = inked(t, text, "&txt-size=40&txt-align=top")
			}
			long, short := got.between(0, middle), got.between(middle+3, 300)
			if !want(short, long) || short.Dx() > long.Dx()*2/3 {
				t.Errorf("the lines of %q at the %s are at %v and %v", text, align, long, short)
			}
		}
	}
}

// between is the ink in some rows.
func (i inkOn) between(top, bottom int) image.Rectangle {
	var all image.Rectangle
	for y := top; y < bottom; y++ {
		for x := range i.sheet.width {
			if !near(i.sheet.px(x, y), [4]int{255, 255, 255, 255}, 60) {
				all = all.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return all
}

// sameInk tells whether two texts came out as the same pixels.
func sameInk(a, b inkOn) bool { return string(a.sheet.rgba) == string(b.sheet.rgba) }

// Whatever its shape, the text touches the room for it in one direction and stays in it in the other.
func TestTextFills(t *testing.T) {
	for _, tt := range []struct {
		text, params  string
		width, height int
	}{
		{block, "&txt-fit=max", 380, 280}, {strings.Repeat(block, 9), "&txt-fit=max", 380, 280}, {strings.Repeat(block+"\n", 8) + block, "&txt-fit=max", 380, 280},
		{block, "&txt-fit=max&txt-width=100", 100, 280}, {strings.Repeat(block, 9), "&txt-fit=max&txt-width=100&txt-size=500", 100, 280}, {block, "&txt-fit=max&txt-pad=100", 200, 100},
		{block, "&txt-fit=max&txt-line=10&txt-line-color=000", 380, 280}, {block + block, "&txt-fit=max&txt-track=100", 380, 280}, {block + "\n" + block, "&txt-fit=max&txt-lead=50", 380, 280},
	} {
		got := inked(t, tt.text, tt.params)
		free := min(tt.width-got.Dx(), tt.height-got.Dy()) // a block sticks out of its line by a fortieth
		if got.Dx() > tt.width*41/40+2 || got.Dy() > tt.height*41/40+2 || free > 4 {
			t.Errorf("%q with %q is %d x %d, want it to fill %d x %d", tt.text, tt.params, got.Dx(), got.Dy(), tt.width, tt.height)
		}
	}
}

// Spacing is exact: between letters, and between lines.
func TestTextSpacing(t *testing.T) {
	plain := inked(t, block+block+block+"\n"+block, "&txt-size=40")
	for params, want := range map[string]image.Point{
		"&txt-track=20": {40, 0}, "&txt-track=-4": {-8, 0}, "&txt-lead=30": {0, 30}, "&txt-track=7&txt-lead=9": {14, 9},
	} {
		got := inked(t, block+block+block+"\n"+block, "&txt-size=40"+params)
		if by := got.Size().Sub(plain.Size()); abs(by.X-want.X) > 1 || abs(by.Y-want.Y) > 1 {
			t.Errorf("%q makes it larger by %v, want %v", params, by, want)
		}
	}
}
