package origin_test

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
)

func TestContentDisposition(t *testing.T) {
	d := openDoor(t)
	for _, tt := range []struct {
		name, params, want string // without filename*=UTF-8''
	}{
		{"photo.png", "", "inline; photo.jpg"}, // the extension is the format's
		{"photo", "", "inline; photo.jpg"},
		{"photo.jpg", "?fm=webp", "inline; photo.webp"},
		{"a.b.c.jpg", "", "inline; a.b.c.jpg"},
		{"Ünï cödé 写真.jpg", "", "inline; %C3%9Cn%C3%AF%20c%C3%B6d%C3%A9%20%E5%86%99%E7%9C%9F.jpg"},
		{"it's (1) *.jpg", "", "inline; it%27s%20%281%29.jpg"},
		{`say "hi".jpg`, "", "inline; say%20hi.jpg"},
		{"/etc/passwd", "", "inline; passwd.jpg"},
		{`C:\Users\me\x.jpg`, "", "inline; x.jpg"},
		{"../../x.jpg", "", "inline; x.jpg"},
		{"a\r\nSet-Cookie: x=1.jpg", "", "inline; aSet-Cookie%20x%3D1.jpg"},
		{"a\x00b\x7fc\u0085d.jpg", "", "inline; abcd.jpg"},
		{"evil\u202egpj.exe", "", "inline; evilgpj.jpg"},
		{"bad\xffutf.jpg", "", "inline; bad%EF%BF%BDutf.jpg"},
		{"100%.jpg", "", "inline; 100%25.jpg"},
		{"a;b=c.jpg", "", "inline; a%3Bb%3Dc.jpg"},
		{strings.Repeat("é", 300), "", "inline; " + strings.Repeat("%C3%A9", 150) + ".jpg"},
		{"", "", "inline; {id}.jpg"},
		{"...", "", "inline; {id}.jpg"},
		{"a/", "", "inline; {id}.jpg"},
		{"photo.jpg", "?dl", "attachment; photo.jpg"},
		{"photo.jpg", "?dl=", "attachment; photo.jpg"},
		{"photo.jpg", "?dl=mine.jpeg", "attachment; mine.jpeg"},
		{"photo.jpg", "?dl=mine&fm=png", "attachment; mine"},
		{"photo.jpg", "?dl=" + url.QueryEscape("日本.jpg"), "attachment; %E6%97%A5%E6%9C%AC.jpg"},
		{"photo.jpg", "?dl=a%0d%0aX-Evil:+1", "attachment; aX-Evil%201"},
		{"photo.jpg", "/dl=a%0d%0aX-Evil:%201", "attachment; aX-Evil%201"},
		{"photo.jpg", "?dl=" + url.QueryEscape(`"; filename="x.exe`), "attachment; %3B%20filename%3Dx.exe"},
		{"photo.jpg", "?dl=../../x.jpg", "attachment; x.jpg"},
		{"photo.jpg", "?dl=..%5cx.jpg", "attachment; x.jpg"},
		{"photo.jpg", "?dl=%ff%fe", "attachment; photo.jpg"},
		{"photo.jpg", "?dl=" + strings.Repeat("x", 1000), "attachment; " + strings.Repeat("x", 150)},
	} {
		a := d.add(library.Asset{Name: tt.name}, photoBody)
		got := d.get("/image/" + a.ID + tt.params)
		kind, name, _ := strings.Cut(strings.ReplaceAll(tt.want, "{id}", a.ID), "; ")
		want := kind + "; filename*=UTF-8''" + name
		if disposition := got.header.Values("Content-Disposition"); got.status != 200 || len(disposition) != 1 || disposition[0] != want {
			t.Errorf("GET of %q with %s = %d, Content-Disposition %q, want %q", tt.name, tt.params, got.status, disposition, want)
		}
		if len(got.header["X-Evil"])+len(got.header["Set-Cookie"]) > 0 {
			t.Errorf("GET of %q with %s has injected headers: %v", tt.name, tt.params, got.header)
		}
	}
}

// Tags go into headers in which spaces and commas separate.
func TestCacheTags(t *testing.T) {
	d := openDoor(t)
	for _, tt := range []struct {
		tags []string
		want []string // after the id
	}{
		{nil, nil},
		{[]string{"red"}, []string{"red"}},
		{[]string{"red", "blue"}, []string{"red", "blue"}},
		{[]string{"two words"}, []string{"two+words"}},
		{[]string{"a,b"}, []string{"a%2Cb"}},
		{[]string{"a\r\nX-Evil: 1"}, []string{"a%0D%0AX-Evil%3A+1"}},
		{[]string{"a\tb\x00"}, []string{"a%09b%00"}},
		{[]string{"日本"}, []string{"%E6%97%A5%E6%9C%AC"}},
		{[]string{"50%"}, []string{"50%25"}},
		{[]string{"a%2Cb"}, []string{"a%252Cb"}}, // and not that of a,b
	} {
		a := d.add(library.Asset{Tags: tt.tags}, photoBody)
		all := append([]string{a.ID}, tt.want...)
		for _, uri := range []string{"/image/" + a.ID, "/image/" + a.ID + "?w=9"} {
			got := d.get(uri).header
			if tag, key := got.Get("Cache-Tag"), got.Get("Surrogate-Key"); tag != strings.Join(all, ",") || key != strings.Join(all, " ") {
				t.Errorf("tags %q: Cache-Tag %q, Surrogate-Key %q, want %q", tt.tags, tag, key, all)
			}
			if got.Get("X-Evil") != "" {
				t.Errorf("tags %q: injected header %q", tt.tags, got.Get("X-Evil"))
			}
		}
	}
}

// Whatever an upload is called, the header is one that RFC 6266 and RFC 8187 know.
func FuzzContentDisposition(f *testing.F) {
	for _, name := range []string{"photo.jpg", "a\r\nb", `../"x"`, "写真", "\xff", "CON", "."} {
		f.Add(name)
	}
	asset := library.Asset{ID: photoID, Source: transform.Source{Format: transform.JPEG}}
	f.Fuzz(func(t *testing.T, name string) {
		for _, dl := range []bool{false, true} {
			got := origin.DispositionOf(asset, name, dl)
			_, value, ok := strings.Cut(got, "; filename*=UTF-8''")
			if !ok || value == "" || strings.Trim(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$&+-.^_`|~%") != "" {
				t.Fatalf("disposition of %q = %q", name, got)
			}
			decoded, err := url.PathUnescape(value)
			if err != nil || !utf8.ValidString(decoded) || strings.ContainsAny(decoded, "/\\\"\r\n\x00") || strings.HasPrefix(decoded, ".") {
				t.Errorf("disposition of %q = %q, that is %q, %v", name, got, decoded, err)
			}
		}
	})
}
