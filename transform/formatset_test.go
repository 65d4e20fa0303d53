package transform_test

import (
	"testing"

	"lightwell/transform"
)

func TestFormatSet(t *testing.T) {
	s := transform.Formats(transform.JPEG, transform.WebP)
	if !s.Has(transform.JPEG) || s.Has(transform.PNG) || s.Has(transform.NoFormat) || s.String() != "jpeg, webp" {
		t.Errorf("%v has what it has not, or has not what it has", s)
	}
	if got, want := transform.Writable.String(), "jpeg, png, gif, webp, avif, tiff, jxl"; got != want {
		t.Errorf("Writable = %s, want %s", got, want)
	}
	for _, f := range transform.AllFormats.List() {
		if f == transform.NoFormat || f.String() == "" {
			t.Error("AllFormats has what is no format")
		}
	}
}

// What the engine cannot write is not chosen.
func TestResolveWithinCapabilities(t *testing.T) {
	for _, tt := range []struct {
		source transform.Source
		query  string
		writes transform.FormatSet
		want   transform.Format
	}{
		{still(transform.JPEG, 300, 200), "auto=format", transform.AllFormats, transform.AVIF},
		{still(transform.JPEG, 300, 200), "auto=format", transform.AllFormats &^ transform.Formats(transform.AVIF), transform.WebP},
		{still(transform.JPEG, 300, 200), "auto=format", transform.Formats(transform.JPEG, transform.PNG), transform.JPEG},
		{still(transform.AVIF, 300, 200), "w=100", transform.AllFormats &^ transform.Formats(transform.AVIF), transform.JPEG},
		{still(transform.PDF, 300, 200), "w=100", transform.AllFormats, transform.JPEG},
		{still(transform.BMP, 300, 200), "w=100", transform.AllFormats, transform.JPEG},
		{withAlpha(transform.ICO, 300, 200), "w=100", transform.AllFormats, transform.PNG},
		{transform.Source{Format: transform.GIF, Width: 30, Height: 20, Orientation: 1, Frames: 9}, "auto=format", transform.AllFormats, transform.WebP},
		{transform.Source{Format: transform.GIF, Width: 30, Height: 20, Orientation: 1, Frames: 9}, "auto=format&anim=0", transform.AllFormats, transform.AVIF},
		{transform.Source{Format: transform.PNG, Width: 30, Height: 20, Orientation: 1, Frames: 9}, "w=10", transform.AllFormats, transform.PNG},
	} {
		got, _ := query(t, tt.query).Resolve(tt.source, acceptAll, tt.writes)
		if got.Format != tt.want {
			t.Errorf("%s of %v, written %v = %v, want %v", tt.query, tt.source.Format, tt.writes, got.Format, tt.want)
		}
	}
}
