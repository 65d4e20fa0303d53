package transform

import "strings"

func nameSet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

// nearest is the parameter that a mistyped name probably meant, or "": the one
// with the smallest edit distance, which may be half the name's length at most.
func nearest(name string) string {
	var known []string
	for _, p := range params {
		known = append(append(known, p.name), p.aliases...)
	}
	if near := nearestOf(name, known); near != "" {
		return byName[near].name
	}
	return ""
}

// nearestOf is nearest among other names.
func nearestOf(name string, known []string) string {
	lowered := strings.ToLower(name)
	if len(lowered) > 32 {
		return ""
	}
	best, least := "", len(lowered)/2+1
	for _, candidate := range known {
		if d := editDistance(lowered, strings.ToLower(candidate)); d < least {
			best, least = candidate, d
		}
	}
	return best
}

// editDistance is the Levenshtein distance between two ASCII strings.
func editDistance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			substituted := diagonal
			if a[i] != b[j] {
				substituted++
			}
			diagonal = row[j+1]
			row[j+1] = min(substituted, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
