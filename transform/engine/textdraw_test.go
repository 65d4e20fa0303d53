package engine

import (
	"image"
	"image/color"
	"math"
	"strconv"
	"testing"

	"lightwell/transform"
)

// The middle of a block is its colour to the level, on all that is below, by hand; beside
// it nothing changes.
func TestTextColours(t *testing.T) {
	for _, tt := range []struct {
		source color.NRGBA
		params string
		want   [4]int
	}{
		{bluish, "", [4]int{0, 0, 0, 255}},
		{bluish, "&txt-color=fa0a80", [4]int{250, 10, 128, 255}},
		{bluish, "&txt-color=80ff0000", [4]int{148, 40, 100, 255}}, // 128 of 255 of red
		{ghostly, "&txt-color=f00", [4]int{255, 0, 0, 255}},
		{ghostly, "&txt-color=80ff0000", [4]int{195, 22, 56, 178}},
		{color.NRGBA{}, "&txt-color=80ff0000", [4]int{255, 0, 0, 128}},
		{ghostly, "&txt-color=f00&bg=fff", [4]int{255, 0, 0, 255}},
		{bluish, "&txt-color=f00&txt-line=4&txt-line-color=0f0", [4]int{255, 0, 0, 255}},
		// Through letters one sees no outline, and through both no shadow but the one below.
		{bluish, "&txt-color=80ff0000&txt-line=4&txt-line-color=0f0", [4]int{148, 40, 100, 255}},
		{bluish, "&txt-color=transparent&txt-line=4&txt-line-color=0f0", [4]int{40, 80, 200, 255}},
		{bluish, "&txt-color=f00&txt-shad=6", [4]int{255, 0, 0, 255}},
	} {
		r, _ := render(t, flat(t, 200, 160, tt.source), "fm=png&txt="+block+"&txt-size=100&txt-align=center&txt-font=dejavu+sans"+tt.params)
		p := decodePicture(t, r.Body)
		if got := p.px(100, 80); !near(got, tt.want, 1) {
			t.Errorf("a block on %v with %q is %v, want %v", tt.source, tt.params, got, tt.want)
		}
		if got, want := p.px(4, 4), decodePicture(t, flat(t, 1, 1, tt.source)).px(0, 0); got != want && tt.params != "&txt-color=f00&bg=fff" {
			t.Errorf("beside a block on %v with %q it is %v, want %v", tt.source, tt.params, got, want)
		}
	}
}

// Lossy formats have the text at the same place.
func TestTextInEveryFormat(t *testing.T) {
	for fm, want := range outputs {
		r, _ := render(t, flat(t, 200, 160, bluish), "fm="+fm+"&txt="+block+"&txt-size=100&txt-align=center&txt-color=fff&txt-font=dejavu+sans")
		if got := transform.Sniff(r.Body); got != want {
			t.Errorf("a text as %s begins like %q, want %q", fm, got, want)
		}
		if p := decodePicture(t, r.Body); !near(p.px(100, 80), [4]int{255, 255, 255, 255}, 6) || !near(p.px(20, 20), [4]int{40, 80, 200, 255}, 6) {
			t.Errorf("a text as %s: %v in it and %v beside it", fm, p.px(100, 80), p.px(20, 20))
		}
	}
}

// The outline is as wide as is asked for on every side, of its colour, and round at the corners.
func TestTextOutline(t *testing.T) {
	plain := inked(t, block, "&txt-size=80&txt-align=center")
	for _, line := range []int{1, 2, 5, 20, 60} {
		got := inked(t, block, "&txt-size=80&txt-align=center&txt-line-color=f00&txt-line="+strconv.Itoa(line))
		if want := plain.Inset(-line); !sameBox(got.Rectangle, want, 1) {
			t.Errorf("a block with an outline of %d is at %v, want %v", line, got, want)
		}
		red := [4]int{255, 0, 0, 255}
		x, y := plain.Min.X+plain.Dx()/2, plain.Min.Y+plain.Dy()/2
		if line >= 5 {
			for _, at := range []image.Point{{x, plain.Min.Y - line/2}, {x, plain.Max.Y + line/2}, {plain.Min.X - line/2, y}, {plain.Max.X + line/2, y}} {
				if c := got.sheet.px(at.X, at.Y); !near(c, red, 1) {
					t.Errorf("an outline of %d is %v at %v", line, c, at)
				}
			}
			diagonal := int(float64(line) * math.Sqrt2 / 2)
			if in, out := got.sheet.px(plain.Min.X-diagonal+2, plain.Min.Y-diagonal+2), got.sheet.px(plain.Min.X-diagonal-2, plain.Min.Y-diagonal-2); near(in, out, 60) {
				t.Errorf("an outline of %d is not round: %v and %v at the corner", line, in, out)
			}
		}
	}
	// What lies outside of the picture has an outline that reaches in, and pads hold the outline off.
	if got := inked(t, block, "&txt-size=80&txt-x=-70&txt-y=50&txt-width=300&txt-line=20&txt-line-color=f00"); got.Max.X < 25 || got.Max.X > 33 {
		t.Errorf("a block outside is at %v", got)
	}
	if got := inked(t, block, "&txt-size=80&txt-line=20&txt-line-color=f00&txt-align=top,left&txt-pad=30"); !sameBox(got.Rectangle, image.Rectangle{Min: image.Pt(30, 30), Max: got.Max}, 1) {
		t.Errorf("a block with an outline, 30 from the edges, is at %v", got)
	}
	// Emoji have one, too.
	if got, want := inked(t, "😀", "&txt-size=80&txt-align=center&txt-line=9&txt-line-color=f00"), inked(t, "😀", "&txt-size=80&txt-align=center"); !sameBox(got.Rectangle, want.Inset(-9), 2) {
		t.Errorf("an emoji with an outline of 9 is at %v, without at %v", got, want)
	}
}

