package transform_test

import (
	"errors"
	"testing"

	"lightwell/transform"
)

// Beyond a suggested range a value counts as the range's end.
func TestClamped(t *testing.T) {
	tests := []struct{ query, want string }{
		{"q=101", "q=100"},
		{"q=1000", "q=100"},
		{"q=99999999999999999999", "q=100"},
		{"q=0", "q=1"},
		{"q=-1", "q=1"},
		{"q=-99999999999999999999", "q=1"},
		{"blur=2001", "blur=2000"},
		{"blur=99999999999999999999", "blur=2000"},
		{"blur=-1", ""},
		{"sharp=100.1", "sharp=100"},
		{"sharp=99999999999999999999", "sharp=100"},
		{"sharp=-0.1", ""},
		{"w=9&h=9&fit=crop&crop=focalpoint&fp-z=10.5", "w=9&h=9&fit=crop&crop=focalpoint&fp-z=10"},
		{"w=9&h=9&fit=crop&crop=focalpoint&fp-z=100", "w=9&h=9&fit=crop&crop=focalpoint&fp-z=10"},
		{"rot=360", ""},
		{"rot=361", "rot=1"},
		{"rot=-1", "rot=359"},
		{"rot=36000000000000000000", ""},
		{"pad=8193", "pad=8192"},
		{"pad-left=-1&pad=5", "pad-top=5&pad-right=5&pad-bottom=5"},
		{"border=101,red&border-left=200", "border=100,ff0000"},
		{"border=5,red&border-left=-1", "border=5,ff0000&border-left=0"},
		{"mask=corners&corner-radius=99999999999", "mask=corners&corner-radius=2147483647"},
		{"border=5,red&border-radius=99999999999,1,1,1", "border=5,ff0000&border-radius=2147483647,1,1,1"},
		// What is beyond no image is beyond all alike.
		{"rect=0,0,99999999999,5", "rect=0,0,2147483647,5"},
	}
	for _, tt := range tests {
		if got := query(t, tt.query).String(); got != tt.want {
			t.Errorf("String(%q) = %q, want %q", tt.query, got, tt.want)
		}
	}
}

// The ends of a hard range are within it.
func TestEndsOfRanges(t *testing.T) {
	for _, q := range []string{
		"w=2", "w=8192", "h=2", "h=8192", "w=0.0001", "h=0.9999", "dpr=0.1&w=9", "dpr=5&w=9", "fit=crop&min-w=1", "fit=crop&max-w=8192",
		"fit=crop&ar=1:8192", "fit=crop&ar=8192:1", "orient=0", "orient=8", "rot=359.999", "rot=0.001", "q=1", "q=100", "blur=1", "sharp=0.1",
		"fit=crop&w=9&h=9&crop=focalpoint&fp-x=0&fp-y=1", "fit=crop&w=9&h=9&crop=focalpoint&fp-z=1", "rect=0,0,1,1", "rect=2147483647,0,1,1",
		"pad=0", "pad=8192", "border=1,red", "border=100,red", "mask=corners&corner-radius=0", "border=1,red&border-radius-inner=0,0,0,0",
		"fit=crop&min-w=5&max-w=5", "fit=crop&min-h=5&max-h=5",
	} {
		if _, err := (transform.Parser{}).ParseQuery(q); err != nil {
			t.Errorf("ParseQuery(%q): %v, want no error", q, err)
		}
	}
}

// A name is ignored when it or its beginning is listed, and then may repeat.
func TestIgnore(t *testing.T) {
	p := transform.Parser{Ignore: []string{"utm_*", "fbclid"}}
	want := query(t, "w=800")
	for _, q := range []string{
		"w=800&utm_source=a", "utm_source=a&utm_source=b&w=800", "w=800&fbclid=x", "utm_=&w=800", "ixlib=a&ixlib=b&w=800", "utm_medium64=%21&w=800",
	} {
		if got, err := p.ParseQuery(q); err != nil || got.Recipe != want {
			t.Errorf("ParseQuery(%q) = %q, %v, want %q", q, got.Recipe, err, want)
		}
	}
	for _, q := range []string{"fbclid2=x", "xutm_=1", "utm=1", "UTM_source=1"} {
		var bad *transform.ParamError
		if _, err := p.ParseQuery(q); !errors.As(err, &bad) {
			t.Errorf("ParseQuery(%q) = %v, want a ParamError", q, err)
		}
	}
}
