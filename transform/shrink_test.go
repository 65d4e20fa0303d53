package transform_test

import (
	"testing"

	"lightwell/transform"
)

// The loader shrinks by a power of two, as long as the resampler keeps a factor
// of two at least: a resize that the decoder meets exactly looks soft.
func TestShrink(t *testing.T) {
	tests := []struct {
		format        transform.Format
		width, height int
		query         string
		want          int
	}{
		{transform.JPEG, 4000, 3000, "fm=jpg", 1},
		{transform.JPEG, 4000, 3000, "w=4000", 1},
		{transform.JPEG, 4000, 3000, "w=2000", 1},
		{transform.JPEG, 4000, 3000, "w=1001", 1},
		{transform.JPEG, 4000, 3000, "w=1000", 2}, // 4: 2 by the loader, 2 by the resampler
		{transform.JPEG, 4000, 3000, "w=501", 2},
		{transform.JPEG, 4000, 3000, "w=500", 4},
		{transform.JPEG, 4000, 3000, "w=251", 4},
		{transform.JPEG, 4000, 3000, "w=250", 4}, // 188 high, and 3000/188 is under 16
		{transform.JPEG, 4000, 3000, "w=248", 8}, // 186 high
		{transform.JPEG, 4000, 3000, "w=20", 8},
		{transform.JPEG, 4000, 3000, "w=500&dpr=2", 2},
		{transform.JPEG, 4000, 3000, "w=6000&enlarge=1", 1},
		{transform.JPEG, 4000, 3000, "w=500&rot=90", 4},
		{transform.JPEG, 4000, 3000, "w=500&rot=10", 2}, // straightening needs more pixels
		{transform.JPEG, 4000, 3000, "w=500&rot=10&rot-type=pivot", 4},
		{transform.WebP, 4000, 3000, "w=500", 4},
		{transform.WebP, 4000, 3000, "w=248&fm=png", 8},
		// The side that shrinks less decides.
		{transform.JPEG, 4000, 3000, "w=100&h=2000&fit=scale", 1},
		{transform.JPEG, 4000, 3000, "w=100&h=375&fit=scale", 4},
		{transform.JPEG, 4000, 3000, "w=100&h=300&fit=crop", 4}, // scaled to 400 x 300
		{transform.JPEG, 4000, 3000, "w=400&h=400&fit=fill", 4},
		{transform.JPEG, 5000, 1, "w=100", 1},
		{transform.JPEG, 1, 5000, "h=100", 1},
		{transform.JPEG, 1, 1, "w=100", 1},
		// What counts is the region, and not the file.
		{transform.JPEG, 4000, 3000, "rect=0,0,800,600&w=200", 2},
		{transform.JPEG, 4000, 3000, "rect=0,0,800,600&w=500", 1},
		{transform.JPEG, 4000, 3000, "w=400&h=300&fit=crop&crop=focalpoint&fp-z=4", 1},
		// Other loaders cannot.
		{transform.PNG, 4000, 3000, "w=20", 1},
		{transform.GIF, 4000, 3000, "w=20", 1},
		{transform.AVIF, 4000, 3000, "w=20", 1},
		{transform.HEIC, 4000, 3000, "w=20", 1},
		{transform.TIFF, 4000, 3000, "w=20", 1},
		{transform.SVG, 4000, 3000, "w=20", 1},
		{transform.JXL, 4000, 3000, "w=20", 1},
	}
	for _, tt := range tests {
		for orientation := 1; orientation <= 8; orientation++ {
			s := oriented(tt.format, tt.width, tt.height, orientation)
			if orientation >= 5 {
				s.Width, s.Height = s.Height, s.Width // upright it is the same
			}
			r, _ := query(t, tt.query).Resolve(s, "", transform.AllFormats)
			if p, err := r.Plan(s, transform.Found{}, transform.DefaultLimits); err != nil || p.Shrink != tt.want {
				t.Errorf("Plan(%v, %d x %d, orientation %d, %q).Shrink = %d, %v, want %d", tt.format, s.Width, s.Height, orientation, tt.query, p.Shrink, err, tt.want)
			}
		}
	}
}
