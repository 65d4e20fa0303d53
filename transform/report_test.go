package transform_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"lightwell/transform"
)

func TestReportsAreAskedFor(t *testing.T) {
	six := func(kind transform.ReportKind, prefix string) transform.Report {
		return transform.Report{Kind: kind, Colors: 6, Prefix: prefix}
	}
	for query, want := range map[string]transform.Report{
		"":                                 {},
		"w=100&colors=3&prefix=x":          {},
		"fm=json":                          {Kind: transform.InfoJSON},
		"fm=json&w=100&colors=3&mark=logo": {Kind: transform.InfoJSON},
		"fm=blurhash":                      {Kind: transform.BlurHash},
		"fm=thumbhash&dl=x":                {Kind: transform.ThumbHash},
		"palette=json":                     six(transform.PaletteJSON, ""),
		"palette=json&prefix=mine":         six(transform.PaletteJSON, ""),
		"fm=jpg&palette=css":               six(transform.PaletteCSS, "image"),
		"palette=css&fm=json":              six(transform.PaletteCSS, "image"),
		"palette=css&prefix=my-1_a":        six(transform.PaletteCSS, "my-1_a"),
		"palette=json&colors=0":            {Kind: transform.PaletteJSON},
		"palette=json&colors=16":           {Kind: transform.PaletteJSON, Colors: 16},
		"palette=json&colors=99":           {Kind: transform.PaletteJSON, Colors: 16},
	} {
		got, err := transform.Parser{}.ParseQuery(query)
		if err != nil || got.Report != want {
			t.Errorf("ParseQuery(%q) = %+v, %v, want %+v", query, got.Report, err, want)
		}
		if got.Report.Kind != transform.NoReport && (got.Recipe != transform.Recipe{} || got.Download) {
			t.Errorf("ParseQuery(%q) asks for a picture, too: %q, download %v", query, got.Recipe, got.Download)
		}
	}
}

func palette(t *testing.T, counts map[transform.RGB]int) transform.Palette {
	t.Helper()
	p := transform.NewPalette(counts)
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var again transform.Palette
	if err := json.Unmarshal(data, &again); err != nil || len(again) != len(p) {
		t.Fatalf("%s is read as %v, %v", data, again, err)
	}
	return again
}

func TestPaletteIsReducedToWhatIsSeen(t *testing.T) {
	red, darkRed, blue, white := transform.RGB{R: 250}, transform.RGB{R: 230}, transform.RGB{B: 250}, transform.RGB{R: 255, G: 255, B: 255}
	p := palette(t, map[transform.RGB]int{red: 30, darkRed: 25, blue: 40, white: 5, {G: 1}: 0})
	if len(p) != 4 || p[0].Color != blue || math.Abs(p[0].Share-0.4) > 1e-9 {
		t.Errorf("the palette is %v, want four colours and %v at 0.4 first", p, blue)
	}
	three := p.Reduced(3)
	if len(three) != 3 || three[0].Share < 0.54 || three[0].Color != red {
		t.Errorf("reduced to three it is %v, want both reds as one, first", three)
	}
	if c, ok := p.Dominant(); !ok || c != blue {
		t.Errorf("the dominant colour is %v, %v, want %v", c, ok, blue)
	}
	if got := p.Reduced(0); len(got) != 0 {
		t.Errorf("reduced to none it is %v", got)
	}
	if one := p.Reduced(1); len(one) != 1 || math.Abs(one[0].Share-1) > 1e-9 {
		t.Errorf("reduced to one it is %v, want all of the picture", one)
	}
	if _, ok := (transform.Palette)(nil).Dominant(); ok {
		t.Error("an empty palette has a dominant colour")
	}
}

func TestPaletteHasNoMoreColoursThanItMay(t *testing.T) {
	counts := map[transform.RGB]int{}
	for i := range 200 {
		counts[transform.RGB{R: uint8(i), G: uint8(2 * i), B: uint8(7 * i)}] = 1 + i%3
	}
	p := palette(t, counts)
	total := 0.0
	for i, s := range p {
		total += s.Share
		if i > 0 && s.Share > p[i-1].Share {
			t.Errorf("%v is after %v", s, p[i-1])
		}
	}
	if len(p) != transform.MostSwatches || math.Abs(total-1) > 1e-9 {
		t.Errorf("the palette has %d colours of %g of the picture, want %d of all", len(p), total, transform.MostSwatches)
	}
}

func TestPaletteDocuments(t *testing.T) {
	p := palette(t, map[transform.RGB]int{{R: 220, G: 30, B: 30}: 50, {R: 128, G: 128, B: 128}: 30, {R: 20, G: 25, B: 60}: 20})
	body, err := p.JSON(2)
	if err != nil {
		t.Fatal(err)
	}
	var got struct {
		Colors           []struct{ Hex string }
		AverageLuminance float64                          `json:"average_luminance"`
		DominantColors   map[string]struct{ Red float64 } `json:"dominant_colors"`
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	vibrant, isVibrant := got.DominantColors["vibrant"]
	if len(got.Colors) != 2 || got.Colors[0].Hex != "#dc1e1e" || !isVibrant || math.Abs(vibrant.Red-220.0/255) > 1e-9 || got.AverageLuminance < 0.13 || got.AverageLuminance > 0.16 {
		t.Errorf("JSON(2) = %s, want two colours, #dc1e1e first and vibrant", body)
	}
	css := p.CSS(2, "hero")
	for _, want := range []string{".hero-fg-1 { color:#dc1e1e; }\n", ".hero-bg-1 { background-color:#dc1e1e; }\n", ".hero-bg-2 {", ".hero-fg-vibrant { color:#dc1e1e; }\n", ".hero-bg-muted {"} {
		if !strings.Contains(css, want) {
			t.Errorf("CSS(2) = %s, want %q in it", css, want)
		}
	}
	if strings.Contains(css, "-3 ") {
		t.Errorf("CSS(2) = %s, want two colours", css)
	}
	if got, err := (transform.Palette)(nil).JSON(6); err != nil || string(got) != `{"colors":[],"average_luminance":0,"dominant_colors":{}}` {
		t.Errorf("JSON of an empty palette = %s, %v", got, err)
	}
}
