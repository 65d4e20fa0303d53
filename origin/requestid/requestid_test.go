package requestid

import (
	"strings"
	"testing"
)

func TestFrom(t *testing.T) {
	for _, given := range []string{"a", "A-b_9", strings.Repeat("x", 64)} {
		if got := From(given); got != given {
			t.Errorf("From(%q) = %q, want it kept", given, got)
		}
	}
	seen := map[string]bool{}
	for _, given := range []string{"", "a b", "ä", "a\r\nX: y", strings.Repeat("x", 65), "a;b"} {
		got := From(given)
		if len(got) != 24 || seen[got] {
			t.Errorf("From(%q) = %q, want 24 random digits", given, got)
		}
		seen[got] = true
	}
}
