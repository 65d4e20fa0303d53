package engine

import (
	"errors"
	"fmt"
	"image"
	"image/color"
	"testing"

	"lightwell/transform"
)

// renderMarked makes the rendition of one image with another over it.
func renderMarked(t testing.TB, data, logo []byte, query string) transform.Rendition {
	t.Helper()
	plan := planMarked(t, data, logo, query)
	r, err := Render(data, Layers{Mark: logo}, &plan)
	if err != nil {
		t.Fatalf("Render(%q): %v", query, err)
	}
	if r.Size != plan.Out {
		t.Errorf("Render(%q) = %v, want %v as planned", query, r.Size, plan.Out)
	}
	return r
}

func planMarked(t testing.TB, data, logo []byte, query string) transform.Plan {
	t.Helper()
	source, err := sourceOf(data)
	if err != nil {
		t.Fatal(err)
	}
	mark, err := sourceOf(logo)
	if err != nil {
		t.Fatal(err)
	}
	req, err := transform.Parser{}.ParseQuery("mark=logo&" + query)
	if err != nil {
		t.Fatalf("ParseQuery(%q): %v", query, err)
	}
	recipe, _ := req.Recipe.Resolve(source, "", transform.AllFormats)
	plan, err := recipe.Plan(source, transform.Found{Mark: mark}, transform.DefaultLimits)
	if err != nil {
		t.Fatalf("Plan(%q): %v", query, err)
	}
	return plan
}

