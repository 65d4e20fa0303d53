package engine

import (
	"bytes"
	"image/color"
	"math"
	"testing"

	"lightwell/transform"
)

func nrgba(c [4]int) color.NRGBA {
	return color.NRGBA{uint8(c[0]), uint8(c[1]), uint8(c[2]), uint8(c[3])}
}

const blendID = "blend=0123456789abcdefghjkmnpqrs&"

// blendedWith is a picture with an image blended in.
func blendedWith(t *testing.T, under, over []byte, query string) picture {
	t.Helper()
	source := func(data []byte) transform.Source {
		seen, err := Inspect(data, transform.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		return seen.Source
	}
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	s := source(under)
	recipe, _ := req.Recipe.Resolve(s, "", transform.Writable)
	found := transform.Found{}
	if over != nil {
		found.Blend = source(over)
	}
	plan, err := recipe.Plan(s, found, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Render(under, Layers{Blend: over}, &plan)
	if err != nil {
		t.Fatalf("Render(%q): %v", query, err)
	}
	return decodePicture(t, r.Body)
}

// mixedTo is what becomes of a pixel, worked out in real numbers (Compositing and Blending Level 1,
// section 5).
func mixedTo(m transform.BlendMode, below, above [4]int, percent float64) (want [4]float64) {
	part := func(c [4]int) [3]float64 {
		return [3]float64{float64(c[0]) / 255, float64(c[1]) / 255, float64(c[2]) / 255}
	}
	as, ab := float64(above[3])/255*percent/100, float64(below[3])/255
	b, s := part(below), part(above)
	both := m.Mix(b, s)
	want[3] = 255 * (as + ab*(1-as))
	for i := range 3 {
		if want[3] > 0 {
			want[i] = 255 * 255 * (as*(1-ab)*s[i] + as*ab*both[i] + (1-as)*ab*b[i]) / want[3]
		}
	}
	return want
}

// Every mode, of opaque pixels and others, over opaque ones and others.
func TestBlendPixels(t *testing.T) {
	names := []string{"overlay", "color", "burn", "dodge", "darken", "difference", "exclusion", "hardlight", "hue", "lighten", "luminosity", "multiply", "saturation", "screen", "softlight", "normal"}
	for mode, name := range names {
		for _, below := range [][4]int{{40, 130, 200, 255}, {250, 20, 90, 100}} {
			for _, above := range [][4]int{{200, 90, 30, 255}, {10, 240, 128, 140}} {
				got := blendedWith(t, flat(t, 20, 20, nrgba(below)), flat(t, 8, 6, nrgba(above)), blendID+"blend-x=4&blend-y=6&blend-alpha=60&fm=png&blend-mode="+name)
				want := mixedTo(transform.BlendMode(mode), below, above, 60)
				for i, level := range got.px(5, 7) {
					if math.Abs(float64(level)-want[i]) > 1.5 {
						t.Errorf("%s of %v and %v = %v, want %.1f", name, below, above, got.px(5, 7), want)
						break
					}
				}
				for _, at := range [][2]int{{3, 6}, {4, 5}, {12, 7}, {5, 12}} { // around it
					if got.px(at[0], at[1]) != below {
						t.Errorf("%s: pixel %v = %v, want %v as without it", name, at, got.px(at[0], at[1]), below)
					}
				}
			}
		}
	}
}

// A colour lies over all of the picture, its padding and its mark included, and on every frame.
func TestBlendOfAColour(t *testing.T) {
	below, above := [4]int{40, 130, 200, 255}, [4]int{255, 0, 0, 128}
	got := blendedWith(t, flat(t, 20, 20, nrgba(below)), nil, "blend=80ff0000&blend-mode=multiply&pad=3&bg=white&fm=png")
	for at, was := range map[[2]int][4]int{{1, 1}: {255, 255, 255, 255}, {10, 10}: below} {
		want := mixedTo(transform.BlendMultiply, was, above, 100)
		for i, level := range got.px(at[0], at[1]) {
			if math.Abs(float64(level)-want[i]) > 1.5 {
				t.Errorf("pixel %v = %v, want %.1f", at, got.px(at[0], at[1]), want)
				break
			}
		}
	}
	moving, _ := render(t, fixture(t, "iss634.gif"), "w=40&fm=webp&lossless=1&blend=red&blend-mode=normal")
	img, err := openAll(moving.Body, transform.Source{Format: transform.WebP, Frames: 42}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	defer img.Close()
	p := withAlpha(t, img)
	if want := bytes.Repeat([]byte{255, 0, 0, 255}, p.width*p.height); !bytes.Equal(p.rgba, want) {
		t.Error("an animation under a red colour is not red in all its frames")
	}
}

// What is blended in has the place, the size and the shape that the plan gives it.
func TestBlendPlaces(t *testing.T) {
	black, red, green, blue, white := [4]int{0, 0, 0, 255}, [4]int{255, 0, 0, 255}, [4]int{0, 255, 0, 255}, [4]int{0, 0, 255, 255}, [4]int{255, 255, 255, 255}
	under, over := flat(t, 80, 60, nrgba(black)), quarters(t, red, green, blue, white)
	for query, want := range map[string]map[[2]int][4]int{
		"blend-size=inherit":                                  {{2, 2}: red, {77, 2}: green, {2, 57}: blue, {77, 57}: white},
		"blend-w=0.5&blend-h=0.5&blend-fit=scale":             {{22, 17}: red, {57, 17}: green, {22, 42}: blue, {57, 42}: white, {10, 30}: black},
		"blend-w=20&blend-align=bottom,right":                 {{79, 59}: white, {61, 46}: red},
		"blend-w=20&blend-align=bottom,right&blend-pad=10":    {{79, 59}: black, {69, 49}: white},
		"blend-w=20&blend-x=-10&blend-y=0":                    {{2, 2}: green, {12, 2}: black},
		"blend-w=40&blend-h=10&blend-fit=crop&blend-crop=top": {{22, 26}: red, {57, 26}: green, {22, 33}: red},
	} {
		got := blendedWith(t, under, over, blendID+"blend-mode=normal&fm=png&"+query)
		for at, color := range want {
			pixel := got.px(at[0], at[1])
			for i := range pixel {
				if abs(pixel[i]-color[i]) > 12 {
					t.Errorf("%s: pixel %v = %v, want %v", query, at, pixel, color)
					break
				}
			}
		}
	}
}

// A colour and an image have their colours in a picture that is in Display P3.
func TestBlendInP3(t *testing.T) {
	red := [4]int{255, 0, 0, 255}
	for what, got := range map[string]picture{
		"a colour": blendedWith(t, fixture(t, "photo-p3.jpg"), nil, "w=40&cs=p3&fm=png&blend-mode=normal&blend=red"),
		"an image": blendedWith(t, fixture(t, "photo-p3.jpg"), flat(t, 40, 40, nrgba(red)), "w=40&cs=p3&fm=png&blend-mode=normal&blend-size=inherit&"+blendID),
	} {
		// sRGB's red in Display P3 (CSS Color 4, section 10.3).
		want := [4]int{234, 51, 35, 255}
		for i, level := range got.px(20, 10) {
			if abs(level-want[i]) > 3 {
				t.Errorf("%s that is red comes out as %v, want %v", what, got.px(20, 10), want)
				break
			}
		}
	}
}
