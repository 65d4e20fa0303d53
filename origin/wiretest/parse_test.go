package wiretest

import (
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	f, err := parse("x.txt", strings.Join([]string{
		"# of one", "", "== a name", "> GET /a?b HTTP/1.0", "> Range: bytes=0-1", "+ body", "< 100 206", "< A: b", "< B ~ c+", "< !D",
		"body 2", "json e f", "= g H", "closes", "@ other", "== another", "> GET /c", "< 200",
	}, "\n"))
	if err != nil || len(f.Cases) != 2 {
		t.Fatalf("parse = %+v, %v, want two cases", f, err)
	}
	one, other := f.Cases[0], f.Cases[1]
	if one.Name != "a name" || one.Door != "open" || one.Line != 3 || one.head != "GET /a?b HTTP/1.0\r\nRange: bytes=0-1\r\n" ||
		one.body != "body" || one.status != "100 206" || !one.closes || len(one.wants) != 5 || one.saves[0] != [2]string{"g", "H"} {
		t.Errorf("parse = %+v", one)
	}
	if want := (want{of: "header", name: "B", value: "c+", pattern: true}); one.wants[1] != want {
		t.Errorf("parse of a pattern = %+v, want %+v", one.wants[1], want)
	}
	if other.Door != "other" || other.head != "GET /c HTTP/1.1\r\nHost: images.test\r\n" || other.closes {
		t.Errorf("parse = %+v", other)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, text := range []string{
		"< 200",                            // before any case
		"== a",                             // without a request
		"== a\n> GET /",                    // without a status
		"== a\n> GET /\n< 200\n? x",        // another kind
		"== a\n> GET /\n< 200\n< Vary",     // neither value nor pattern
		"== a\n> GET /\n< 200\n= name",     // nothing to save
		"== a\n> GET /\n< 200\nVary: none", // no mark
	} {
		if f, err := parse("x.txt", text); err == nil {
			t.Errorf("parse(%q) = %+v, want an error", text, f)
		}
	}
}

func TestFillAndRaw(t *testing.T) {
	vars := map[string]string{"id": "5", "a-b": `"c"`}
	for text, want := range map[string]string{
		"/{id}/{a-b}": `/5/"c"`, "{x 3}-{y 0}": "xxx-", "[0-9]{24} {none} {}": "[0-9]{24} {none} {}",
	} {
		if got := fill(text, vars); got != want {
			t.Errorf("fill(%q) = %q, want %q", text, got, want)
		}
	}
	if got, want := raw(`a\r\n\t\x00\xff\q\\`), "a\r\n\t\x00\xff\\q\\\\"; got != want {
		t.Errorf("raw = %q, want %q", got, want)
	}
}
