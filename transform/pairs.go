package transform

import (
	"cmp"
	"slices"
	"strings"
)

// Overlay lays pairs over others: of those below, the ones stay whose parameter is
// not among the pairs above, by whichever of its names. So parameters that are given
// stand over those of a preset.
func Overlay(above, below []Pair) []Pair {
	given := map[string]bool{}
	for _, pair := range above {
		given[canonicalName(pair)] = true
	}
	all := slices.Clone(above)
	for _, pair := range below {
		if !given[canonicalName(pair)] {
			all = append(all, pair)
		}
	}
	return all
}

// Named is pairs by their parameters' own names, with the suffix 64 undone, and without
// those that are ignored. The error, if any, is a *ParamError.
func (p Parser) Named(pairs []Pair) ([]Pair, error) {
	var named []Pair
	for _, pair := range pairs {
		if p.Ignores(pair.Name) {
			continue
		}
		param, value, err := lookUp(pair)
		if err != nil {
			return nil, err
		}
		named = append(named, Pair{param.name, value})
	}
	return named, nil
}

func canonicalName(pair Pair) string {
	if p, _, err := lookUp(pair); err == nil {
		return p.name
	}
	return pair.Name
}

// SpellPairs writes pairs that can be parsed in the query form, by the parameters'
// own names and in canonical order. Nothing is left out: what has no effect now
// may have one once other pairs are laid over these.
func SpellPairs(pairs []Pair) string {
	type spelled struct {
		at   int // in params
		pair string
	}
	var all []spelled
	for _, pair := range pairs {
		p, value, err := lookUp(pair)
		if err != nil {
			continue // ignored by the parser
		}
		at := slices.IndexFunc(params, func(q param) bool { return q.name == p.name })
		all = append(all, spelled{at, p.name + "=" + escape(value)})
	}
	slices.SortStableFunc(all, func(a, b spelled) int { return cmp.Compare(a.at, b.at) })
	parts := make([]string, len(all))
	for i, s := range all {
		parts[i] = s.pair
	}
	return strings.Join(parts, "&")
}

// Query is the canonical query of a URL that asks for this: the Recipe's, and how
// it is delivered.
func (r Request) Query() string {
	query := r.Recipe.String()
	if !r.Download {
		return query
	}
	if query != "" {
		query += "&"
	}
	return query + "dl=" + escape(r.DownloadName)
}
