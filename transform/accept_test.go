package transform_test

import (
	"strconv"
	"strings"
	"testing"

	"lightwell/transform"
)

// negotiations are Accept headers with a fallback, and what is to be answered.
var negotiations = []struct {
	name, accept string
	fallback     transform.Format
	want         transform.Format
}{
	// As browsers and tools send it for <img>, or for a page.
	{"Chrome 85 and later", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", transform.JPEG, transform.AVIF},
	{"Chrome 32 to 84", "image/webp,image/apng,image/*,*/*;q=0.8", transform.JPEG, transform.WebP},
	{"Chrome, page", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7", transform.JPEG, transform.AVIF},
	{"Chrome, old page", "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", transform.PNG, transform.WebP},
	{"Firefox 128 and later", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", transform.JPEG, transform.AVIF},
	{"Firefox 128, PNG", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", transform.PNG, transform.AVIF},
	{"Firefox 92 to 127", "image/avif,image/webp,*/*", transform.JPEG, transform.AVIF},
	{"Firefox 65 to 91", "image/webp,*/*", transform.JPEG, transform.WebP},
	{"Firefox before 65", "*/*", transform.JPEG, transform.JPEG},
	{"Firefox, page", "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,image/svg+xml,*/*;q=0.8", transform.JPEG, transform.AVIF},
	{"Safari 16.4 and later", "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", transform.JPEG, transform.AVIF},
	{"Safari 14", "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", transform.JPEG, transform.WebP},
	{"Safari 13", "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", transform.JPEG, transform.JPEG},
	{"Safari, page", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", transform.JPEG, transform.JPEG},
	{"Internet Explorer 11", "image/png, image/svg+xml, image/jxr, image/*;q=0.8, */*;q=0.5", transform.JPEG, transform.JPEG},
	{"Opera 12", "text/html, application/xml;q=0.9, application/xhtml+xml, image/png, image/webp, image/jpeg, image/gif, image/x-xbitmap, */*;q=0.1", transform.JPEG, transform.WebP},
	{"curl", "*/*", transform.PNG, transform.PNG},
	{"nothing", "", transform.JPEG, transform.JPEG},
	{"nothing, AVIF source", "", transform.AVIF, transform.AVIF},
	{"a wildcard, WebP source", "*/*", transform.WebP, transform.WebP},

	// q-values.
	{"AVIF less than WebP", "image/avif;q=0.5,image/webp", transform.JPEG, transform.WebP},
	{"AVIF less, and the fallback least", "image/avif;q=0.8,image/webp;q=0.9,*/*;q=0.1", transform.JPEG, transform.WebP},
	{"equal, AVIF first", "image/webp;q=0.5,image/avif;q=0.5,*/*;q=0.5", transform.JPEG, transform.AVIF},
	{"the fallback more", "image/avif;q=0.5,image/jpeg", transform.JPEG, transform.JPEG},
	{"the fallback more, by a wildcard", "image/avif;q=0.5,image/webp;q=0.6,image/*;q=0.7", transform.JPEG, transform.JPEG},
	{"the fallback more, by any", "image/webp;q=0.6,*/*", transform.JPEG, transform.JPEG},
	{"a type before a wildcard", "image/jpeg;q=0.1,image/webp;q=0.2,image/*", transform.JPEG, transform.WebP},
	{"a range before any", "image/*;q=0.1,image/webp;q=0.2,*/*", transform.JPEG, transform.WebP},
	{"a thousandth", "image/webp;q=0.001", transform.JPEG, transform.WebP},
	{"a thousandth apart", "image/avif;q=0.998,image/webp;q=0.999", transform.JPEG, transform.WebP},
	{"one", "image/avif;q=1,image/jpeg", transform.JPEG, transform.AVIF},
	{"one and zeros", "image/avif;q=1.000,image/jpeg", transform.JPEG, transform.AVIF},
	{"one and a point", "image/avif;q=1.,image/jpeg", transform.JPEG, transform.AVIF},
	{"WebP as the fallback", "image/webp;q=0.9,image/avif;q=0.8", transform.WebP, transform.WebP},
	{"AVIF as the fallback", "image/webp;q=0.9,image/avif;q=0.8", transform.AVIF, transform.WebP},
	{"other parameters", "image/avif;level=1;q=0.5,image/webp;q=0.6", transform.JPEG, transform.WebP},
	{"a parameter after q", "image/avif;q=0.5;ext=1,image/webp;q=0.6", transform.JPEG, transform.WebP},

	// Refused.
	{"AVIF refused", "image/avif;q=0,image/webp", transform.JPEG, transform.WebP},
	{"both refused", "image/avif;q=0,image/webp;q=0,*/*", transform.JPEG, transform.JPEG},
	{"AVIF refused in decimals", "image/avif;q=0.000,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"a point and no more", "image/avif;q=0.,*/*;q=0", transform.JPEG, transform.JPEG},
	{"everything refused", "*/*;q=0", transform.JPEG, transform.JPEG},
	{"the fallback refused", "image/jpeg;q=0,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"the fallback refused by a wildcard", "image/*;q=0,image/avif;q=0.3", transform.PNG, transform.AVIF},
	{"all by name refused", "image/avif;q=0,image/webp;q=0,image/jpeg;q=0", transform.JPEG, transform.JPEG},

	// Wildcards name nothing.
	{"any image", "image/*", transform.JPEG, transform.JPEG},
	{"any image, GIF", "image/*", transform.GIF, transform.GIF},
	{"text", "text/html", transform.JPEG, transform.JPEG},
	{"half a wildcard", "*/avif", transform.JPEG, transform.JPEG},
	{"a star in a name", "image/a*", transform.JPEG, transform.JPEG},

	// Case and white space.
	{"upper case", "IMAGE/AVIF", transform.JPEG, transform.AVIF},
	{"mixed case", "Image/WebP;Q=0.5", transform.JPEG, transform.WebP},
	{"upper case and refused", "IMAGE/AVIF;Q=0", transform.JPEG, transform.JPEG},
	{"white space", "  image/webp ;  q=0.9 ,\timage/avif\t;q=0.8 ", transform.JPEG, transform.WebP},
	{"lines joined", "text/html, image/webp;q=0.5, image/avif;q=0.4, */*;q=0.1", transform.JPEG, transform.WebP},
	{"lines joined, one empty", "image/webp, , */*", transform.JPEG, transform.WebP},
	{"a type twice, the higher counts", "image/webp;q=0.1,image/webp;q=0.9,image/jpeg;q=0.5", transform.JPEG, transform.WebP},

	// Malformed: as if it were not there.
	{"a q above one", "image/avif;q=2,image/webp", transform.JPEG, transform.WebP},
	{"a q just above one", "image/avif;q=1.001,image/webp", transform.JPEG, transform.WebP},
	{"a negative q", "image/avif;q=-1,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"no q", "image/avif;q=,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"a q without equals", "image/avif;q,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"four decimals", "image/avif;q=0.9999,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"a q without a whole", "image/avif;q=.9,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"an exponent", "image/avif;q=1e0,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"a word", "image/avif;q=high,image/webp;q=0.1", transform.JPEG, transform.WebP},
	{"a quoted q", `image/avif;q="1",image/webp;q=0.1`, transform.JPEG, transform.WebP},
	{"no slash", "avif,webp", transform.JPEG, transform.JPEG},
	{"part of a name", "image/avifx,ximage/webp,image/webp2", transform.JPEG, transform.JPEG},
	{"in a parameter", "text/html;alternative=image/avif", transform.JPEG, transform.JPEG},
	{"semicolons for commas", "image/jpeg;image/avif", transform.JPEG, transform.JPEG},
	{"commas only", ",,,,", transform.JPEG, transform.JPEG},
	{"semicolons only", ";;;q=1;", transform.JPEG, transform.JPEG},
	{"a NUL", "image/avif\x00", transform.JPEG, transform.JPEG},
	{"an empty parameter", "image/webp;;q=0.5;", transform.JPEG, transform.WebP},
	{"long", strings.Repeat("text/plain;q=0.1,", 5000) + "image/webp", transform.JPEG, transform.WebP},
}

func TestNegotiate(t *testing.T) {
	for _, tt := range negotiations {
		if got := transform.Negotiate(tt.accept, tt.fallback, transform.AllFormats); got != tt.want {
			t.Errorf("%s: Negotiate(%.200q, %v) = %v, want %v", tt.name, tt.accept, tt.fallback, got, tt.want)
		}
	}
}

// Headers that come to the same are one Accept, whatever else they say; the lines of
// one are as if they were joined.
func TestParseAcceptIsCanonical(t *testing.T) {
	for _, group := range [][][]string{
		{{}, {""}, {"*/*"}, {"text/html"}, {"image/*;q=0.8", "*/*"}, {"image/avif;q=0"}, {"image/avif;q=x"}, {"image/png,image/jpeg"}},
		{
			{"image/avif,image/webp"}, {"image/webp,image/avif"}, {"image/avif,image/webp;q=0.9"}, {"IMAGE/AVIF,image/webp"},
			{"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"}, {"text/html", "image/avif", "image/webp", "*/*;q=0.1"},
		},
		{
			{"image/avif"}, {"image/avif,image/webp;q=0"}, {"IMAGE/AVIF"}, {"image/avif,image/apng,image/svg+xml,image/*,*/*;q=0.8"}, {"text/html", "image/avif", "*/*;q=0.1"},
		},
		{{"image/webp"}, {"image/webp,*/*"}, {"*/*;q=0.5", "image/webp;q=0.5"}, {"image/webp,image/avif;q=0"}},
		{{"image/webp,image/avif;q=0.5"}, {"image/webp;q=0.9,image/avif;q=0.8,*/*;q=0.7"}},
		{{"image/webp;q=0.9,image/jpeg"}, {"image/jpeg,image/webp;q=0.1"}},
	} {
		want := transform.ParseAccept(transform.AllFormats, bytesOf(group[0])...)
		for _, lines := range group {
			if got := transform.ParseAccept(transform.AllFormats, bytesOf(lines)...); got != want {
				t.Errorf("ParseAccept(%q) = %x, want %x as of %q", lines, got, want, group[0])
			}
			if got := transform.ParseAccept(transform.AllFormats, []byte(strings.Join(lines, ","))); got != want {
				t.Errorf("ParseAccept(%q), joined = %x, want %x", lines, got, want)
			}
		}
	}
}

// What browsers and tools send comes to few values, and a thousand made-up headers to
// no more than tell other formats apart.
func TestParseAcceptHasFewValues(t *testing.T) {
	seen := map[transform.Accept]bool{}
	for i := range 1000 {
		for _, accept := range []string{"image/avif", "image/webp", "image/*"} {
			header := accept + ",*/*;q=0." + strconv.Itoa(i) + ",application/x-" + strconv.Itoa(i)
			seen[transform.ParseAccept(transform.AllFormats, []byte(header))] = true
		}
	}
	if len(seen) != 3 {
		t.Errorf("3,000 headers come to %d values, want 3", len(seen))
	}
}

func TestParseAcceptAllocatesNothing(t *testing.T) {
	for _, tt := range negotiations {
		header := []byte(tt.accept)
		if n := testing.AllocsPerRun(10, func() { transform.ParseAccept(transform.AllFormats, header) }); n > 0 {
			t.Errorf("%s: ParseAccept allocates %v times, want never", tt.name, n)
		}
	}
}

func bytesOf(lines []string) (all [][]byte) {
	for _, line := range lines {
		all = append(all, []byte(line))
	}
	return all
}

func BenchmarkParseAccept(b *testing.B) {
	for _, bb := range []struct{ name, header string }{
		{"Chrome", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"},
		{"Safari", "image/webp,image/avif,image/jxl,image/heic,image/heic-sequence,video/*;q=0.8,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5"},
		{"curl", "*/*"},
	} {
		b.Run(bb.name, func(b *testing.B) {
			header := []byte(bb.header)
			b.ReportAllocs()
			for b.Loop() {
				transform.ParseAccept(transform.AllFormats, header)
			}
		})
	}
}
