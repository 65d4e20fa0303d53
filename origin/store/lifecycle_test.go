package store

import (
	"slices"
	"strings"
	"testing"
)

// bucketRules is what a bucket may have: one rule of somebody else's, with things in it that Lightwell has no
// idea of, and some of its own.
func bucketRules(t *testing.T, own ...string) []foundRule {
	t.Helper()
	rules, err := parseRules([]byte(`<?xml version="1.0" encoding="UTF-8"?>
<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Rule>` + foreign + `</Rule>
` + strings.Join(own, "\n") + `</LifecycleConfiguration>`))
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

const foreign = `<ID>theirs</ID><Filter><And><Prefix>logs/</Prefix><Tag><Key>a</Key><Value>b &amp; c</Value></Tag></And></Filter>` +
	`<Status>Enabled</Status><Transition><Days>0</Days><StorageClass>GLACIER</StorageClass></Transition><Novelty at="x"/>`

func TestMergeRules(t *testing.T) {
	incoming := LifecycleRule{Name: "incoming", Prefix: "incoming/", ExpireDays: 2}.xml("a/")
	parts := LifecycleRule{Name: "parts", AbortDays: 2}.xml("a/")
	originals := LifecycleRule{Name: "originals", Prefix: "originals/", MoveDays: 30, Class: "STANDARD_IA"}.xml("a/")
	later := incoming
	later.ExpireDays = 3
	off := incoming
	off.Status = "Disabled"
	another := LifecycleRule{Name: "incoming", Prefix: "incoming/", ExpireDays: 9}.xml("a/b/")
	// As a server may spell it: in another order, with spaces, and with more than was said.
	respelt := `<Rule><Status>Enabled</Status>
		<Filter><Prefix>a/incoming/</Prefix></Filter> <Expiration><Days> 2 </Days></Expiration><ID>lightwell:a/:incoming</ID><More/></Rule>`
	for _, tt := range []struct {
		what    string
		has     []string
		want    []ruleXML
		all     []string // besides the one of somebody else's, which is the first
		changed bool
	}{
		{"nothing is wanted", nil, nil, nil, false},
		{"all is missing", nil, []ruleXML{incoming, parts}, []string{incoming.text(), parts.text()}, true},
		{"one is missing", []string{parts.text()}, []ruleXML{incoming, parts}, []string{parts.text(), incoming.text()}, true},
		{"all is there", []string{parts.text(), incoming.text()}, []ruleXML{incoming, parts}, []string{parts.text(), incoming.text()}, false},
		{"it is spelt otherwise", []string{respelt}, []ruleXML{incoming}, []string{respelt}, false},
		{"days have changed", []string{later.text(), parts.text()}, []ruleXML{incoming, parts}, []string{incoming.text(), parts.text()}, true},
		{"somebody turned it off", []string{off.text()}, []ruleXML{incoming}, []string{incoming.text()}, true},
		{"a setting was removed", []string{originals.text(), incoming.text()}, []ruleXML{incoming}, []string{incoming.text()}, true},
		{"all were removed", []string{originals.text()}, nil, nil, true},
		{"it is another store's", []string{another.text()}, []ruleXML{incoming}, []string{another.text(), incoming.text()}, true},
		{"another store's stays", []string{another.text()}, nil, []string{another.text()}, false},
	} {
		all, changed := mergeRules(bucketRules(t, tt.has...), ruleOwner("a/"), tt.want)
		want := append([]string{"<Rule>" + foreign + "</Rule>"}, tt.all...)
		if !slices.Equal(all, want) || changed != tt.changed {
			t.Errorf("where %s, mergeRules = %q, %t; want %q, %t", tt.what, all, changed, want, tt.changed)
		}
	}
}

// Rules are written as Amazon's documentation has them.
func TestRuleText(t *testing.T) {
	for _, tt := range []struct {
		rule LifecycleRule
		want string
	}{
		{LifecycleRule{Name: "incoming", Prefix: "incoming/", ExpireDays: 2}, `<Rule><ID>lightwell:a/:incoming</ID><Status>Enabled</Status><Filter><Prefix>a/incoming/</Prefix></Filter><Expiration><Days>2</Days></Expiration></Rule>`},
		{LifecycleRule{Name: "parts", AbortDays: 3}, `<Rule><ID>lightwell:a/:parts</ID><Status>Enabled</Status><Filter><Prefix>a/</Prefix></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>3</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>`},
		{LifecycleRule{Name: "originals", Prefix: "originals/", MoveDays: 30, Class: "GLACIER_IR"}, `<Rule><ID>lightwell:a/:originals</ID><Status>Enabled</Status><Filter><Prefix>a/originals/</Prefix></Filter><Transition><Days>30</Days><StorageClass>GLACIER_IR</StorageClass></Transition></Rule>`},
	} {
		if got := tt.rule.xml("a/").text(); got != tt.want {
			t.Errorf("%+v is written\n%s, want\n%s", tt.rule, got, tt.want)
		}
	}
}

// A rule that would take everything, or does nothing, is none.
func TestBadRules(t *testing.T) {
	for _, r := range []LifecycleRule{
		{Name: "all", ExpireDays: 1},
		{Name: "all", MoveDays: 1, Class: "GLACIER_IR"},
		{Name: "none", Prefix: "a/"},
		{Name: "minus", Prefix: "a/", ExpireDays: -1, AbortDays: 1},
		{Name: "classless", Prefix: "a/", MoveDays: 1},
		{Name: "dayless", Prefix: "a/", ExpireDays: 1, Class: "GLACIER_IR"},
		{Name: "a:b", Prefix: "a/", ExpireDays: 1},
		{Prefix: "a/", ExpireDays: 1},
		{Name: "up", Prefix: "../", ExpireDays: 1},
	} {
		if err := r.check(); err == nil {
			t.Errorf("check of %+v = nil, want an error", r)
		}
	}
}
