package origin

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
)

func TestMatches(t *testing.T) {
	const tag = `"abc"`
	for _, tt := range []struct {
		header string
		want   bool
	}{
		{`"abc"`, true},
		{`W/"abc"`, true},
		{`"x", "abc"`, true},
		{`"x","abc"`, true},
		{`"x" , W/"y",` + "\t" + `W/"abc", "z"`, true},
		{`, ,"abc",`, true},
		{`"a,b", "abc"`, true},
		{`*`, true},
		{` * `, true},
		{``, false},
		{`,`, false},
		{`abc`, false},
		{`"ABC"`, false},
		{`"abcd"`, false},
		{`"x, abc"`, false},
		{`"x", abc`, false},
		{`"abc`, false},
		{`abc"`, false},
		{`w/"abc"`, false},
		{`W/ "abc"`, false},
		{`W/abc`, false},
		{`W/W/"abc"`, false},
		{`'abc'`, false},
		{`"x" "abc"`, false},   // no comma between: malformed
		{`"x"y, "abc"`, false}, // the same
		{`"x", *`, false},      // an asterisk stands alone
		{`*, "abc"`, false},
		{`**`, false},
	} {
		if got := matches(tt.header, tag); got != tt.want {
			t.Errorf("matches(%q, %s) = %v, want %v", tt.header, tag, got, tt.want)
		}
	}
}

// listOfTags is RFC 9110's #entity-tag, empty elements included.
var listOfTags = regexp.MustCompile(`^[ \t,]*((W/)?"[^"]*"[ \t]*(,[ \t,]*|$))*$`)

func FuzzMatches(f *testing.F) {
	for _, header := range []string{`"abc"`, `W/"abc", "x"`, `*`, `"a,b"`, `"x" "abc"`, `,`, `"`} {
		f.Add(header, "abc")
	}
	f.Fuzz(func(t *testing.T, header, opaque string) {
		if strings.ContainsAny(opaque, `"`) {
			t.Skip("no entity tag")
		}
		tag := etag(opaque)
		got := matches(header, tag)
		asterisk := strings.Trim(header, " \t") == "*"
		if got && !asterisk && !strings.Contains(header, tag) {
			t.Errorf("matches(%q, %s) = true, want false", header, tag)
		}
		if asterisk && !got {
			t.Errorf("matches(%q, %s) = false, want true", header, tag)
		}
		if !listOfTags.MatchString(header) {
			return
		}
		for _, list := range []string{header + "," + tag, tag + "," + header, "W/" + tag + " ," + header} {
			if !matches(list, tag) {
				t.Errorf("matches(%q, %s) = false, want true", list, tag)
			}
		}
	})
}

func TestParseRange(t *testing.T) {
	const huge = "99999999999999999999999999"
	whole, unsatisfiable := "whole", "unsatisfiable"
	for _, tt := range []struct {
		header, want string // want: start+length
	}{
		{"", whole},
		{"bytes=0-0", "0+1"},
		{"bytes=0-99", "0+100"},
		{"bytes=10-19", "10+10"},
		{"bytes=99-99", "99+1"},
		{"bytes=90-200", "90+10"},
		{"bytes=90-" + huge, "90+10"},
		{"bytes=90-", "90+10"},
		{"bytes=0-", "0+100"},
		{"bytes=-1", "99+1"},
		{"bytes=-100", "0+100"},
		{"bytes=-101", "0+100"},
		{"bytes=-" + huge, "0+100"},
		{"bytes=007-009", "7+3"},
		{"Bytes=0-9", "0+10"}, // range units are case-insensitive (RFC 9110, section 14.1)
		{"bytes= 5-6 ", "5+2"},
		{"bytes=100-", unsatisfiable},
		{"bytes=100-200", unsatisfiable},
		{"bytes=" + huge + "-", unsatisfiable},
		{"bytes=-0", unsatisfiable},
		{"bytes=", whole},
		{"bytes=-", whole},
		{"bytes=5", whole},
		{"bytes=9-5", whole},
		{"bytes=200-100", whole},
		{"bytes=a-b", whole},
		{"bytes=1-b", whole},
		{"bytes=+1-2", whole},
		{"bytes=1-+2", whole},
		{"bytes=--1", whole},
		{"bytes=-1-2", whole},
		{"bytes=1_0-2_0", whole},
		{"bytes=0x1-0x2", whole},
		{"bytes=1.0-2", whole},
		{"bytes 0-5", whole},
		{"bytes:0-5", whole},
		{"0-5", whole},
		{"pixels=0-5", whole},
		{"bytes=0-1,5-6", whole},
		{"bytes=0-1,", whole},
	} {
		r, ok := parseRange(tt.header, 100)
		got := fmt.Sprintf("%d+%d", r.start, r.length)
		switch {
		case !ok:
			got = whole
		case r.length == 0:
			got = unsatisfiable
		}
		if got != tt.want {
			t.Errorf("parseRange(%q, 100) = %s, want %s", tt.header, got, tt.want)
		}
	}
}

func FuzzParseRange(f *testing.F) {
	for _, header := range []string{"bytes=0-1", "bytes=5-", "bytes=-5", "bytes=0-1,2-3", "bytes=99999999999999999999-", "x=1-2"} {
		f.Add(header, int64(100))
	}
	f.Add("bytes=-1", int64(1<<60))
	f.Add("bytes=0-", int64(0))
	f.Fuzz(func(t *testing.T, header string, size int64) {
		if size < 0 || size > 1<<60 {
			t.Skip("no size that a body has")
		}
		r, ok := parseRange(header, size)
		if !ok && r != (byteRange{}) {
			t.Errorf("parseRange(%q, %d) = %v, false, want nothing", header, size, r)
		}
		if r.start < 0 || r.length < 0 || r.start > size || r.length > size-r.start {
			t.Errorf("parseRange(%q, %d) = %v, want a part of that", header, size, r)
		}
		if ok && !strings.HasPrefix(strings.ToLower(header), "bytes=") {
			t.Errorf("parseRange(%q, %d) = %v, want the whole", header, size, r)
		}
		if r.length > 0 { // the canonical spelling means the same
			canonical := fmt.Sprintf("bytes=%d-%d", r.start, r.start+r.length-1)
			if again, ok := parseRange(canonical, size); again != r || !ok {
				t.Errorf("parseRange(%q, %d) = %v, %v, want %v as of %q", canonical, size, again, ok, r, header)
			}
		}
	})
}
