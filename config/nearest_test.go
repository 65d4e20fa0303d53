package config

import "testing"

func TestEdits(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "", 3}, {"abc", "abc", 0}, {"abc", "abd", 1}, {"abc", "ab", 1},
		{"kitten", "sitting", 3}, {"listen", "silent", 4},
	} {
		if got := edits(tt.a, tt.b); got != tt.want {
			t.Errorf("edits(%q, %q) = %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

// Every setting has a name, a meaning and a group, and no two have the same environment variable.
func TestSettingsAreDescribed(t *testing.T) {
	seen := make(map[string]string)
	for _, s := range settings() {
		if s.name == "" || s.help == "" || s.group == "" {
			t.Errorf("setting %+v: want a name, help and a group", s)
		}
		if other, twice := seen[s.env]; twice {
			t.Errorf("%s and %s are both %s", other, s.name, s.env)
		}
		seen[s.env] = s.name
	}
	titles := make(map[string]bool)
	for _, g := range groups() {
		if titles[g.title] {
			t.Errorf("group %q is in two places, want its settings together", g.title)
		}
		titles[g.title] = true
	}
}
