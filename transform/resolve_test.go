package transform_test

import (
	"testing"

	"lightwell/transform"
)

func TestResolveFormat(t *testing.T) {
	tests := []struct {
		source transform.Source
		query  string
		accept string
		want   transform.Format
		varies bool
	}{
		// Neither fm nor auto: the source's where browsers show it, else JPEG, or PNG with alpha.
		{still(transform.JPEG, 9, 9), "w=5", acceptAll, transform.JPEG, false},
		{still(transform.PNG, 9, 9), "w=5", acceptAll, transform.PNG, false},
		{withAlpha(transform.PNG, 9, 9), "w=5", acceptAll, transform.PNG, false},
		{still(transform.GIF, 9, 9), "w=5", acceptAll, transform.GIF, false},
		{still(transform.WebP, 9, 9), "w=5", acceptOld, transform.WebP, false},
		{still(transform.AVIF, 9, 9), "w=5", acceptOld, transform.AVIF, false},
		{still(transform.HEIC, 9, 9), "w=5", acceptAll, transform.JPEG, false},
		{withAlpha(transform.HEIC, 9, 9), "w=5", acceptAll, transform.PNG, false},
		{still(transform.TIFF, 9, 9), "w=5", acceptAll, transform.JPEG, false},
		{withAlpha(transform.TIFF, 9, 9), "w=5", acceptAll, transform.PNG, false},
		{withAlpha(transform.SVG, 9, 9), "w=5", acceptAll, transform.PNG, false},
		{still(transform.JXL, 9, 9), "w=5", acceptAll, transform.JPEG, false},
		{withAlpha(transform.JXL, 9, 9), "w=5", acceptAll, transform.PNG, false},
		{still(transform.BMP, 9, 9), "w=5", acceptAll, transform.JPEG, false},
		{withAlpha(transform.ICO, 9, 9), "w=5", acceptAll, transform.PNG, false},
		{still(transform.PDF, 9, 9), "w=5", acceptAll, transform.JPEG, false},
		// Something that is no size makes a rendition, too.
		{still(transform.HEIC, 9, 9), "q=50", acceptAll, transform.JPEG, false},
		{still(transform.GIF, 9, 9), "rot=90", acceptAll, transform.GIF, false},

		// fm.
		{still(transform.JPEG, 9, 9), "fm=webp", acceptOld, transform.WebP, false},
		{withAlpha(transform.PNG, 9, 9), "fm=jpg", acceptAll, transform.JPEG, false},
		{still(transform.GIF, 9, 9), "fm=avif", "", transform.AVIF, false},
		{still(transform.WebP, 9, 9), "fm=gif", "", transform.GIF, false},

		// auto=format.
		{still(transform.JPEG, 9, 9), "auto=format", acceptAll, transform.AVIF, true},
		{still(transform.JPEG, 9, 9), "auto=format", acceptWebP, transform.WebP, true},
		{still(transform.JPEG, 9, 9), "auto=format", acceptOld, transform.JPEG, true},
		{still(transform.JPEG, 9, 9), "auto=format", "", transform.JPEG, true},
		{still(transform.GIF, 9, 9), "auto=format", acceptOld, transform.GIF, true},
		{still(transform.HEIC, 9, 9), "auto=format", acceptOld, transform.JPEG, true},
		{withAlpha(transform.HEIC, 9, 9), "auto=format", acceptOld, transform.PNG, true},
		{withAlpha(transform.SVG, 9, 9), "auto=format&w=5", acceptAll, transform.AVIF, true},
		{still(transform.JPEG, 9, 9), "auto=format&fm=png", acceptOld, transform.PNG, true},
		{still(transform.JPEG, 9, 9), "auto=format&fm=png", acceptAll, transform.AVIF, true},
		{still(transform.JPEG, 9, 9), "auto=format&fm=webp", "image/avif;q=0.5,*/*", transform.WebP, true},
	}
	for _, tt := range tests {
		got, varies := query(t, tt.query).Resolve(tt.source, tt.accept, transform.AllFormats)
		if got.Format != tt.want || varies != tt.varies {
			t.Errorf("Resolve(%q, %v alpha %v, %q) = %v, %v, want %v, %v",
				tt.query, tt.source.Format, tt.source.Alpha, tt.accept, got.Format, varies, tt.want, tt.varies)
		}
		if got.AutoFormat || !got.Format.Writable() {
			t.Errorf("Resolve(%q) = %q, want one format that can be written, and no auto", tt.query, got)
		}
	}
}

// The original stays the original, whatever the source and the client.
func TestResolveOriginal(t *testing.T) {
	for _, s := range []transform.Source{still(transform.HEIC, 9, 9), withAlpha(transform.SVG, 9, 9), oriented(transform.JPEG, 9, 9, 6)} {
		got, varies := transform.Recipe{}.Resolve(s, acceptAll, transform.AllFormats)
		if got != (transform.Recipe{}) || varies {
			t.Errorf("Resolve(original, %v) = %q, %v, want the original, false", s.Format, got, varies)
		}
	}
}

// Progressive is a way of JPEG and of nothing else.
func TestResolveProgressive(t *testing.T) {
	tests := []struct {
		query, accept string
		want          bool
	}{
		{"fm=pjpg", acceptAll, true},
		{"fm=jpg", acceptAll, false},
		{"fm=pjpg&auto=format", acceptAll, false},
		{"fm=pjpg&auto=format", acceptWebP, false},
		{"fm=pjpg&auto=format", acceptOld, true},
		{"fm=pjpg&auto=format", "image/avif;q=0.1,image/jpeg", true},
	}
	for _, tt := range tests {
		if got, _ := query(t, tt.query).Resolve(still(transform.JPEG, 9, 9), tt.accept, transform.AllFormats); got.Progressive != tt.want || got.Encode().Progressive != tt.want {
			t.Errorf("Resolve(%q, %q).Progressive = %v, want %v", tt.query, tt.accept, got.Progressive, tt.want)
		}
	}
}
