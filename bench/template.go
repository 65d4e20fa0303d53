package bench

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lightwell/transform"
)

// Template is the URL of a peer's renditions, with these in braces:
//
//	{file}       the original's name, as in a folder of photographs
//	{id}         the original's id at the Lightwell that is measured
//	{w} {h}      the rendition's size, in pixels
//	{fm} {q}     its format, as in jpg, and its quality
//	{type}       its format as media types have it, as in jpeg
//	{nonce}      a text that was in no URL before, wherever a rendition has to be made
//	{rendition}  the name of the file that Lightwell's own rendition is shared as
//
// They are called variables, as in RFC 6570. Values are escaped as parts of a path. A Template without {w} is one of a server that makes no
// renditions.
type Template struct{ text string }

var (
	variable  = regexp.MustCompile(`\{([^{}]*)\}`)
	variables = []string{"file", "id", "w", "h", "fm", "type", "q", "nonce", "rendition"}
)

// ParseTemplate reads a Template.
func ParseTemplate(text string) (Template, error) {
	u, err := url.Parse(variable.ReplaceAllString(text, "x"))
	switch {
	case err != nil:
		return Template{}, fmt.Errorf("%q is no URL: %w", text, err)
	case u.Scheme != "http" && u.Scheme != "https" || u.Host == "":
		return Template{}, fmt.Errorf("%q does not begin with http:// or https:// and a host", text)
	}
	for _, m := range variable.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(variables, m[1]) {
			return Template{}, fmt.Errorf("{%s} stands for nothing: there are {%s}", m[1], strings.Join(variables, "} {"))
		}
	}
	if rest := variable.ReplaceAllString(text, ""); strings.ContainsAny(rest, "{}") {
		return Template{}, fmt.Errorf("%q has a brace without its other", text)
	}
	if strings.Contains(u.Host, "x") && variable.MatchString(hostOf(text)) {
		return Template{}, fmt.Errorf("%q: the host is the same for all", text)
	}
	return Template{text}, nil
}

// hostOf is what lies between the scheme and the path.
func hostOf(text string) string {
	_, rest, _ := strings.Cut(text, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}

func (t Template) String() string { return t.text }

func (t Template) has(name string) bool { return strings.Contains(t.text, "{"+name+"}") }

// makes tells whether there is a server behind it that makes renditions.
func (t Template) makes() bool { return t.has("w") }

// fill is the URL of a rendition.
func (t Template) fill(a ask) string {
	return variable.ReplaceAllStringFunc(t.text, func(name string) string {
		switch name[1 : len(name)-1] {
		case "file":
			return url.PathEscape(a.photo.Name)
		case "id":
			return a.photo.id
		case "w":
			return strconv.Itoa(a.width)
		case "type":
			return strings.TrimPrefix(a.format.ContentType(), "image/")
		case "h":
			return strconv.Itoa(a.height())
		case "fm":
			return fm(a.format)
		case "q":
			return strconv.Itoa(a.quality)
		case "nonce":
			return a.nonce
		default:
			return url.PathEscape(a.fileName())
		}
	})
}

// fm is a format as URLs have it.
func fm(f transform.Format) string { return f.Ext() }
