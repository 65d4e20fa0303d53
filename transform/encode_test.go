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
		{"fm=gif&q=60", transform.Encode{Format: transform.GIF}},
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
