package link_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"lightwell/link"
)

func TestURL(t *testing.T) {
	until := time.Unix(1735689600, 999)
	for _, tt := range []struct {
		what    string
		builder link.Builder
		params  []link.Pair
		want    string
	}{
		{"nothing", link.Builder{}, nil, image},
		{"a base", link.Builder{Base: "https://img.example.com/a/"}, pairs("w", "5"), "https://img.example.com/a" + image + "?w=5"},
		{"order", link.Builder{}, pairs("w", "5", "fm", "webp"), image + "?w=5&fm=webp"},
		{"encoding", link.Builder{}, pairs("dl", "a,b +%é", "v", ""), image + "?dl=a%2Cb%20%2B%25%C3%A9&v="},
		{"the path", link.Builder{Path: true}, pairs("rect", "1,2,3,4", "dl", "a/b"), image + "/rect=1%2C2%2C3%2C4,dl=a%2Fb"},
		{"the path of an original", link.Builder{Path: true}, nil, image},
		{"a time", link.Builder{Expires: until}, pairs("w", "5"), image + "?w=5&expires=1735689600"},
		{"a signature", link.Builder{Key: key}, pairs("w", "800"), image + "?w=800&s=_jK9Oz5LFuuOq9W79dGlNgRn3BP5vUQhpwdVjorprIU"},
		{"a signature in the path", link.Builder{Key: key, Path: true}, pairs("w", "800"), image + "/w=800,s=_jK9Oz5LFuuOq9W79dGlNgRn3BP5vUQhpwdVjorprIU"},
		{"an original's signature in the path", link.Builder{Key: key, Path: true}, nil, image + "/s=N4hKq8lDvpD-W6-6IqVoNoRLaHJHraa9AQR62S-IGlw"},
		{"a signature until a time", link.Builder{Key: key, Expires: until}, pairs("w", "800"), image + "?w=800&expires=1735689600&s=ZsLvaXJ9Gzv9iiXh63oOtka9UEsE9W3CmWSXv285kuo"},
		{"a signature that was there", link.Builder{Key: key}, pairs("s", "x", "w", "800"), image + "?w=800&s=_jK9Oz5LFuuOq9W79dGlNgRn3BP5vUQhpwdVjorprIU"},
	} {
		if got := tt.builder.URL(id, tt.params...); got != tt.want {
			t.Errorf("%s: URL(%q) = %s, want %s", tt.what, tt.params, got, tt.want)
		}
	}
	info := link.Builder{Base: "http://h", Key: key, Path: true}.Info(id)
	if want := "http://h/info/" + id + "?s=rqMwRMkKoo8TDMsLWhXOkQzhN6zKByYhHzGDlmRZLhs"; info != want {
		t.Errorf("Info = %s, want %s", info, want)
	}
}

// FuzzURL reads a URL again: what was meant is there, and its signature is right.
func FuzzURL(f *testing.F) {
	f.Add("dl", "a b", "v", "é,+%&=/?#", false)
	f.Add("auto", "format", "auto", "compress", true)
	f.Add("", "\x00\xff", "s", "x", true)
	f.Fuzz(func(t *testing.T, n1, v1, n2, v2 string, inPath bool) {
		sent := pairs(n1, v1, n2, v2)
		text := link.Builder{Key: key, Path: inPath}.URL(id, sent...)
		text = strings.TrimPrefix(strings.TrimPrefix(text, image+"?"), image+"/")
		separator := "&"
		if inPath {
			separator = ","
		}
		var read []link.Pair
		for part := range strings.SplitSeq(text, separator) {
			name, value, _ := strings.Cut(part, "=")
			n, err1 := url.PathUnescape(name)
			v, err2 := url.QueryUnescape(value)
			if err1 != nil || err2 != nil {
				t.Fatalf("URL(%q) has %q: %v, %v", sent, part, err1, err2)
			}
			read = append(read, link.Pair{Name: n, Value: v})
		}
		if !link.Verify([]string{key}, image, read) {
			t.Fatalf("URL(%q) is %s, and its signature is not right", sent, text)
		}
		at := 0
		for _, p := range sent {
			if p.Name == "s" {
				continue
			}
			if read[at] != p {
				t.Fatalf("URL(%q) has %q", sent, read[at])
			}
			at++
		}
	})
}

func TestWidths(t *testing.T) {
	for _, tt := range []struct {
		least, most int
		tolerance   float64
		want        string
	}{
		{100, 400, 0.08, "[100 116 134 156 182 210 244 282 328 380 400]"},
		{100, 101, 0.08, "[100 101]"},
		{100, 100, 0.08, "[100]"},
		{100, 50, 0.08, "[50]"},
		{100, 1000, 0.5, "[100 200 400 800 1000]"},
		{10, 16, 0, "[10 12 14 16]"},
		{0, 5, 1, "[2 5]"},
	} {
		if got := fmt.Sprint(link.Widths(tt.least, tt.most, tt.tolerance)); got != tt.want {
			t.Errorf("Widths(%d, %d, %v) = %s, want %s", tt.least, tt.most, tt.tolerance, got, tt.want)
		}
	}
}

