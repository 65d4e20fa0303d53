package transform_test

import (
	"encoding/json"
	"testing"

	"lightwell/transform"
)

func TestFormats(t *testing.T) {
	tests := []struct {
		format                  transform.Format
		name, contentType, ext  string
		writable, lossy, alphas bool
	}{
		{transform.JPEG, "jpeg", "image/jpeg", "jpg", true, true, false},
		{transform.PNG, "png", "image/png", "png", true, false, true},
		{transform.GIF, "gif", "image/gif", "gif", true, false, true},
		{transform.WebP, "webp", "image/webp", "webp", true, true, true},
		{transform.AVIF, "avif", "image/avif", "avif", true, true, true},
		{transform.HEIC, "heic", "image/heic", "heic", false, true, true},
		{transform.TIFF, "tiff", "image/tiff", "tiff", true, false, true},
		{transform.SVG, "svg", "image/svg+xml", "svg", false, false, true},
		{transform.JXL, "jxl", "image/jxl", "jxl", true, true, true},
		{transform.BMP, "bmp", "image/bmp", "bmp", false, false, false},
		{transform.ICO, "ico", "image/x-icon", "ico", false, false, true},
		{transform.PDF, "pdf", "application/pdf", "pdf", false, false, true},
	}
	for _, tt := range tests {
		f := tt.format
		if f.String() != tt.name || f.ContentType() != tt.contentType || f.Ext() != tt.ext {
			t.Errorf("%d = %q, %q, %q, want %q, %q, %q", f, f, f.ContentType(), f.Ext(), tt.name, tt.contentType, tt.ext)
		}
		if f.Writable() != tt.writable || f.Lossy() != tt.lossy || f.Alpha() != tt.alphas {
			t.Errorf("%v = writable %v, lossy %v, alpha %v, want %v, %v, %v", f, f.Writable(), f.Lossy(), f.Alpha(), tt.writable, tt.lossy, tt.alphas)
		}
		if got, err := transform.ParseFormat(tt.name); got != f || err != nil {
			t.Errorf("ParseFormat(%q) = %v, %v, want %v", tt.name, got, err, f)
		}
		text, err := json.Marshal(f)
		if err != nil || string(text) != `"`+tt.name+`"` {
			t.Errorf("Marshal(%v) = %s, %v, want %q", f, text, err, tt.name)
		}
		var back transform.Format
		if err := json.Unmarshal(text, &back); err != nil || back != f {
			t.Errorf("Unmarshal(%s) = %v, %v, want %v", text, back, err, f)
		}
	}
}

func TestNoFormat(t *testing.T) {
	for _, name := range []string{"", "jpg", "JPEG", "pjpg", "mp4", " png"} {
		if f, err := transform.ParseFormat(name); f != transform.NoFormat || err == nil {
			t.Errorf("ParseFormat(%q) = %v, %v, want an error", name, f, err)
		}
	}
	f := transform.JPEG
	if err := json.Unmarshal([]byte(`""`), &f); err != nil || f != transform.NoFormat {
		t.Errorf("Unmarshal(empty) = %v, %v, want no format", f, err)
	}
	if err := json.Unmarshal([]byte(`"mp4"`), &f); err == nil {
		t.Errorf("Unmarshal(mp4) = %v, want an error", f)
	}
}
