package config

import (
	"fmt"
	"slices"
)

// nearest is the known name that takes the fewest single letter edits to become name; nothing is
// near when more than half of its letters would change.
func nearest(name string, known []string) (string, bool) {
	best, least := "", len(name)/2+1
	for _, k := range known {
		if d := edits(name, k); d < least {
			best, least = k, d
		}
	}
	return best, best != ""
}

// didYouMean is the end of a sentence about an unknown name.
func didYouMean(name string, known []string) string {
	if near, ok := nearest(name, known); ok {
		return fmt.Sprintf("; did you mean %s?", near)
	}
	return ""
}

// edits is the Levenshtein distance of a and b, in bytes.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			row[j+1] = min(above+1, row[j]+1, change)
			diagonal = above
		}
	}
	return row[len(b)]
}

// names are the names of the settings, or of their environment variables.
func names(of func(setting) string) []string {
	var all []string
	for _, s := range settings() {
		all = append(all, of(s))
	}
	slices.Sort(all)
	return all
}
