package origin

import (
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"lightwell/origin/library"
	"lightwell/origin/problem"
	"lightwell/transform"
)

// Target is what a request's URL asks for.
type Target struct {
	ID      string
	Info    bool              // /info/ instead of /image/
	Pairs   []transform.Pair  // the parameters as sent
	Request transform.Request // what they mean
	// Preset is what the preset's own parameters are that Request names, once they
	// have been laid under those of the URL.
	Preset string

	mayBeOriginal bool // said by Access.Admit
}

// tells tells whether something is to be told of the image, and no picture sent.
func (t Target) tells() bool { return t.Info || t.Request.Report.Kind != transform.NoReport }

// tellsAll tells whether that is all there is.
func (t Target) tellsAll() bool { return t.Info || t.Request.Report.Kind == transform.InfoJSON }

// maxURL is the longest request URI, in bytes. CDNs pass no more than this on.
const maxURL = 8 << 10

var (
	errLong    = problem.New(http.StatusBadRequest, fmt.Sprintf("The URL is longer than %d bytes.", maxURL))
	errEncoded = problem.New(http.StatusBadRequest, "Before the parameters nothing in a path is percent-encoded.")
)

// ParseURL reads a request URI as it was sent. It is not decoded first: an
// encoded slash or comma is part of a value. The error wraps fs.ErrNotExist for
// a path that is none of ours, is a problem.Problem of 400 for one that is too long or
// encoded where ours never are, and else a *transform.ParamError.
func ParseURL(uri string, parser transform.Parser) (Target, error) {
	if len(uri) > maxURL {
		return Target{}, errLong
	}
	path, query, _ := strings.Cut(originForm(uri), "?")
	if id, ok := strings.CutPrefix(path, "/info/"); ok && library.ValidID(id) {
		return infoTarget(id, query, parser)
	}
	rest, ok := strings.CutPrefix(path, "/image/")
	if !ok {
		return Target{}, noneOfOurs(path)
	}
	id, rest, hasParams := strings.Cut(rest, "/")
	params, name, hasName := strings.Cut(rest, "/")
	if !library.ValidID(id) {
		return Target{}, noneOfOurs(id)
	}
	if hasParams && params == "" || hasName && strings.Contains(name, "/") {
		return Target{}, fs.ErrNotExist
	}
	t := Target{ID: id}
	inPath, err := transform.PathPairs(params)
	if err != nil {
		return t, err
	}
	inQuery, err := transform.QueryPairs(query)
	if err != nil {
		return t, err
	}
	t.Pairs = append(inPath, inQuery...)
	t.Request, err = parser.Parse(t.Pairs)
	return t, err
}

// noneOfOurs tells a path that may have been ours, before somebody encoded it once too
// often, from one that there is not.
func noneOfOurs(path string) error {
	if strings.Contains(path, "%") {
		return errEncoded
	}
	return fs.ErrNotExist
}

// infoTarget reads the query of /info/, of which only what says whether the URL is good
// has a meaning.
func infoTarget(id, query string, parser transform.Parser) (Target, error) {
	t := Target{ID: id, Info: true}
	var err error
	if t.Pairs, err = transform.QueryPairs(query); err != nil {
		return t, err
	}
	var meant []transform.Pair
	for _, pair := range t.Pairs {
		if pair.Name == "s" || pair.Name == "expires" {
			meant = append(meant, pair)
		}
	}
	t.Request, err = parser.Parse(meant)
	return t, err
}

// Over lays the parameters of a URL that has just been read over those of the preset
// that it names. The two may contradict each other: that is a *transform.ParamError.
func (t Target) Over(preset library.Preset, parser transform.Parser) (Target, error) {
	below, err := preset.Pairs()
	if err != nil {
		return t, err
	}
	t.Preset = preset.Params
	pairs := transform.Overlay(t.Pairs, below)
	request, err := parser.Parse(pairs)
	if err != nil {
		return t, err
	}
	t.Pairs, t.Request = pairs, request
	return t, nil
}

// originForm drops the scheme and host of a URI in absolute form, which a proxy
// may send (RFC 9112, section 3.2.2).
func originForm(uri string) string {
	if strings.HasPrefix(uri, "/") {
		return uri
	}
	scheme, rest, ok := strings.Cut(uri, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") {
		return uri
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		return rest[end:]
	}
	return ""
}
