// Package svg makes an SVG from outside fit to be shown in a page: pictures stay,
// and everything that runs, reaches out or hides goes. It is pure Go, works in one
// pass and keeps nothing but what a list allows.
package svg

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

const (
	maxBytes = 20 << 20 // of the document, unpacked
	maxDepth = 256      // of nested elements
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
	xmlSpace   = "http://www.w3.org/XML/1998/namespace"
)

// Sanitize returns the document with only the elements and attributes of pictures,
// as UTF-8, unpacked if it was gzipped. Scripts, event handlers, animation,
// foreign elements, links and references to anything but the document itself and
// embedded bitmaps are left out. The error is for what is no well-formed SVG.
func Sanitize(data []byte) ([]byte, error) {
	document, err := unpack(data)
	if err != nil {
		return nil, err
	}
	s := &sanitizer{decoder: xml.NewDecoder(bytes.NewReader(document))}
	s.decoder.CharsetReader = charset
	if err := s.run(); err != nil {
		return nil, fmt.Errorf("sanitize an SVG: %w", err)
	}
	return s.out.Bytes(), nil
}

// unpack undoes gzip, within the limit.
func unpack(data []byte) ([]byte, error) {
	var r io.Reader = bytes.NewReader(data)
	if bytes.HasPrefix(data, []byte("\x1f\x8b")) {
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("unpack an SVG: %w", err)
		}
		r = z
	}
	document, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, fmt.Errorf("unpack an SVG: %w", err)
	}
	if len(document) > maxBytes {
		return nil, fmt.Errorf("an SVG of more than %d bytes", maxBytes)
	}
	return document, nil
}

// charset reads the encodings that are subsets of Latin-1. All others but UTF-8
// are refused.
func charset(label string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "us-ascii", "ascii", "iso-8859-1", "latin1":
		text, err := io.ReadAll(r)
		if err != nil {
			return nil, err
		}
		runes := make([]rune, len(text))
		for i, b := range text {
			runes[i] = rune(b)
		}
		return strings.NewReader(string(runes)), nil
	}
	return nil, fmt.Errorf("the encoding %q is not read", label)
}

type sanitizer struct {
	decoder *xml.Decoder
	out     bytes.Buffer
	depth   int
	rooted  bool
}

// run goes through the document once.
func (s *sanitizer) run() error {
	for {
		token, err := s.decoder.Token()
		if errors.Is(err, io.EOF) {
			if !s.rooted {
				return errors.New("there is no svg element")
			}
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.Directive:
			s.decoder.Entity = entities(string(t))
		case xml.StartElement:
			if err := s.start(t); err != nil {
				return err
			}
		case xml.EndElement:
			s.depth--
			fmt.Fprintf(&s.out, "</%s>", t.Name.Local)
		case xml.CharData:
			if s.depth > 0 {
				if err := xml.EscapeText(&s.out, t); err != nil {
					return err
				}
			}
		}
		// Comments and processing instructions are left out.
	}
}

// start writes an element that is allowed, and passes over one that is not with
// all that is in it.
func (s *sanitizer) start(t xml.StartElement) error {
	if !elements[t.Name.Local] || t.Name.Space != svgSpace && t.Name.Space != "" {
		if s.depth == 0 {
			return fmt.Errorf("the root is %q, not svg", t.Name.Local)
		}
		return s.decoder.Skip()
	}
	if s.depth == 0 && (s.rooted || t.Name.Local != "svg") {
		return errors.New("the root is not one svg element")
	}
	if s.depth++; s.depth > maxDepth {
		return fmt.Errorf("elements are nested more than %d deep", maxDepth)
	}
	s.out.WriteString("<" + t.Name.Local)
	if !s.rooted {
		fmt.Fprintf(&s.out, ` xmlns="%s" xmlns:xlink="%s"`, svgSpace, xlinkSpace)
		s.rooted = true
	}
	for _, a := range t.Attr {
		if name, ok := attribute(t.Name.Local, a); ok {
			s.out.WriteString(" " + name + `="`)
			if err := xml.EscapeText(&s.out, []byte(a.Value)); err != nil {
				return err
			}
			s.out.WriteString(`"`)
		}
	}
	s.out.WriteString(">")
	if t.Name.Local == "style" {
		return s.style()
	}
	return nil
}