// Single pixels, by hand: 100 x 60 of one colour, under 20 x 10 of another.
func TestMarkPixels(t *testing.T) {
	blue, red := [4]int{40, 80, 200, 255}, [4]int{255, 0, 0, 255}
	solid, half := color.NRGBA{255, 0, 0, 255}, color.NRGBA{255, 0, 0, 128}
	for _, test := range []struct {
		source, mark color.NRGBA
		query        string
		want         map[[2]int][4]int
	}{
		// Where it lies, and where it does not.
		{bluish, solid, "fm=png", map[[2]int][4]int{{75, 45}: red, {94, 54}: red, {74, 45}: blue, {75, 44}: blue, {95, 54}: blue, {94, 55}: blue, {0, 0}: blue}},
		{bluish, solid, "mark-align=top,left&mark-pad=0&fm=png", map[[2]int][4]int{{0, 0}: red, {19, 9}: red, {20, 9}: blue, {19, 10}: blue}},
		{bluish, solid, "mark-align=center&fm=png", map[[2]int][4]int{{40, 25}: red, {59, 34}: red, {39, 25}: blue, {60, 34}: blue, {40, 24}: blue, {59, 35}: blue}},
		{bluish, solid, "mark-x=90&mark-y=-5&fm=png", map[[2]int][4]int{{90, 0}: red, {99, 4}: red, {89, 0}: blue, {99, 5}: blue}},
		{bluish, solid, "mark-x=-15&mark-y=55&fm=png", map[[2]int][4]int{{4, 55}: red, {0, 59}: red, {5, 59}: blue, {0, 54}: blue}},
		{bluish, solid, "mark-x=100&mark-y=0&fm=png", map[[2]int][4]int{{99, 0}: blue, {99, 5}: blue}},
		{bluish, solid, "mark-x=0&mark-y=-10&fm=png", map[[2]int][4]int{{0, 0}: blue}},
		{bluish, solid, "mark-w=200&mark-h=200&mark-fit=scale&fm=png", map[[2]int][4]int{{0, 0}: red, {94, 54}: red, {95, 54}: blue, {94, 55}: blue}},
		{bluish, solid, "mark-w=30&mark-h=30&mark-fit=fill&mark-pad=0&fm=png", map[[2]int][4]int{{70, 38}: red, {99, 51}: red, {70, 36}: blue, {70, 53}: blue}},
		{bluish, solid, "mark-w=30&mark-h=30&mark-fit=crop&mark-pad=0&fm=png", map[[2]int][4]int{{70, 30}: red, {99, 59}: red, {69, 30}: blue, {70, 29}: blue}},
		// On the padding, and over the border.
		{bluish, solid, "pad=10&bg=fff&mark-pad=0&fm=png", map[[2]int][4]int{{119, 79}: red, {100, 70}: red, {99, 70}: {255, 255, 255, 255}, {99, 69}: blue}},
		{bluish, solid, "border=3,000&mark-pad=0&fm=png", map[[2]int][4]int{{99, 59}: red, {79, 59}: {0, 0, 0, 255}}},
		{bluish, solid, "mask=ellipse&mark-pad=0&fm=png", map[[2]int][4]int{{99, 59}: red, {0, 59}: {40, 80, 200, 0}}},
		// Opacity: 50 % of 255, 0, 0 over 40, 80, 200.
		{bluish, solid, "mark-alpha=50&fm=png", map[[2]int][4]int{{80, 50}: {148, 40, 100, 255}, {74, 45}: blue}},
		{bluish, solid, "mark-alpha=1&fm=png", map[[2]int][4]int{{80, 50}: {42, 79, 198, 255}}},
		{bluish, solid, "mark-alpha=99&fm=png", map[[2]int][4]int{{80, 50}: {253, 1, 2, 255}}},
		{bluish, half, "fm=png", map[[2]int][4]int{{80, 50}: {148, 40, 100, 255}}},
		{bluish, half, "mark-alpha=50&fm=png", map[[2]int][4]int{{80, 50}: {94, 60, 150, 255}}},
		// Over what is see-through. 100/255 of 40, 80, 200 under half, and under all.
		{ghostly, solid, "fm=png", map[[2]int][4]int{{80, 50}: red, {0, 0}: {40, 80, 200, 100}}},
		{ghostly, half, "fm=png", map[[2]int][4]int{{80, 50}: {195, 22, 56, 178}, {74, 45}: {40, 80, 200, 100}}},
		{ghostly, solid, "mark-alpha=50&fm=png", map[[2]int][4]int{{80, 50}: {194, 23, 56, 178}}},
		{color.NRGBA{}, half, "fm=png", map[[2]int][4]int{{80, 50}: {255, 0, 0, 128}, {0, 0}: nothing}},
		{bluish, color.NRGBA{255, 0, 0, 0}, "fm=png", map[[2]int][4]int{{80, 50}: blue}},
		{ghostly, solid, "bg=fff&fm=png", map[[2]int][4]int{{80, 50}: red}},
		// Turned: the corners are nothing.
		{bluish, solid, "mark-rot=90&mark-pad=0&fm=png", map[[2]int][4]int{{90, 40}: red, {99, 59}: red, {89, 59}: blue, {99, 39}: blue}},
		{bluish, solid, "mark-w=40&mark-h=40&mark-fit=scale&mark-rot=45&mark-pad=0&mark-align=top,left&fm=png", map[[2]int][4]int{{28, 28}: red, {28, 5}: red, {5, 28}: red, {3, 3}: blue, {53, 53}: blue, {3, 53}: blue, {53, 3}: blue}},
		{bluish, half, "mark-w=40&mark-h=40&mark-fit=scale&mark-rot=45&mark-pad=0&mark-align=top,left&fm=png", map[[2]int][4]int{{28, 28}: {148, 40, 100, 255}, {3, 3}: blue}},
		// Tiles: 25 x 15 pixels from one to the next.
		{bluish, solid, "mark-tile=grid&fm=png", map[[2]int][4]int{{5, 5}: red, {24, 14}: red, {25, 5}: blue, {29, 5}: blue, {30, 20}: red, {30, 19}: blue, {4, 5}: blue, {80, 50}: red, {99, 59}: red, {0, 0}: blue}},
		{bluish, solid, "mark-tile=grid&mark-pad=0&fm=png", map[[2]int][4]int{{0, 0}: red, {50, 30}: red, {99, 59}: red}},
		{bluish, solid, "mark-tile=grid&mark-x=-10&mark-y=0&fm=png", map[[2]int][4]int{{0, 0}: red, {9, 9}: red, {10, 0}: blue, {14, 0}: blue, {15, 0}: red, {0, 10}: blue, {0, 15}: red}},
		{bluish, solid, "mark-tile=grid&mark-align=bottom,right&mark-pad=5&fm=png", map[[2]int][4]int{{94, 54}: red, {95, 54}: blue, {0, 0}: red, {19, 9}: red, {20, 9}: blue, {19, 10}: blue}},
		{ghostly, half, "mark-tile=grid&fm=png", map[[2]int][4]int{{5, 5}: {195, 22, 56, 178}, {0, 0}: {40, 80, 200, 100}}},
	} {
		r := renderMarked(t, flat(t, 100, 60, test.source), flat(t, 20, 10, test.mark), test.query)
		p := decodePicture(t, r.Body)
		for at, want := range test.want {
			if got := p.px(at[0], at[1]); !near(got, want, 0) {
				t.Errorf("%v under %v, %q: pixel %v is %v, want %v", test.source, test.mark, test.query, at, got, want)
			}
		}
	}
}

