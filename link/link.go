// Package link makes URLs of Lightwell's images, signed ones among them, and what pages
// make of URLs: srcset and <picture>.
//
// A [Builder] writes URLs; [Sign] and [Verify] are the two sides of a signature, over one
// canonical string. The package needs nothing but the standard library, so it can be
// taken along by itself.
package link

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Pair is one parameter of a URL, as it is meant and not as it is encoded.
type Pair struct{ Name, Value string }

// Builder makes URLs. The zero Builder makes unsigned ones that begin with /image/.
type Builder struct {
	// Base is what URLs begin with, such as https://img.example.com; slashes at its end
	// do not count.
	Base string
	// Key signs; "" for no signatures. It is a secret: keep builders out of logs.
	Key string
	// Path has the parameters written in the path, for CDNs that ignore query strings.
	Path bool
	// Expires is when URLs end, to the second; zero for never. It holds with a signature
	// only: anybody can take it away from other URLs.
	Expires time.Time
	// Ignored tells parameters that the server ignores (its ignore-params), which no signature is
	// over; nil for none.
	Ignored func(name string) bool
	// Widths are those of a Srcset, in pixels and ascending; empty for Widths(100, 8192, 0.08).
	Widths []int
}

// URL is that of an image, in the order of the parameters. Without any it is the
// original's. A parameter s is left out: it is made here.
func (b Builder) URL(id string, params ...Pair) string {
	path := imagePath + id
	pairs := b.complete(path, params)
	switch {
	case len(pairs) == 0:
	case b.Path:
		path += "/" + join(pairs, ",")
	default:
		path += "?" + join(pairs, "&")
	}
	return strings.TrimRight(b.Base, "/") + path
}

// Info is the URL of what is known of an image.
func (b Builder) Info(id string) string {
	path := infoPath + id
	if pairs := b.complete(path, nil); len(pairs) > 0 {
		path += "?" + join(pairs, "&")
	}
	return strings.TrimRight(b.Base, "/") + path
}

const (
	imagePath = "/image/"
	infoPath  = "/info/"

	signature = "s"
	expires   = "expires"
)

// complete adds what says until when a URL is good, and that it is.
func (b Builder) complete(path string, params []Pair) []Pair {
	pairs := without(params, signature)
	if !b.Expires.IsZero() {
		pairs = append(pairs, Pair{expires, strconv.FormatInt(b.Expires.Unix(), 10)})
	}
	if b.Key != "" {
		signed := pairs
		if b.Ignored != nil {
			signed = slices.DeleteFunc(slices.Clone(pairs), func(p Pair) bool { return b.Ignored(p.Name) })
		}
		pairs = append(pairs, Pair{signature, Sign(b.Key, path, signed)})
	}
	return pairs
}

// without is a copy that lacks the parameters of some names.
func without(params []Pair, names ...string) []Pair {
	var left []Pair
	for _, p := range params {
		if !isOneOf(p.Name, names) {
			left = append(left, p)
		}
	}
	return left
}

func isOneOf(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func join(pairs []Pair, separator string) string {
	parts := make([]string, len(pairs))
	for i, p := range pairs {
		parts[i] = escape(p.Name) + "=" + escape(p.Value)
	}
	return strings.Join(parts, separator)
}

// escape encodes all but the unreserved characters of RFC 3986, section 2.3: the outcome
// means the same in a query, in a path and in a srcset, where a comma would separate.
func escape(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
