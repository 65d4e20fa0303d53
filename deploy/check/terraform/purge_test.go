package terraform

import (
	"bytes"
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"text/template"
)

// batch is what CloudFront takes (CreateInvalidation, API of 2020-05-31).
type batch struct {
	XMLName   xml.Name `xml:"http://cloudfront.amazonaws.com/doc/2020-05-31/ InvalidationBatch"`
	Quantity  int      `xml:"Paths>Quantity"`
	Paths     []string `xml:"Paths>Items>Path"`
	Reference string   `xml:"CallerReference"`
}

// filledIn is the body of a purge for some paths, read as CloudFront reads it.
func filledIn(t *testing.T, body string, names []string) (b batch) {
	t.Helper()
	escape := func(s string) (string, error) {
		var b strings.Builder
		err := xml.EscapeText(&b, []byte(s))
		return b.String(), err
	}
	filler, err := template.New("body").Funcs(template.FuncMap{"xml": escape}).Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := filler.Execute(&text, map[string]any{"Names": names, "Reference": "r1"}); err != nil {
		t.Fatal(err)
	}
	if err := xml.Unmarshal(text.Bytes(), &b); err != nil {
		t.Fatalf("%v: %s", err, text.String())
	}
	return b
}

// What CloudFront is sent of a purge has as many paths as it says, and no more than CloudFront takes at a time.
func TestPurgesAreInvalidations(t *testing.T) {
	p, err := parse(t).Plan(fleets["all"])
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := settings(t, tasks(t, p)["worker"].containers[0])
	if err != nil {
		t.Fatal(err)
	}
	if cfg.CDNPurgeBy != "path" || cfg.CDNPurgeMethod != "POST" || cfg.CDNPurgeMost > 15 || cfg.CDNPurgeMost%2 != 0 {
		t.Errorf("purges are by %s with %s, %d at a time, want path, POST, and pairs of at most 15", cfg.CDNPurgeBy, cfg.CDNPurgeMethod, cfg.CDNPurgeMost)
	}
	names := []string{"/image/a*", "/info/a*", "/image/b&*"}
	if b := filledIn(t, string(cfg.CDNPurgeBody), names); b.Quantity != len(names) || !slices.Equal(b.Paths, names) || b.Reference != "r1" {
		t.Errorf("a purge of %q is %+v", names, b)
	}
	id := only(t, p, "aws_cloudfront_distribution").GetAttr("id").AsString()
	if want := "https://cloudfront.amazonaws.com/2020-05-31/distribution/" + id + "/invalidation"; string(cfg.CDNPurgeURL[0]) != want {
		t.Errorf("purges go to %s, want %s", cfg.CDNPurgeURL[0], want)
	}
}