// Lossy formats have it at the same place, over white where they know no transparency.
func TestMarkInLossyFormats(t *testing.T) {
	logo := flat(t, 40, 40, color.NRGBA{255, 0, 0, 128})
	for _, tt := range []struct {
		source color.NRGBA
		fm     string
		mark   [4]int
		rest   [4]int
	}{
		{bluish, "jpg", [4]int{148, 40, 100, 255}, [4]int{40, 80, 200, 255}},
		{bluish, "webp", [4]int{148, 40, 100, 255}, [4]int{40, 80, 200, 255}},
		{ghostly, "jpg", [4]int{213, 93, 116, 255}, [4]int{171, 186, 233, 255}},
		{ghostly, "webp", [4]int{195, 22, 56, 178}, [4]int{40, 80, 200, 100}},
	} {
		r := renderMarked(t, flat(t, 160, 80, tt.source), logo, "mark-align=left&mark-pad=16&fm="+tt.fm)
		p := decodePicture(t, r.Body)
		if mark, rest := p.px(36, 40), p.px(120, 40); !near(mark, tt.mark, 5) || !near(rest, tt.rest, 5) {
			t.Errorf("%v as %s: %v in the mark and %v beside it, want %v and %v", tt.source, tt.fm, mark, rest, tt.mark, tt.rest)
		}
	}
}

// No pixel changes on which no mark lies, in a picture of all colours and opacities.
func TestMarkLeavesTheRestAlone(t *testing.T) {
	for name, alpha := range map[string]bool{"opaque": false, "see-through": true} {
		img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
		for i := range 64 * 64 {
			c := color.NRGBA{uint8(i * 7), uint8(i * 13), uint8(i / 3), 255}
			if alpha {
				c.A = uint8(i)
			}
			img.SetNRGBA(i%64, i/64, c)
		}
		data := encodePNG(t, img)
		r := renderMarked(t, data, flat(t, 10, 10, color.NRGBA{1, 2, 3, 255}), "mark-x=20&mark-y=30&fm=png")
		got, want := decodePicture(t, r.Body), decodePicture(t, data)
		for y := range 64 {
			for x := range 64 {
				inside := x >= 20 && x < 30 && y >= 30 && y < 40
				if !inside && got.px(x, y) != want.px(x, y) {
					t.Fatalf("%s: pixel %d,%d is %v, want %v as before", name, x, y, got.px(x, y), want.px(x, y))
				}
				if inside && got.px(x, y) != [4]int{1, 2, 3, 255} {
					t.Fatalf("%s: pixel %d,%d is %v, want the mark", name, x, y, got.px(x, y))
				}
			}
		}
	}
}

// The arithmetic is exact to the rounding, for all opacities.
func TestOver(t *testing.T) {
	for _, percent := range []int{1, 33, 50, 99, 100} {
		for above := 0; above < 256; above += 5 {
			for below := 0; below < 256; below += 5 {
				share := float64(above) / 255 * float64(percent) / 100
				opaque := []byte{100, 200, 0}
				over(opaque, []byte{250, 10, 255, byte(above)}, percent)
				alpha := share + (1-share)*float64(below)/255
				seen := []byte{100, 200, 0, byte(below)}
				over(seen, []byte{250, 10, 255, byte(above)}, percent)
				for i, c := range [][2]float64{{250, 100}, {10, 200}, {255, 0}} {
					if want := c[0]*share + c[1]*(1-share); !within1(opaque[i], want) {
						t.Fatalf("over(opaque, alpha %d, %d%%) = %v, want channel %d to be %.2f", above, percent, opaque, i, want)
					}
					if want := (c[0]*share + c[1]*(1-share)*float64(below)/255) / alpha; alpha > 0 && !within1(seen[i], want) {
						t.Fatalf("over(alpha %d, alpha %d, %d%%) = %v, want channel %d to be %.2f", below, above, percent, seen, i, want)
					}
				}
				if !within1(seen[3], 255*alpha) {
					t.Fatalf("over(alpha %d, alpha %d, %d%%) = %v, want alpha %.2f", below, above, percent, seen, 255*alpha)
				}
			}
		}
	}
}