// Distances are exact: from a single pixel, and as slow code finds them in noise.
func TestSurround(t *testing.T) {
	const side = 40
	letters := make([]byte, side*side)
	for i := range letters {
		if i*7919%97 == 0 {
			letters[i] = byte(60 + i*31%196)
		}
	}
	for _, line := range []float64{0.5, 1, 3, 7.5, 30} {
		got := surround(letters, make([]byte, 4*len(letters)), side, line)
		for i := range got {
			least := math.Inf(1)
			for j, c := range letters {
				if c > 0 {
					gap := max(0, 0.5-float64(c)/255)
					least = min(least, gap*gap+float64((i%side-j%side)*(i%side-j%side)+(i/side-j/side)*(i/side-j/side)))
				}
			}
			want := 255 * max(0, min(line+0.5-math.Sqrt(least), 1))
			if math.Abs(float64(got[i])-want) > 1 {
				t.Fatalf("surround(%v) at %d,%d = %d, want %.1f", line, i%side, i/side, got[i], want)
			}
		}
	}
}

// A shadow is dark, soft, below and to the right; a stronger one is farther off.
func TestTextShadow(t *testing.T) {
	plain := inked(t, block, "&txt-size=80&txt-align=center&txt-color=f00")
	last := 0
	for _, strength := range []int{2, 5, 10} {
		got := inked(t, block, "&txt-size=80&txt-align=center&txt-color=f00&txt-shad="+strconv.Itoa(strength))
		right, below, left, above := got.Max.X-plain.Max.X, got.Max.Y-plain.Max.Y, plain.Min.X-got.Min.X, plain.Min.Y-got.Min.Y
		if right <= last || right != below || right <= left || below <= above {
			t.Errorf("a shadow of %d reaches %d right, %d below, %d left and %d above", strength, right, below, left, above)
		}
		last = right
		if c := got.sheet.px(plain.Max.X+1, plain.Max.Y-plain.Dy()/2); c[0] != c[1] || c[1] != c[2] || c[0] > 225 {
			t.Errorf("a shadow of %d is %v beside the block", strength, c)
		}
	}
}

// What is next to nothing is drawn all the same.
func TestTextOfAlmostNoSize(t *testing.T) {
	for _, params := range []string{"&txt-shad=0.01", "&txt-size=1", "&txt-size=1&txt-line=1&txt-shad=1", "&txt-fit=max&txt-width=1", "&txt-pad=8192&txt-fit=max", "&txt-size=1&txt-track=-4"} {
		r, _ := render(t, flat(t, 400, 300, sheetColor), "w=300&dpr=0.1&fm=png&txt=a+b"+params)
		if p := decodePicture(t, r.Body); p.width != 30 {
			t.Errorf("%q makes it %d pixels wide, want 30", params, p.width)
		}
	}
}

// The colour is one of sRGB, whatever the picture's space.
func TestTextInEverySpace(t *testing.T) {
	for _, name := range []string{"photo-p3.jpg", "photo-adobergb.jpg", "photo.jpg", "cmyk.jpg"} {
		for _, cs := range []string{"srgb", "p3", "origin"} {
			r, _ := render(t, fixture(t, name), "w=300&h=200&fit=scale&fm=png&txt="+block+"&txt-size=100&txt-align=center&txt-color=d02040&txt-font=dejavu+sans&cs="+cs)
			if got := pixelsSeen(t, header(t, r.Body)).px(150, 100); !near(got, [4]int{0xd0, 0x20, 0x40, 255}, 3) {
				t.Errorf("a text on %s with cs=%s is seen as %v", name, cs, got)
			}
		}
	}
	r, _ := render(t, fixture(t, "photo-p3.jpg"), "w=300&fm=png&cs=p3&txt=😀&txt-size=100&txt-align=center")
	plain, _ := render(t, fixture(t, "photo-p3.jpg"), "w=300&fm=png&txt=😀&txt-size=100&txt-align=center")
	if d := distance(t, pixelsSeen(t, header(t, r.Body)), pixelsSeen(t, header(t, plain.Body))); d > 3 {
		t.Errorf("an emoji in Display P3 is seen %.1f levels off sRGB", d)
	}
}

// The same text is on every frame, and over the mark.
func TestTextOnFramesAndMarks(t *testing.T) {
	for name, data := range moving(t) {
		s, err := sourceOf(data)
		if err != nil {
			t.Fatal(err)
		}
		r, _ := render(t, data, "w=120&h=120&fit=scale&fm=webp&lossless=1&txt="+block+"&txt-size=60&txt-align=center&txt-color=f00&txt-font=dejavu+sans")
		f := filmed(t, r.Body)
		if len(f.pictures) < 2 || s.Frames < 2 {
			t.Errorf("%s with a text has %d frames of %d", name, len(f.pictures), s.Frames)
		}
		for i, p := range f.pictures {
			if got := p.px(60, 60); !near(got, [4]int{255, 0, 0, 255}, 1) {
				t.Errorf("%s: frame %d has %v in the text", name, i+1, got)
			}
		}
	}
	r := renderMarked(t, flat(t, 200, 160, bluish), flat(t, 100, 100, color.NRGBA{0, 255, 0, 255}), "mark-align=center&fm=png&txt="+block+"&txt-size=60&txt-align=center&txt-color=f00&txt-font=dejavu+sans")
	if p := decodePicture(t, r.Body); p.px(100, 80) != [4]int{255, 0, 0, 255} || p.px(60, 40) != [4]int{0, 255, 0, 255} {
		t.Errorf("text over a mark is %v, the mark %v", p.px(100, 80), p.px(60, 40))
	}
}
