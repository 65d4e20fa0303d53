package origin

import (
	"errors"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"

	"lightwell/link"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// Access says which URLs are answered. The zero Access answers all.
type Access struct {
	// Keys are what URLs are signed with; each of them is good. A URL that has a
	// signature needs a right one as soon as there are keys, whatever would go without.
	Keys []string
	// Unsigned is what goes without a signature.
	Unsigned Unsigned
	// Widths are those of UnsignedWidths, in pixels and ascending. Without any, that lets
	// nothing by.
	Widths []int
	// Originals lets originals, and what is known of an image, go without as well. They
	// may tell who took a photograph, and where.
	Originals bool
}

// Unsigned is what goes without a signature.
type Unsigned uint8

const (
	UnsignedAll     Unsigned = iota // everything, originals included
	UnsignedNone                    // no rendition
	UnsignedPresets                 // a named preset, and nothing beside it
	UnsignedWidths                  // w, of which there are few, fm, auto, dpr and a preset
)

// errForbidden is one for all reasons: whoever guesses learns from none. It says
// nothing of the asset either, which has not been looked for.
var errForbidden = problem.New(http.StatusForbidden, "This URL has no valid signature, or its time is over.")

// mostDPR is the highest that goes unsigned.
const mostDPR = 3

// inWidths are the parameters that UnsignedWidths lets by.
var inWidths = []string{"w", "fm", "auto", "dpr", "preset"}

// Admit lets a target in as its URL was sent, or as it is served unsigned. The error,
// if any, is a problem.Problem of 403.
func (a Access) Admit(t Target, parser transform.Parser) (Target, error) {
	pairs, signed := signedPairs(t.Pairs, parser)
	if signed && len(a.Keys) > 0 {
		if !link.Verify(a.Keys, t.signedPath(), pairs) {
			return t, errForbidden
		}
		t.mayBeOriginal = true
		return t, nil
	}
	t.mayBeOriginal = a.Originals || a.Unsigned == UnsignedAll
	if a.Unsigned == UnsignedAll {
		return t, nil
	}
	if t.tells() || t.Request.Preset == "" && t.Request.Recipe == (transform.Recipe{}) {
		if !a.Originals {
			return t, errForbidden
		}
		return t, nil
	}
	return a.unsigned(t, parser)
}

// signedPairs are those that a signature is of, and tells whether there is one.
func signedPairs(all []transform.Pair, parser transform.Parser) (pairs []link.Pair, signed bool) {
	for _, pair := range all {
		if !parser.Ignores(pair.Name) {
			pairs = append(pairs, link.Pair(pair))
			signed = signed || pair.Name == "s"
		}
	}
	return pairs, signed
}

func (t Target) signedPath() string {
	if t.Info {
		return link.InfoPath(t.ID)
	}
	return link.ImagePath(t.ID)
}

// unsigned lets in what may go without a signature. It looks at what the parameters are,
// not at how they are written.
func (a Access) unsigned(t Target, parser transform.Parser) (Target, error) {
	pairs, err := parser.Named(t.Pairs)
	if err != nil { // they have been parsed
		return t, errForbidden
	}
	switch {
	case a.Unsigned == UnsignedPresets && len(pairs) == 1 && pairs[0].Name == "preset":
		return t, nil
	case a.Unsigned == UnsignedWidths && len(a.Widths) > 0 && !slices.ContainsFunc(pairs, notInWidths):
		return a.snapped(t, pairs, parser)
	}
	return t, errForbidden
}

func notInWidths(p transform.Pair) bool { return !slices.Contains(inWidths, p.Name) }

// snapped is a target with sizes of which there are few: the width of the list that is
// the next larger, or the largest, and a whole dpr. Otherwise anybody could have as many
// renditions made of an image as there are numbers.
func (a Access) snapped(t Target, pairs []transform.Pair, parser transform.Parser) (Target, error) {
	sized := t.Request.Preset != "" // it may say how wide
	for i, p := range pairs {
		var ok bool
		if pairs[i].Value, ok = a.rounded(p); !ok {
			return t, errForbidden
		}
		sized = sized || p.Name == "w"
	}
	if !sized {
		pairs = append(pairs, transform.Pair{Name: "w", Value: strconv.Itoa(a.widest())})
	}
	req, err := parser.Parse(pairs)
	if err != nil {
		return t, errForbidden
	}
	t.Pairs, t.Request = pairs, req
	return t, nil
}

// rounded is the value of a parameter as it goes unsigned, if it does.
func (a Access) rounded(p transform.Pair) (value string, ok bool) {
	if p.Name != "w" && p.Name != "dpr" {
		return p.Value, true
	}
	x, err := strconv.ParseFloat(p.Value, 64)
	switch {
	case err != nil || !(x >= 1): // a part of the source's width is none of the list
		return "", false
	case p.Name == "w":
		return strconv.Itoa(a.width(x)), true
	}
	return strconv.Itoa(int(math.Ceil(x))), x <= mostDPR
}

// width is the next larger of the list, or the largest.
func (a Access) width(w float64) int {
	at := slices.IndexFunc(a.Widths, func(n int) bool { return float64(n) >= w })
	if at < 0 {
		return a.widest()
	}
	return a.Widths[at]
}

func (a Access) widest() int { return a.Widths[len(a.Widths)-1] }

// hidden makes what is wrong with a signature, or with the time until which it is good,
// the same as if it were of something else.
func hidden(err error) error {
	if bad, ok := errors.AsType[*transform.ParamError](err); ok && (bad.Param == "s" || bad.Param == "expires") {
		return fmt.Errorf("%w: %w", errForbidden, err)
	}
	return err
}
