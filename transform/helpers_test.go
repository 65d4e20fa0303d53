package transform_test

import (
	"testing"

	"lightwell/transform"
)

// query parses the query form, which must be valid.
func query(t testing.TB, q string) transform.Recipe {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(q)
	if err != nil {
		t.Fatalf("ParseQuery(%q): %v", q, err)
	}
	return req.Recipe
}

// path parses the path form, which must be valid.
func path(t testing.TB, p string) transform.Recipe {
	t.Helper()
	req, err := transform.Parser{}.ParsePath(p)
	if err != nil {
		t.Fatalf("ParsePath(%q): %v", p, err)
	}
	return req.Recipe
}

// still is an upright source of one frame.
func still(f transform.Format, width, height int) transform.Source {
	return transform.Source{Format: f, Width: width, Height: height, Orientation: 1, Frames: 1}
}

// withAlpha is a still with transparency.
func withAlpha(f transform.Format, width, height int) transform.Source {
	s := still(f, width, height)
	s.Alpha = true
	return s
}

// oriented is a still whose pixels lie as an EXIF orientation says.
func oriented(f transform.Format, width, height, orientation int) transform.Source {
	s := still(f, width, height)
	s.Orientation = orientation
	return s
}
