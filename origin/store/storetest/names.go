package storetest

import (
	"errors"
	"io/fs"
	"strings"
	"testing"

	"lightwell/origin/store"
)

func testInvalidNames(t *testing.T, s store.Store) {
	put(t, s, "a/b", "1")
	for _, name := range []string{
		"", "/", "//", "/a", "a/", "a//b",
		".", "..", "../a", "../../etc/passwd", "a/..", "a/../b", "a/../../b", "a/./b", "./a",
		".hidden", "a/.hidden", "..a", "/etc/passwd", "a/b/", "a/b/..",
		"~ab", "~ab/~cd/" + hash(1), "a\\b", "a\\..\\b", "C:", "a b", "a\tb", "a\nb", "a\x00b",
		"é", "a\xffb", "a+b", "a*", "a?b", "a&b", "a:b", "a@b", "a(b", "a\"b", "$a", "a,b",
		strings.Repeat("a", 201), "a/" + strings.Repeat("a", 201),
		strings.Repeat("abcdefgh/", 64)[:513],
	} {
		_, openErr := s.Open(t.Context(), name)
		_, statErr := s.Stat(t.Context(), name)
		for method, err := range map[string]error{
			"CheckName": store.CheckName(name),
			"Put":       s.Put(t.Context(), name, strings.NewReader("x"), 1),
			"Open":      openErr,
			"Stat":      statErr,
			"Delete":    s.Delete(t.Context(), name),
		} {
			if !errors.Is(err, fs.ErrInvalid) {
				t.Errorf("%s(%q) = %v, want fs.ErrInvalid", method, name, err)
			}
		}
	}
	if got := list(t, s, "", ""); len(got) != 1 {
		t.Errorf("List = %q, want the one valid name", got)
	}
}

func testValidNames(t *testing.T, s store.Store) {
	for _, name := range []string{
		"a", "A", "0", "_", "=", "%", "-", "a.b", "a..b", "a.", "-a", "%2E%2E",
		"index/tag/summer%20sale/2026-01-02T03:04:05"[:32],
		"%-._=%-._=%-._=%-._=", "a...................", "ab..................",
		strings.Repeat("a", 19), strings.Repeat("a", 20), strings.Repeat("a", 200),
		strings.Repeat("abcdefg/", 64)[:511] + "x",
		strings.Repeat(strings.Repeat("w", 50)+"/", 10) + "xy",
	} {
		if err := store.CheckName(name); err != nil {
			t.Errorf("CheckName(%q) = %v", name, err)
			continue
		}
		put(t, s, name, name)
		wantBody(t, s, name, name)
		if got := list(t, s, name, ""); len(got) == 0 || got[0] != name {
			t.Errorf("List(%q) = %q, want it first", name, got)
		}
		if err := s.Delete(t.Context(), name); err != nil {
			t.Errorf("Delete(%q) = %v", name, err)
		}
	}
}

func testListInvalidPrefix(t *testing.T, s store.Store) {
	put(t, s, "a/b", "1")
	for _, prefix := range []string{"/", "a//", "../", "..", ".", "a/.", "a/../", "~", "a b", strings.Repeat("a", 201)} {
		if err := firstError(t.Context(), s, prefix); !errors.Is(err, fs.ErrInvalid) {
			t.Errorf("List(%q) = %v, want fs.ErrInvalid", prefix, err)
		}
	}
	for _, prefix := range []string{"", "a", "a/", "a/b", "b/", "%", "a/b/"} {
		if err := firstError(t.Context(), s, prefix); err != nil {
			t.Errorf("List(%q) = %v", prefix, err)
		}
	}
}
