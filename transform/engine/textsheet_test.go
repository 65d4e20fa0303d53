package engine

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// textTiles are what the sheet of texts shows: a text and what else there is to say.
var textTiles = [][2]string{
	{"Hamburgefonstiv 0123", "txt-size=23&txt-color=fff&txt-align=center&txt-shad=4"}, {"مرحبا بالعالم، ١٢٣", "txt-size=30&txt-color=fff&txt-align=center&txt-shad=4"},
	{"שלום עולם, 123", "txt-size=34&txt-color=fff&txt-align=center&txt-shad=4"}, {"नमस्ते दुनिया", "txt-size=34&txt-color=fff&txt-align=center&txt-shad=4"},
	{"สวัสดีชาวโลก", "txt-size=34&txt-color=fff&txt-align=center&txt-shad=4"}, {"你好，世界", "txt-size=34&txt-color=fff&txt-align=center&txt-shad=4"},
	{"😀 🎉 🇫🇷 👩‍🚀 ❤️", "txt-size=34&txt-align=center&txt-shad=4"}, {"Ελλάδα Україна Việt", "txt-size=23&txt-color=fff&txt-align=center&txt-shad=4"},

	{"top, left", "txt-size=22&txt-color=fff&txt-align=top,left"}, {"top", "txt-size=22&txt-color=fff&txt-align=top"}, {"top, right", "txt-size=22&txt-color=fff&txt-align=top,right"},
	{"left", "txt-size=22&txt-color=fff&txt-align=left"}, {"center", "txt-size=22&txt-color=fff&txt-align=center"}, {"right", "txt-size=22&txt-color=fff&txt-align=right"},
	{"bottom, left", "txt-size=22&txt-color=fff&txt-align=bottom,left"}, {"bottom", "txt-size=22&txt-color=fff&txt-align=bottom"},

	{"Outline", "txt-size=54&txt-color=fff&txt-line=3&txt-line-color=036&txt-align=center"}, {"Hollow", "txt-size=58&txt-color=transparent&txt-line=2&txt-align=center"},
	{"Half", "txt-size=80&txt-color=80ffffff&txt-line=6&txt-line-color=80000000&txt-align=center"}, {"Round 😀 你", "txt-size=38&txt-color=fff&txt-line=9&txt-line-color=c03&txt-align=center"},
	{"txt-shad=2", "txt-size=40&txt-color=fff&txt-shad=2&txt-align=center"}, {"txt-shad=5", "txt-size=40&txt-color=fff&txt-shad=5&txt-align=center"},
	{"txt-shad=10", "txt-size=40&txt-color=fff&txt-shad=10&txt-align=center"}, {"SALE", "txt-fit=max&txt-color=fe0&txt-font=dejavu+sans,bold&txt-align=center&txt-shad=3"},

	{"The quick brown fox jumps over the lazy dog", "txt-size=24&txt-color=fff&txt-width=180&txt-align=top,left"}, {"The quick brown fox jumps over the lazy dog", "txt-size=24&txt-color=fff&txt-width=180&txt-align=center"},
	{"الثعلب البني السريع يقفز فوق الكلب الكسول", "txt-size=24&txt-color=fff&txt-width=180&txt-align=top,right"}, {"The quick brown fox jumps over the lazy dog", "txt-size=24&txt-color=fff"},
	{"The quick brown fox jumps over the lazy dog", "txt-size=24&txt-color=fff&txt-clip=ellipsis"}, {"The quick brown fox jumps over the lazy dog", "txt-size=24&txt-color=fff&txt-clip=middle,ellipsis"},
	{"The quick brown fox jumps over the lazy dog", "txt-size=24&txt-color=fff&txt-clip=start,ellipsis"}, {"one\ntwo\nthree", "txt-size=24&txt-color=fff&txt-lead=12&txt-track=6&txt-x=30&txt-y=20"},

	{"Serif, italic", "txt-size=40&txt-color=fff&txt-font=dejavu+serif,italic&txt-align=center"}, {"Monospace", "txt-size=40&txt-color=fff&txt-font=dejavu+sans+mono&txt-align=center"},
	{"Bold", "txt-size=64&txt-color=fff&txt-font=dejavu+sans,bold&txt-align=center"}, {"<b>&amp;</b>", "txt-size=34&txt-color=fff&txt-align=center"},
}

const (
	textSheetAcross           = 4
	textTileWidth, textTileUp = 270, 180
	textSheetGap, textCaption = 8, 18
)

// With LIGHTWELL_TEXT_SHEET in the environment, a name, texts of all kinds are drawn on a
// photograph, for people to look at. Without it a few are, so that it can be drawn when it
// is wanted.
func TestTextSheet(t *testing.T) {
	name, tiles := os.Getenv("LIGHTWELL_TEXT_SHEET"), textTiles
	if name == "" {
		name, tiles = filepath.Join(t.TempDir(), "sheet.jpg"), textTiles[:textSheetAcross]
	}
	rows := (len(tiles) + textSheetAcross - 1) / textSheetAcross
	across, down := textTileWidth+textSheetGap, textTileUp+textCaption+textSheetGap
	sheet := image.NewRGBA(image.Rect(0, 0, textSheetAcross*across+textSheetGap, rows*down+textSheetGap))
	draw.Draw(sheet, sheet.Bounds(), image.White, image.Point{}, draw.Src)
	photo, _ := render(t, fixture(t, "photo.jpg"), "w=270&h=180&fit=crop&blur=30&fm=png") // a soft one is a smaller file
	paper := flat(t, textTileWidth, textCaption, color.NRGBA{255, 255, 255, 255})
	for i, tile := range tiles {
		x, y := textSheetGap+i%textSheetAcross*across, textSheetGap+i/textSheetAcross*down
		put(t, sheet, x, y, photo.Body, tile[1]+"&txt="+url.QueryEscape(tile[0]))
		put(t, sheet, x, y+textTileUp, paper, "txt-font=dejavu+sans&txt-fit=max&txt-pad=2&txt-align=left&txt="+url.QueryEscape(tile[1]))
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, sheet, &jpeg.Options{Quality: 70}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// put puts a rendition on a sheet.
func put(t *testing.T, sheet draw.Image, x, y int, data []byte, query string) {
	t.Helper()
	r, _ := render(t, data, "fm=png&"+query)
	img, err := png.Decode(bytes.NewReader(r.Body))
	if err != nil {
		t.Fatal(err)
	}
	draw.Draw(sheet, img.Bounds().Add(image.Pt(x, y)), img, image.Point{}, draw.Src)
}
