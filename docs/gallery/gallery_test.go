package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"lightwell/transform"
	"lightwell/transform/pool/pooltest"
)

// binary is lightwell itself, as built for these tests.
var binary string

func TestMain(m *testing.M) { pooltest.Main(m, &binary) }

// Every parameter has examples that say what it does, in one of the groups of the page, and no example
// has a mistake but those that are to show one.
func TestEveryParameterHasExamples(t *testing.T) {
	ids := map[string]string{}
	for i, name := range []string{canyon, lady, logo, moving, wide, inks, cutOut, scan, phone, document, framed, twice, floating, badge} {
		ids[name] = "0123456789abcdefghjkmnpqr" + string("0123456789abcdefghjk"[i])
	}
	names := map[string]bool{}
	for _, doc := range transform.ParamDocs() {
		names[doc.Name] = true
		if !slices.Contains(groups, doc.Group) {
			t.Errorf("%s is in the group %s, which the page has not", doc.Name, doc.Group)
		}
		right := 0
		for _, e := range examples[doc.Name] {
			if e.parses(t, ids) {
				right++
			}
			if !e.has(t, doc, ids) {
				t.Errorf("%s has the example %s, which is without it", doc.Name, e.query)
			}
		}
		if right == 0 {
			t.Errorf("%s has no example", doc.Name)
		}
	}
	for name := range examples {
		if !names[name] {
			t.Errorf("there are examples of %s, which is no parameter", name)
		}
	}
}

// answered are mistakes that no parser sees: what they name is not there, or they come too late.
var answered = []string{"w=240&mark=lgoo", "preset=crad", "page=4&w=200", "w=20&pad=10", "w=240&expires=1000000000", "w=240&s=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI"}

// parses tells whether an example is to be answered with what it asks for.
func (e example) parses(t *testing.T, ids map[string]string) bool {
	t.Helper()
	_, err := transform.Parser{}.ParseQuery(filled(e.query, ids))
	if want := e.wrong && !slices.Contains(answered, e.query); want != (err != nil) {
		t.Errorf("ParseQuery(%s) = %v, want an error: %v", e.query, err, want)
	}
	if ids[e.source()] == "" {
		t.Errorf("%s is of %s, which is not there", e.query, e.source())
	}
	return !e.wrong
}

// has tells whether an example has a parameter, by any of its names. A signature is made.
func (e example) has(t *testing.T, doc transform.ParamDoc, ids map[string]string) bool {
	t.Helper()
	pairs, err := e.pairs(ids)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		if p.Name == doc.Name || p.Name == doc.Name+"64" || slices.Contains(doc.Aliases, p.Name) {
			return true
		}
	}
	return doc.Name == "s" && e.signed
}

// The program makes the page with all of it: it ends with an error where an answer is not what was asked
// for. Whatever the page refers to is there.
func TestGallery(t *testing.T) {
	dir := t.TempDir()
	if err := run(t.Context(), options{lightwell: binary, testdata: "../../testdata", out: dir}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(dir, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	shown := 0
	for _, m := range regexp.MustCompile(`(?:src|href)="([^"#]+)"`).FindAllSubmatch(page, -1) {
		shown++
		if info, err := os.Stat(filepath.Join(dir, string(m[1]))); err != nil || info.Size() == 0 {
			t.Errorf("the page refers to %s: %v", m[1], err)
		}
	}
	wanted := 0
	for _, list := range known(transform.ParamDocs()) {
		for _, e := range list {
			if !e.wrong {
				wanted++
			}
		}
	}
	if shown < wanted {
		t.Errorf("the page has %d files, of %d examples", shown, wanted)
	}
	for _, id := range regexp.MustCompile(` id="([^"]+)"`).FindAllSubmatch(page, -1) {
		if n := regexp.MustCompile(` id="`+regexp.QuoteMeta(string(id[1]))+`"`).FindAll(page, -1); len(n) != 1 {
			t.Errorf("the page has %d of the id %s", len(n), id[1])
		}
	}
}
