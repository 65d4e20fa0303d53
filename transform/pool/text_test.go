package pool

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/transform"
)

// yellow counts the pixels of a PNG that have the colour of an emoji's face.
func yellow(t *testing.T, body []byte) (n int, img image.Image) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for y := range img.Bounds().Dy() {
		for x := range img.Bounds().Dx() {
			if r, g, b, _ := img.At(x, y).RGBA(); r>>8 > 240 && g>>8 > 190 && b>>8 < 90 {
				n++
			}
		}
	}
	return n, img
}

// A confined child finds the fonts of every script, at once and without a cache of its own.
func TestTextInAConfinedChild(t *testing.T) {
	p := start(t, nil)
	can := p.Capabilities()
	if !slices.ContainsFunc(can.Fonts, func(f transform.FontFamily) bool { return f.Family == "DejaVu Sans" }) || can.Typesetting == "" {
		t.Errorf("a child finds %d families and calls them %q", len(can.Fonts), can.Typesetting)
	}
	var bodies [][]byte
	for _, text := range []string{"Hello", "Hullo", "你好", "你世", "مرحبا", "שלום", "नमस्ते", "สวัสดี", "😀", "\U000E1123"} {
		began := time.Now()
		r, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, "w=300&fm=png&txt-size=80&txt-color=fff&txt-align=center&txt="+url.QueryEscape(text)))
		if err != nil {
			t.Fatalf("Render of %q: %v", text, err)
		}
		t.Logf("%q took %v, %v of it to decode and draw", text, time.Since(began), r.Decode)
		if slices.ContainsFunc(bodies, func(b []byte) bool { return bytes.Equal(b, r.Body) }) {
			t.Errorf("%q came out like another", text)
		}
		bodies = append(bodies, r.Body)
		if n, _ := yellow(t, r.Body); text == "😀" && n < 1000 {
			t.Errorf("an emoji has %d yellow pixels", n)
		}
	}
	if n := p.restarted(causeCrash); n != 0 {
		t.Errorf("%d children crashed", n)
	}
}

// The largest letters, outlines and shadows on the largest picture stay under the memory ceiling and
// the deadline, and so does any number of characters.
func TestTheLargestTextsEndNoChild(t *testing.T) {
	p := start(t, func(c *Config) { c.RenderDeadline = 40 * time.Second }) // the largest takes 5 where nothing else runs
	var cjk, emoji strings.Builder
	for i := range 1000 {
		cjk.WriteRune(rune(0x4e00 + 7*i))
		emoji.WriteRune(rune(0x1f300 + i%0x2b0))
	}
	const large, largest = "w=4096&h=2440&fit=scale&fm=jpg&q=10", "w=8192&h=4880&fit=scale&fm=jpg&q=10"
	for i, text := range []string{cjk.String(), emoji.String(), strings.Repeat("ﷺ", 1000), strings.Repeat("a\u0301\u0323", 333), strings.Repeat("\u202e\u2067x", 333), strings.Repeat("\n", 500) + "a"} {
		for _, params := range []string{
			[]string{largest + "&txt-size=150", large + "&txt-size=2000", large + "&txt-size=75"}[i%3] + "&txt-width=8192&txt-line=100&txt-shad=10",
			"w=300&dpr=5&fm=jpg&txt-size=2000&txt-width=8192&txt-line=100&txt-shad=10", "w=300&fm=jpg&txt-fit=max&txt-width=1", "w=300&fm=jpg&txt-width=1&txt-lead=1000&txt-track=1000", "w=300&fm=jpg&txt-size=5&txt-track=-4",
		} {
			if i >= 3 && strings.Contains(params, "fit=scale") {
				continue
			}
			_, err := p.Render(context.Background(), []*os.File{source(t, "photo.jpg")}, plan(t, params+"&txt="+url.QueryEscape(text)))
			if err != nil {
				t.Errorf("Render of %.12q with %q = %v", text, params, err)
			}
		}
	}
}
