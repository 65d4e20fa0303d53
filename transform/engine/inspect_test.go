package engine

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightwell/transform"
)

func TestInspectDescribesEveryFormat(t *testing.T) {
	for name, want := range fixtures {
		got, err := Inspect(fixture(t, name), transform.DefaultLimits)
		if err != nil || got.Source != want {
			t.Errorf("Inspect(%s) = %+v, %v, want %+v", name, got, err, want)
		}
	}
}

// A truncated file has a header that says nothing is wrong; libvips by default
// fills what is missing with grey.
func TestInspectRefusesTruncatedFiles(t *testing.T) {
	for name := range fixtures {
		data := fixture(t, name)
		for _, percent := range []int{10, 50, 90} {
			_, err := Inspect(data[:len(data)*percent/100], transform.DefaultLimits)
			if !errors.Is(err, transform.ErrUndecodable) {
				t.Errorf("Inspect(first %d %% of %s) = %v, want %v", percent, name, err, transform.ErrUndecodable)
			}
		}
	}
}

func TestInspectRefusesWhatIsNoImage(t *testing.T) {
	for _, test := range []struct {
		name, data string
		want       error
	}{
		{"HTML", "<html><body>hello</body></html>", transform.ErrFormat},
		{"text", "hello", transform.ErrFormat},
		{"a JPEG's first bytes", "\xff\xd8\xff", transform.ErrUndecodable},
		{"gzip of no SVG", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x4b\xcb\xcf\x07\x00\x21\x65\x73\x8c\x03\x00\x00\x00", transform.ErrUndecodable},
		{"a GIF's header", "GIF89a\x01\x00\x01\x00", transform.ErrUndecodable},
		{"BMP, which no loader is left for", "BM\x3a\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00\x00\x00", transform.ErrUndecodable},
	} {
		if _, err := Inspect([]byte(test.data), transform.DefaultLimits); !errors.Is(err, test.want) {
			t.Errorf("Inspect(%s) = %v, want %v", test.name, err, test.want)
		}
	}
}

func TestInspectChecksLimitsOnTheHeader(t *testing.T) {
	limits := transform.DefaultLimits
	limits.Pixels = 3072*2048 - 1
	if _, err := Inspect(fixture(t, "photo.jpg"), limits); !errors.Is(err, transform.ErrLimit) {
		t.Errorf("Inspect of a pixel too many = %v, want %v", err, transform.ErrLimit)
	}
	limits = transform.DefaultLimits
	limits.Frames = 41
	if _, err := Inspect(fixture(t, "iss634.gif"), limits); !errors.Is(err, transform.ErrLimit) {
		t.Errorf("Inspect of a frame too many = %v, want %v", err, transform.ErrLimit)
	}
	// Only the header is there: a decoder that read on would fail otherwise.
	limits = transform.DefaultLimits
	limits.Side = 3071
	if _, err := Inspect(fixture(t, "photo.jpg")[:8192], limits); !errors.Is(err, transform.ErrLimit) {
		t.Errorf("Inspect of a side too long in a header alone = %v, want %v", err, transform.ErrLimit)
	}
}

// What is refused for want of a loader is said in words of the format's.
func TestNoLoader(t *testing.T) {
	still, _ := render(t, fixture(t, "photo.webp"), "w=20&fm=avif")
	for brand, want := range map[string]string{"avis": "animated AVIFs cannot be read by this build", "heic": ""} {
		data := bytes.Clone(still.Body)
		copy(data[8:], brand) // after the size and kind of the box
		_, err := Inspect(data, transform.DefaultLimits)
		if got := fmt.Sprint(err); want != "" && got != transform.ErrUndecodable.Error()+": "+want || strings.Contains(got, "magick") {
			t.Errorf("Inspect(an AVIF of the brand %s) = %v, want %q", brand, err, want)
		}
	}
}
