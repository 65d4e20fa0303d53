package transform

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

// Request is all that a URL's parameters say: the Recipe, and how its result is
// to be delivered. Delivery is no part of the rendition, so not of its key.
type Request struct {
	Recipe
	Download     bool   // dl: Content-Disposition is attachment
	DownloadName string // dl's value, maybe empty; not cleaned
	// Preset names more parameters, which are the caller's to find and to lay under
	// these: nothing here has followed them.
	Preset string
	// Expires is when the URL ends, in Unix seconds; 0 for never.
	Expires int64
	// Report is what is to be told instead of a picture; the Recipe is zero then.
	Report Report
}

// draft is a Request while its parameters come in, in any order.
type draft struct {
	Request
	neverEnlarge bool  // fit=max, fillmax and min, whatever enlarge says
	progressive  *bool // jpg-progressive
	still        bool  // anim=0
	pad, border  sidesDraft
	markAligned  bool // mark-align is given
	palette      ReportKind
	textAligned  bool // txt-align is given
}

// Parser reads parameters. The zero Parser ignores nothing but ixlib.
type Parser struct {
	// Ignore lists parameters that have no meaning here and no effect: exact
	// names, or a beginning followed by an asterisk, as in utm_*.
	Ignore []string
}

// Pair is one parameter as sent, percent-decoded.
type Pair struct{ Name, Value string }

// ParseQuery reads the query form, w=800&fm=webp, as it stands in the URL.
func (p Parser) ParseQuery(query string) (Request, error) {
	pairs, err := QueryPairs(query)
	if err != nil {
		return Request{}, err
	}
	return p.Parse(pairs)
}

// ParsePath reads the path form, w=800,fm=webp, as it stands in the URL.
func (p Parser) ParsePath(segment string) (Request, error) {
	pairs, err := PathPairs(segment)
	if err != nil {
		return Request{}, err
	}
	return p.Parse(pairs)
}

// QueryPairs splits the query form. A plus sign means a space, as forms have it.
func QueryPairs(query string) ([]Pair, error) {
	return splitPairs(query, "&", url.QueryUnescape)
}

// PathPairs splits the path form. Commas separate; one inside a value is %2C.
func PathPairs(segment string) ([]Pair, error) {
	return splitPairs(segment, ",", url.PathUnescape)
}

func splitPairs(s, separator string, unescape func(string) (string, error)) ([]Pair, error) {
	var pairs []Pair
	for part := range strings.SplitSeq(s, separator) {
		if part == "" {
			continue
		}
		rawName, rawValue, _ := strings.Cut(part, "=")
		name, err := unescape(rawName)
		if err != nil {
			return nil, badParam(rawName, "the name is not percent-encoded properly")
		}
		value, err := unescape(rawValue)
		if err != nil {
			return nil, badParam(name, "the value is not percent-encoded properly")
		}
		pairs = append(pairs, Pair{name, value})
	}
	return pairs, nil
}

// Parse reads pairs in any order. The error, if any, is a *ParamError.
func (p Parser) Parse(pairs []Pair) (Request, error) {
	d := draft{Request: Request{Recipe: Recipe{
		Focal: Focal{X: 0.5, Y: 0.5}, Unsharp: Unsharp{Radius: defaultUnsharpRadius}, Style: Style{DuotoneAlpha: defaultDuotoneAlpha},
		Trim: Trim{Mean: defaultTrimMean, Deviation: defaultTrimDeviation}, Mark: Mark{Layer: Layer{Pad: defaultMarkPad}},
		Text: Text{Size: defaultTextSize, Pad: defaultTextPad},
	}, Report: Report{Colors: usualSwatches, Prefix: usualPrefix}}}
	seen := map[string]bool{}
	for _, pair := range pairs {
		if p.Ignores(pair.Name) {
			continue
		}
		param, value, err := lookUp(pair)
		if err != nil {
			return Request{}, err
		}
		if seen[param.name] && param.name != "auto" {
			return Request{}, badParam(param.name, "it is given twice")
		}
		seen[param.name] = true
		if err := param.parse(&d, value); err != nil {
			return Request{}, badParam(param.name, "%v", err)
		}
	}
	if err := d.Recipe.contradiction(); err != nil {
		return Request{}, err
	}
	if d.neverEnlarge {
		d.Enlarge = false
	}
	if d.still && d.Frame == 0 {
		d.Frame = 1
	}
	if seen["q"] { // which says what compress would choose
		d.AutoCompress = false
	}
	if d.progressive != nil {
		d.Progressive = *d.progressive
	}
	d.Pad, d.Border.Width = d.pad.sides(), d.border.sides()
	if !d.markAligned {
		d.Mark.Align = d.Mark.usualAlign()
	}
	if !d.textAligned {
		d.Text.Align = d.Text.usualAlign()
	}
	d.Recipe = d.Recipe.canonical()
	d.report()
	return d.Request, nil
}

// Ignores tells whether parameters of a name have no meaning here.
func (p Parser) Ignores(name string) bool {
	return name == "ixlib" || slices.ContainsFunc(p.Ignore, func(pattern string) bool {
		prefix, isPrefix := strings.CutSuffix(pattern, "*")
		return name == pattern || isPrefix && strings.HasPrefix(name, prefix)
	})
}

// lookUp finds what a pair means: by name, by alias, or by either with the
// suffix 64, whose value is base64url without padding. A signature is that already.
func lookUp(pair Pair) (*param, string, error) {
	if p, ok := byName[pair.Name]; ok {
		return p, pair.Value, nil
	}
	if base, ok := strings.CutSuffix(pair.Name, "64"); ok {
		if p, ok := byName[base]; ok && base != "s" {
			decoded, err := base64.RawURLEncoding.Strict().DecodeString(pair.Value)
			if err != nil || strings.ContainsAny(pair.Value, "\r\n") { // which the decoder skips
				return nil, "", badParam(pair.Name, "the value is not base64url without padding")
			}
			return p, string(decoded), nil
		}
	}
	return nil, "", unknown(pair.Name)
}

// unknown says which of the ways of being unknown a name has.
func unknown(name string) error {
	base := strings.TrimSuffix(name, "64")
	switch {
	case name == "":
		return badParam(name, "a value stands without a name")
	case blendColor[name] || blendColor[base]:
		return badParam(name, "this parameter is not supported by Lightwell: blend takes a colour")
	case markBase[name] || markBase[base]:
		return badParam(name, "this parameter is not supported by Lightwell: a mark is an image that is kept here, and has no URL that could be shortened")
	case foreign[name] || foreign[base]:
		return badParam(name, "this parameter is not supported by Lightwell")
	}
	if near := nearest(name); near != "" {
		return badParam(name, "there is no such parameter; did you mean %s?", near)
	}
	return badParam(name, "there is no such parameter")
}

// contradiction finds parameters that cannot both be followed.
func (r Recipe) contradiction() error {
	if r.MinWidth > 0 && r.MaxWidth > 0 && r.MinWidth > r.MaxWidth {
		return badParam("min-w", "%d is more than max-w, which is %d", r.MinWidth, r.MaxWidth)
	}
	if r.MinHeight > 0 && r.MaxHeight > 0 && r.MinHeight > r.MaxHeight {
		return badParam("min-h", "%d is more than max-h, which is %d", r.MinHeight, r.MaxHeight)
	}
	return nil
}