func TestSrcset(t *testing.T) {
	some := []int{320, 640}
	for _, tt := range []struct {
		what    string
		builder link.Builder
		width   int
		params  []link.Pair
		want    string
	}{
		{"few widths", link.Builder{Widths: some}, 3000, pairs("auto", "format"), image + "?auto=format&w=320 320w, " + image + "?auto=format&w=640 640w"},
		{"a narrow picture", link.Builder{Widths: some}, 500, nil, image + "?w=320 320w, " + image + "?w=500 500w"},
		{"a picture of one pixel", link.Builder{}, 1, nil, image + "?w=2 1w"},
		{"a picture as wide", link.Builder{Widths: some}, 320, nil, image + "?w=320 320w"},
		{"the path", link.Builder{Widths: some[:1], Path: true}, 0, pairs("fit", "crop"), image + "/fit=crop,w=320 320w"},
		{"a ladder", link.Builder{}, 120, nil, image + "?w=100 100w, " + image + "?w=116 116w, " + image + "?w=120 120w"},
		{"a fixed width", link.Builder{Widths: some}, 500, pairs("w", "50"), image + "?w=50&dpr=1 1x, " + image + "?w=50&dpr=2 2x, " + image + "?w=50&dpr=3 3x"},
		{"a fixed height", link.Builder{}, 0, pairs("dpr", "5", "height", "50"), image + "?height=50&dpr=1 1x, " + image + "?height=50&dpr=2 2x, " + image + "?height=50&dpr=3 3x"},
		{"signatures", link.Builder{Widths: []int{800}, Key: key}, 0, nil, image + "?w=800&s=_jK9Oz5LFuuOq9W79dGlNgRn3BP5vUQhpwdVjorprIU 800w"},
	} {
		if got := tt.builder.Srcset(id, tt.width, tt.params...); got != tt.want {
			t.Errorf("%s: Srcset = %s, want %s", tt.what, got, tt.want)
		}
	}
	if all := strings.Split(link.Builder{}.Srcset(id, 0), ", "); len(all) > 32 || !strings.HasSuffix(all[len(all)-1], "w=8192 8192w") {
		t.Errorf("Srcset of an unknown width has %d entries up to %s, want at most 32 up to 8192", len(all), all[len(all)-1])
	}
}

func TestHTML(t *testing.T) {
	b := link.Builder{Widths: []int{320, 1280}}
	got := b.HTML(id, link.Picture{Width: 2000, Height: 1000, Alt: `"Sun" & <sea>`, Sizes: "50vw"}, pairs("fit", "crop", "auto", "format")...)
	at := image + "?fit=crop&amp;"
	want := `<picture>
  <source type="image/avif" srcset="` + at + `fm=avif&amp;w=320 320w, ` + at + `fm=avif&amp;w=1280 1280w" sizes="50vw">
  <source type="image/webp" srcset="` + at + `fm=webp&amp;w=320 320w, ` + at + `fm=webp&amp;w=1280 1280w" sizes="50vw">
  <img src="` + at + `auto=format&amp;w=320" srcset="` + at + `auto=format&amp;w=320 320w, ` + at + `auto=format&amp;w=1280 1280w" sizes="50vw" width="2000" height="1000" alt="&#34;Sun&#34; &amp; &lt;sea&gt;" loading="lazy" decoding="async">
</picture>
`
	if got != want {
		t.Errorf("HTML = %s, want %s", got, want)
	}
	fixed := b.HTML(id, link.Picture{Eager: true}, pairs("w", "50", "fm", "png")...)
	for _, has := range []string{`w=50&amp;fm=avif&amp;dpr=2 2x`, `<img src="` + image + `?w=50&amp;fm=png" srcset="`, ` alt="" decoding="async">`} {
		if !strings.Contains(fixed, has) {
			t.Errorf("HTML of a fixed size = %s, want in it %s", fixed, has)
		}
	}
	if strings.Contains(fixed, "sizes=") || strings.Contains(fixed, "loading=") || strings.Contains(fixed, " height=") {
		t.Errorf("HTML of a fixed size = %s, want no sizes, loading and height", fixed)
	}
}

// A picture of one pixel is asked for as one of two, the least that there is, everywhere.
func TestPictureOfOnePixel(t *testing.T) {
	if html := (link.Builder{}).HTML(id, link.Picture{Width: 1, Height: 1}); strings.Contains(html, "w=1 ") || strings.Contains(html, `w=1"`) || !strings.Contains(html, "w=2 1w") {
		t.Errorf("HTML of one pixel asks for w=1, which is refused:\n%s", html)
	}
}
