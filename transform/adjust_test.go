package transform_test

import (
	"math"
	"testing"

	"lightwell/transform"
)

// The levels were worked out by hand from the definitions in README.md.
func TestTones(t *testing.T) {
	for _, test := range []struct {
		name   string
		adjust transform.Adjust
		in     int
		want   byte
	}{
		{"nothing", transform.Adjust{}, 77, 77},
		{"all white", transform.Adjust{Brightness: 100}, 0, 255},
		{"all black", transform.Adjust{Brightness: -100}, 255, 0},
		{"a fifth brighter", transform.Adjust{Brightness: 20}, 100, 151},
		{"all grey", transform.Adjust{Contrast: -100}, 10, 128},
		{"dark goes black", transform.Adjust{Contrast: 100}, 127, 0},
		{"light goes white", transform.Adjust{Contrast: 100}, 128, 255},
		{"contrast leaves the middle", transform.Adjust{Contrast: 50}, 128, 129},
		{"a stop more of a linear fifth", transform.Adjust{Exposure: 50}, 124, 170},
		{"a stop less of white", transform.Adjust{Exposure: -50}, 255, 188},
		{"gamma of 4", transform.Adjust{Gamma: 100}, 16, 128},
		{"gamma of 1/4", transform.Adjust{Gamma: -100}, 128, 16},
		{"gamma leaves white", transform.Adjust{Gamma: 60}, 255, 255},
		{"shadows lifted", transform.Adjust{Shadows: 100}, 64, 118},
		{"shadows leave black", transform.Adjust{Shadows: 100}, 0, 0},
		{"shadows leave white", transform.Adjust{Shadows: 100}, 255, 255},
		{"highlights lowered", transform.Adjust{Highlights: -100}, 191, 137},
		{"highlights leave white", transform.Adjust{Highlights: -100}, 255, 255},
		{"inverted", transform.Adjust{Invert: true}, 10, 245},
		{"inverted last", transform.Adjust{Invert: true, Brightness: 100}, 10, 0},
	} {
		if got := test.adjust.Tones()[test.in]; got != test.want {
			t.Errorf("%s: %+v makes %d of %d, want %d", test.name, test.adjust, got, test.in, test.want)
		}
	}
}

// No setting lets a lighter tone come out darker than a darker one.
func TestTonesRise(t *testing.T) {
	for _, a := range []transform.Adjust{
		{Exposure: 100}, {Exposure: -100}, {Brightness: 50}, {Contrast: 99}, {Contrast: -99}, {Gamma: 100}, {Gamma: -100},
		{Shadows: 100}, {Highlights: -100}, {Shadows: 100, Highlights: -100, Contrast: 30, Gamma: 20, Exposure: 10, Brightness: -5},
	} {
		levels := a.Tones()
		for i := 1; i < len(levels); i++ {
			if levels[i] < levels[i-1] {
				t.Errorf("%+v makes %d of %d and %d of %d", a, levels[i-1], i-1, levels[i], i)
			}
		}
	}
}

// The colours are those that the CSS filters of the same names give.
func TestColors(t *testing.T) {
	for _, test := range []struct {
		name     string
		m        transform.Matrix
		in, want [3]float64
	}{
		{"nothing", transform.Adjust{}.Colors(), [3]float64{1, 2, 3}, [3]float64{1, 2, 3}},
		{"grey", transform.Adjust{Saturation: -100}.Colors(), [3]float64{255, 0, 0}, [3]float64{54.2, 54.2, 54.2}},
		{"half grey", transform.Adjust{Saturation: -50}.Colors(), [3]float64{255, 0, 0}, [3]float64{154.6, 27.1, 27.1}},
		{"twice the saturation", transform.Adjust{Saturation: 100}.Colors(), [3]float64{120, 100, 100}, [3]float64{135.7, 95.7, 95.7}},
		{"greys have no saturation", transform.Adjust{Saturation: 100}.Colors(), [3]float64{90, 90, 90}, [3]float64{90, 90, 90}},
		{"half a turn", transform.Adjust{Hue: 180}.Colors(), [3]float64{255, 0, 0}, [3]float64{-146.4, 108.6, 108.6}},
		{"greys have no hue", transform.Adjust{Hue: 77}.Colors(), [3]float64{90, 90, 90}, [3]float64{90, 90, 90}},
		{"sepia of white", transform.Style{Sepia: 100}.Colors(), [3]float64{255, 255, 255}, [3]float64{344.5, 306.8, 238.9}},
		{"half sepia of black", transform.Style{Sepia: 50}.Colors(), [3]float64{}, [3]float64{}},
		{"white becomes the colour", transform.Style{Monochrome: color(t, "336699")}.Colors(), [3]float64{255, 255, 255}, [3]float64{51, 102, 153}},
		{"black stays", transform.Style{Monochrome: color(t, "336699")}.Colors(), [3]float64{}, [3]float64{}},
		{"black becomes the dark one", transform.Style{Duotone: transform.Duo{Dark: color(t, "000080"), Light: color(t, "fa8072")}, DuotoneAlpha: 100}.Colors(), [3]float64{}, [3]float64{0, 0, 128}},
		{"white becomes the light one", transform.Style{Duotone: transform.Duo{Dark: color(t, "000080"), Light: color(t, "fa8072")}, DuotoneAlpha: 100}.Colors(), [3]float64{255, 255, 255}, [3]float64{250, 128, 114}},
		{"half of it", transform.Style{Duotone: transform.Duo{Dark: color(t, "000080"), Light: color(t, "fa8072")}, DuotoneAlpha: 50}.Colors(), [3]float64{}, [3]float64{0, 0, 64}},
	} {
		for i := range test.want {
			got := test.m[i][3]
			for j := range test.in {
				got += test.m[i][j] * test.in[j]
			}
			if math.Abs(got-test.want[i]) > 0.1 {
				t.Errorf("%s: channel %d of %v is %.1f, want %.1f", test.name, i, test.in, got, test.want[i])
			}
		}
	}
}

func color(t *testing.T, s string) transform.Color {
	t.Helper()
	c, err := transform.ParseColor(s)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
