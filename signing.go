package main

import (
	"slices"

	"lightwell/config"
	"lightwell/link"
	"lightwell/origin"
	"lightwell/transform"
)

// imageAccess says which images go to whom.
func imageAccess(cfg config.Config) origin.Access {
	access := origin.Access{Keys: cfg.Keys(), Widths: slices.Sorted(slices.Values(cfg.UnsignedWidths)), Originals: cfg.Originals == "open"}
	switch {
	case !cfg.Restricted():
	case cfg.Unsigned == config.UnsignedPresets:
		access.Unsigned = origin.UnsignedPresets
	case cfg.Unsigned == config.UnsignedWidths:
		access.Unsigned = origin.UnsignedWidths
	default:
		access.Unsigned = origin.UnsignedNone
	}
	return access
}

// signer signs the URLs in answers, with the first of the keys; nil where there is none.
func signer(cfg config.Config) func(id, query string) string {
	if len(cfg.SigningKeys) == 0 {
		return nil
	}
	key := cfg.Keys()[0]
	return func(id, query string) string {
		pairs, err := transform.QueryPairs(query)
		if err != nil { // nobody makes such a query here
			return query
		}
		signature := "s=" + link.Sign(key, link.ImagePath(id), linkPairs(pairs))
		if query == "" {
			return signature
		}
		return query + "&" + signature
	}
}

func linkPairs(pairs []transform.Pair) (list []link.Pair) {
	for _, p := range pairs {
		list = append(list, link.Pair(p))
	}
	return list
}