// within1 tells whether a level is a number, rounded.
func within1(level byte, want float64) bool {
	return float64(level) >= want-0.5001 && float64(level) <= want+0.5001
}

// Every format may be the mark of every other, at every fit; the picture's format knows transparency or not.
func TestEveryFormatMarksEveryFormat(t *testing.T) {
	for logo := range fixtures {
		for fm, want := range outputs {
			query := "w=120&h=80&fit=crop&mark-w=0.5&mark-h=0.5&mark-fit=scale&mark-align=center&fm=" + fm
			r := renderMarked(t, fixture(t, "photo.jpg"), fixture(t, logo), query)
			if got := transform.Sniff(r.Body); got != want {
				t.Errorf("%s over a photo as %s begins like %q, want %q", logo, fm, got, want)
			}
		}
	}
	for name := range fixtures {
		r := renderMarked(t, fixture(t, name), flat(t, 10, 10, color.NRGBA{250, 10, 10, 255}), "w=100&h=100&fit=scale&mark-w=50&mark-align=center&fm=png")
		if got := decodePicture(t, r.Body).at(.5, .5); !near(got, [4]int{250, 10, 10, 255}, 0) {
			t.Errorf("the middle of %s with a mark is %v, want the mark", name, got)
		}
	}
}

// The result has transparency only where the picture has.
func TestMarkAddsNoTransparency(t *testing.T) {
	logo := flat(t, 20, 10, color.NRGBA{255, 0, 0, 100})
	for _, fm := range []string{"png", "webp", "avif"} {
		for picture, alpha := range map[color.NRGBA]bool{bluish: false, ghostly: true} {
			r := renderMarked(t, flat(t, 60, 40, picture), logo, "mark-rot=30&fm="+fm)
			s, err := sourceOf(r.Body)
			if err != nil || s.Alpha != alpha {
				t.Errorf("%v as %s with a mark: alpha %v, %v, want %v", picture, fm, s.Alpha, err, alpha)
			}
		}
	}
}

// A mark's colours are converted, its EXIF orientation is followed, and an SVG is drawn at its size.
func TestMarksAreMadeAsImagesAre(t *testing.T) {
	under := flat(t, 300, 200, bluish)
	want := decodePicture(t, renderMarked(t, under, fixture(t, "photo.jpg"), "mark-w=300&mark-h=200&mark-fit=scale&mark-x=0&mark-y=0&fm=png").Body)
	for _, name := range []string{"photo-p3.jpg", "photo-adobergb.jpg", "photo.heic", "photo.webp"} {
		got := decodePicture(t, renderMarked(t, under, fixture(t, name), "mark-w=300&mark-h=200&mark-fit=scale&mark-x=0&mark-y=0&fm=png").Body)
		if d := distance(t, want, got); d > 3 {
			t.Errorf("%s as a mark is %.1f levels off, want at most 3", name, d)
		}
	}
	direct, _ := render(t, fixture(t, "photo.jpg"), "w=300&h=200&fit=scale&fm=png")
	if d := distance(t, want, decodePicture(t, direct.Body)); d != 0 {
		t.Errorf("a photograph as a mark is %.2f levels off the same as a rendition, want none", d)
	}

	red, green, blue, white := [4]int{255, 0, 0, 255}, [4]int{0, 255, 0, 255}, [4]int{0, 0, 255, 255}, [4]int{255, 255, 255, 255}
	turned := withEXIF(t, quarters(t, red, green, blue, white), 6) // 160 x 120 as stored
	p := decodePicture(t, renderMarked(t, under, turned, "mark-x=0&mark-y=0&fm=png").Body)
	for at, want := range map[[2]int][4]int{{30, 40}: blue, {90, 40}: red, {30, 120}: white, {90, 120}: green, {121, 40}: {40, 80, 200, 255}} {
		if got := p.px(at[0], at[1]); !near(got, want, 40) {
			t.Errorf("a mark of orientation 6: pixel %v is %v, want %v", at, got, want)
		}
	}

	drawn, _ := render(t, fixture(t, "logo.svg"), "w=200&enlarge=1&bg=2850c8&fm=png")
	over := renderMarked(t, flat(t, 200, 200, bluish), fixture(t, "logo.svg"), "mark-w=200&mark-x=0&mark-y=0&fm=png")
	if d := distance(t, decodePicture(t, drawn.Body), decodePicture(t, over.Body)); d > 0.5 {
		t.Errorf("a drawing over a colour is %.2f levels off the drawing with that background", d)
	}
	large, small := planMarked(t, under, fixture(t, "logo.svg"), "mark-w=1000"), planMarked(t, under, fixture(t, "logo.svg"), "mark-w=50")
	if fmt.Sprint(large.Mark.Plan.Scaled, small.Mark.Plan.Scaled) != "{1000 1000} {50 50}" {
		t.Errorf("a drawing is scaled to %v and %v", large.Mark.Plan.Scaled, small.Mark.Plan.Scaled)
	}
}

