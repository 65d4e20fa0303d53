package origin

import (
	"path"
	"strings"
	"unicode"

	"lightwell/origin/library"
	"lightwell/transform"
)

// disposition is the Content-Disposition of an image (RFC 6266), with the name
// in UTF-8 as RFC 8187 spells it.
func disposition(a library.Asset, req transform.Request, f transform.Format) string {
	kind, name := "inline", stem(a.Name)
	if req.Download {
		kind = "attachment"
		if asked := cleanName(req.DownloadName); asked != "" {
			return kind + "; filename*=UTF-8''" + extValue(asked)
		}
	}
	if name == "" {
		name = a.ID
	}
	return kind + "; filename*=UTF-8''" + extValue(name+"."+f.Ext())
}

// stem is a file's name without folders and extension.
func stem(name string) string {
	name = cleanName(name)
	return strings.TrimRight(strings.TrimSuffix(name, path.Ext(name)), " .")
}

// cleanName keeps the last component of a name, without control characters and
// what Windows refuses, at most 150 runes long.
func cleanName(name string) string {
	name = strings.ToValidUTF8(name, "")
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	if runes := []rune(name); len(runes) > 150 {
		name = string(runes[:150])
	}
	return strings.Trim(name, " .")
}

// extValue percent-encodes all but RFC 8187's attr-char.
func extValue(s string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for _, c := range []byte(s) {
		if '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || strings.IndexByte("!#$&+-.^_`|~", c) >= 0 {
			b.WriteByte(c)
		} else {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	return b.String()
}