// style writes a style sheet, if all of it is harmless: what is parted by comments,
// CDATA sections or elements is one text to whoever shows it.
func (s *sanitizer) style() error {
	var text strings.Builder
	for {
		token, err := s.decoder.Token()
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.CharData:
			text.Write(t)
		case xml.StartElement:
			if err := s.decoder.Skip(); err != nil {
				return err
			}
		case xml.EndElement:
			s.depth--
			if harmlessCSS(text.String()) {
				if err := xml.EscapeText(&s.out, []byte(text.String())); err != nil {
					return err
				}
			}
			s.out.WriteString("</style>")
			return nil
		}
	}
}

// attribute is the name under which an attribute is kept, if it is.
func attribute(element string, a xml.Attr) (name string, ok bool) {
	local := a.Name.Local
	switch a.Name.Space {
	case "":
		if local == "href" {
			return "href", harmlessReference(element, a.Value)
		}
		return local, attributes[local] && harmlessCSS(a.Value)
	case xlinkSpace:
		return "xlink:href", local == "href" && harmlessReference(element, a.Value)
	case xmlSpace:
		return "xml:" + local, local == "space" || local == "lang"
	}
	return "", false
}

// harmlessReference allows parts of the same document, and for images also
// bitmaps that are written out in it.
func harmlessReference(element, value string) bool {
	value = strings.TrimSpace(value)
	if strings.HasPrefix(value, "#") {
		return true
	}
	if element != "image" && element != "feImage" {
		return false
	}
	for _, kind := range []string{"png", "jpeg", "jpg", "gif", "webp", "avif"} {
		if strings.HasPrefix(strings.ToLower(value), "data:image/"+kind+";base64,") {
			return true
		}
	}
	return false
}

// cssComment parts what must be looked at in one piece.
var cssComment = regexp.MustCompile(`(?s)/\*.*?(\*/|$)`)

// harmlessCSS refuses a value or a style sheet that could load anything: every
// url() must be a part of the same document, and escapes, which could spell it
// another way, are none of a picture's business.
func harmlessCSS(text string) bool {
	lower := strings.ToLower(cssComment.ReplaceAllString(text, ""))
	for _, bad := range []string{"\\", "@import", "javascript:", "expression(", "image-set(", "image(", "src("} {
		if strings.Contains(lower, bad) {
			return false
		}
	}
	for {
		at := strings.Index(lower, "url(")
		if at < 0 {
			return true
		}
		lower = strings.TrimLeft(lower[at+4:], " \t\r\n\"'")
		if !strings.HasPrefix(lower, "#") {
			return false
		}
	}
}

// entities reads the declarations of a doctype's internal subset that are plain
// texts, as drawing programs use them for namespaces. Those that refer to others,
// to files or to parameters are none, so that nothing expands.
func entities(directive string) map[string]string {
	const most, longest = 64, 256
	found := map[string]string{}
	for len(found) < most {
		_, rest, ok := strings.Cut(directive, "<!ENTITY")
		if !ok {
			return found
		}
		directive = rest
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			continue
		}
		name := fields[0]
		value := strings.TrimLeft(rest[strings.Index(rest, name)+len(name):], " \t\r\n")
		if value == "" || value[0] != '"' && value[0] != '\'' {
			continue
		}
		text, _, closed := strings.Cut(value[1:], value[:1])
		if closed && len(text) <= longest && !strings.ContainsAny(text, "&%<") {
			found[name] = text
		}
	}
	return found
}