// A mark that is damaged is an error that says so, and no picture without it.
func TestADamagedMarkIsAnError(t *testing.T) {
	under, logo := flat(t, 300, 200, bluish), fixture(t, "photo.webp")
	plan := planMarked(t, under, logo, "mark-w=50&fm=png")
	for name, data := range map[string][]byte{"half": logo[:len(logo)/2], "nothing": nil, "another": flat(t, 9, 9, bluish)} {
		if r, err := Render(under, Layers{Mark: data}, &plan); !errors.Is(err, transform.ErrUndecodable) {
			t.Errorf("Render with %s of a mark = %d bytes, %v, want %v", name, len(r.Body), err, transform.ErrUndecodable)
		}
	}
}

// A mark looks alike in whichever space its picture is, and beside it the picture does, too.
func TestMarkInTheSpaceOfThePicture(t *testing.T) {
	logo := flat(t, 40, 30, color.NRGBA{200, 60, 40, 255})
	for name, fm := range map[string]string{
		"photo-adobergb.jpg": "png", "photo-p3.jpg": "png", "photo.tif": "webp&lossless=1", "cmyk.jpg": "png", "iss634.gif": "webp&lossless=1",
	} {
		for _, cs := range []string{"srgb", "p3", "origin"} {
			r := renderMarked(t, fixture(t, name), logo, "w=120&mark-align=top,left&mark-pad=0&mark-w=60&cs="+cs+"&fm="+fm)
			if cs == "p3" && len(profile(t, r.Body)) == 0 {
				t.Errorf("%s with cs=p3 has no profile", name)
			}
			seen := pixelsSeen(t, header(t, r.Body))
			got, want := seen.at(0.2, 0.1), [4]int{200, 60, 40, 255}
			if !near(got, want, 2) {
				t.Errorf("the mark on %s with cs=%s is seen as %v, want %v", name, cs, got, want)
			}
			if plain, _ := render(t, fixture(t, name), "w=120&fm="+fm); !near(seen.at(0.9, 0.9), decodePicture(t, plain.Body).at(0.9, 0.9), 12) {
				t.Errorf("%s beside its mark with cs=%s is seen as %v, want %v", name, cs, seen.at(0.9, 0.9), decodePicture(t, plain.Body).at(0.9, 0.9))
			}
		}
		// Numbers that are only taken for sRGB's are those that the mark has.
		r := renderMarked(t, fixture(t, name), logo, "w=120&mark-align=top,left&mark-pad=0&mark-w=60&cs=strip&fm="+fm)
		if got := decodePicture(t, r.Body).at(0.2, 0.1); !near(got, [4]int{200, 60, 40, 255}, 1) {
			t.Errorf("the mark on %s with cs=strip has %v", name, got)
		}
	}
}
