package transform_test

import (
	"testing"

	"lightwell/transform"
)

func TestEncode(t *testing.T) {
	tests := []struct {
		query string
		want  transform.Encode
	}{
		{"fm=jpg", transform.Encode{Format: transform.JPEG, Quality: 75}},
		{"fm=jpg&q=60", transform.Encode{Format: transform.JPEG, Quality: 60}},
		{"fm=jpg&q=0", transform.Encode{Format: transform.JPEG, Quality: 1}},
		{"fm=pjpg&q=100", transform.Encode{Format: transform.JPEG, Quality: 100, Progressive: true}},
		{"fm=png&q=60", transform.Encode{Format: transform.PNG}},
		{"fm=gif&q=60", transform.Encode{Format: transform.GIF, Effort: 7}},
	}
	for _, tt := range tests {
		if got := query(t, tt.query).Encode(); got != tt.want {
			t.Errorf("Encode(%q) = %+v, want %+v", tt.query, got, tt.want)
		}
	}
}

// q is on JPEG's scale; other encoders' own settings rise with it and stay
// within 1 to 100.
func TestEncodeQualityRises(t *testing.T) {
	for _, f := range []transform.Format{transform.JPEG, transform.WebP, transform.AVIF} {
		last := 0
		for q := 1; q <= 100; q++ {
			e := transform.Recipe{Format: f, Quality: q}.Encode()
			if e.Format != f || e.Quality < max(1, last) || e.Quality > 100 {
				t.Errorf("Encode(%v, q=%d) = %+v, want a quality of %d to 100", f, q, e, max(1, last))
			}
			last = e.Quality
		}
		if last != 100 {
			t.Errorf("Encode(%v, q=100).Quality = %d, want 100", f, last)
		}
	}
}

// Large results of the slowest encoders are made with less effort.
func TestEffortFallsWithSize(t *testing.T) {
	for _, tt := range []struct {
		query        string
		small, large int
	}{{"fm=avif", 2, 1}, {"fm=gif", 7, 2}, {"fm=webp", 4, 4}, {"fm=jpg", 0, 0}} {
		for width, want := range map[string]int{"w=1000&": tt.small, "w=2000&": tt.large} {
			r, _ := query(t, width+tt.query).Resolve(still(transform.JPEG, 4000, 3000), "", transform.AllFormats)
			p, err := r.Plan(still(transform.JPEG, 4000, 3000), transform.Found{}, transform.DefaultLimits)
			if err != nil || p.Encode.Effort != want {
				t.Errorf("Plan(%q) has effort %d, %v, want %d", width+tt.query, p.Encode.Effort, err, want)
			}
		}
	}
}

// A WebP that moves is large by all of its frames.
func TestEffortFallsWithFrames(t *testing.T) {
	for _, tt := range []struct {
		frames int
		query  string
		want   int
	}{
		{20, "w=100&fm=webp", 4}, {250, "w=100&fm=webp", 2}, {250, "w=100&fm=webp&lossless=1", 4},
		{250, "w=100&fm=webp&anim=0", 4}, {250, "w=100&fm=gif", 7}, {1, "w=1000&fm=webp", 4},
	} {
		source := transform.Source{Format: transform.GIF, Width: 1000, Height: 1000, Orientation: 1, Frames: tt.frames}
		recipe, _ := query(t, tt.query).Resolve(source, "", transform.AllFormats)
		p, err := recipe.Plan(source, transform.Found{}, transform.DefaultLimits)
		if err != nil || p.Encode.Effort != tt.want {
			t.Errorf("Plan(%q) of %d frames has effort %d, %v, want %d", tt.query, tt.frames, p.Encode.Effort, err, tt.want)
		}
	}
}
