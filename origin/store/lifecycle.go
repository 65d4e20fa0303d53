package store

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strings"
)

// LifecycleRule has a bucket do something with objects when they have reached an age. Ages are in days, at
// least 1; with 0 nothing is done.
type LifecycleRule struct {
	// Name tells the rules of one store from each other. It has no colon.
	Name string
	// Prefix is what the names begin with that the rule is for. Only a rule that takes away nothing but
	// parts may be for all: with an empty one.
	Prefix string
	// ExpireDays is when objects are deleted, and AbortDays when the parts of uploads are that have not
	// become an object.
	ExpireDays, AbortDays int
	// MoveDays is when objects are moved to the storage class Class.
	MoveDays int
	Class    string
}

func (r LifecycleRule) check() error {
	switch {
	case r.Name == "" || strings.Contains(r.Name, ":"):
		return fmt.Errorf("%q is not the name of a lifecycle rule", r.Name)
	case r.Prefix == "" && (r.ExpireDays != 0 || r.MoveDays != 0):
		return fmt.Errorf("lifecycle rule %s is for every object", r.Name)
	case min(r.ExpireDays, r.AbortDays, r.MoveDays) < 0 || max(r.ExpireDays, r.AbortDays, r.MoveDays) == 0:
		return fmt.Errorf("lifecycle rule %s does nothing", r.Name)
	case (r.MoveDays == 0) != (r.Class == ""):
		return fmt.Errorf("lifecycle rule %s has a storage class without days, or days without one", r.Name)
	}
	return checkPrefix(r.Prefix)
}

// ruleXML is a rule as S3 has it (PutBucketLifecycleConfiguration), as far as Lightwell's go.
type ruleXML struct {
	ID         string
	Status     string
	Prefix     string `xml:"Filter>Prefix"`
	ExpireDays int    `xml:"Expiration>Days"`
	MoveDays   int    `xml:"Transition>Days"`
	Class      string `xml:"Transition>StorageClass"`
	AbortDays  int    `xml:"AbortIncompleteMultipartUpload>DaysAfterInitiation"`
}

// ruleOwner begins the ids of the rules of the store with a key prefix, which has no colon.
func ruleOwner(keyPrefix string) string { return "lightwell:" + keyPrefix + ":" }

func (r LifecycleRule) xml(keyPrefix string) ruleXML {
	return ruleXML{
		ID: ruleOwner(keyPrefix) + r.Name, Status: "Enabled", Prefix: keyPrefix + r.Prefix,
		ExpireDays: r.ExpireDays, MoveDays: r.MoveDays, Class: r.Class, AbortDays: r.AbortDays,
	}
}

// text is the rule as it is sent, without the elements of what it does not do: package xml would leave them
// in, empty.
func (r ruleXML) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "<Rule><ID>%s</ID><Status>%s</Status><Filter><Prefix>%s</Prefix></Filter>", escaped(r.ID), r.Status, escaped(r.Prefix))
	if r.ExpireDays > 0 {
		fmt.Fprintf(&b, "<Expiration><Days>%d</Days></Expiration>", r.ExpireDays)
	}
	if r.MoveDays > 0 {
		fmt.Fprintf(&b, "<Transition><Days>%d</Days><StorageClass>%s</StorageClass></Transition>", r.MoveDays, escaped(r.Class))
	}
	if r.AbortDays > 0 {
		fmt.Fprintf(&b, "<AbortIncompleteMultipartUpload><DaysAfterInitiation>%d</DaysAfterInitiation></AbortIncompleteMultipartUpload>", r.AbortDays)
	}
	b.WriteString("</Rule>")
	return b.String()
}

func escaped(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil { // of the builder, which has none
		panic(err)
	}
	return b.String()
}

// foundRule is a rule of a bucket, as the text that it is: much of it may be unknown here, and is to stay.
type foundRule struct {
	ID    string
	Inner string `xml:",innerxml"`
}

func (f foundRule) text() string { return "<Rule>" + f.Inner + "</Rule>" }

// same tells whether the rule does what another one asks for.
func (f foundRule) same(want ruleXML) bool {
	var is ruleXML
	err := xml.Unmarshal([]byte(f.text()), &is)
	return err == nil && is == want
}

// parseRules reads the answer of a bucket that is asked for its rules.
func parseRules(body []byte) ([]foundRule, error) {
	var found struct {
		XMLName xml.Name    `xml:"LifecycleConfiguration"`
		Rules   []foundRule `xml:"Rule"`
	}
	if err := xml.Unmarshal(body, &found); err != nil {
		return nil, fmt.Errorf("read lifecycle rules: %w", err)
	}
	return found.Rules, nil
}

// rulesBody is what is sent to set rules.
func rulesBody(rules []string) []byte {
	return []byte(`<LifecycleConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` +
		strings.Join(rules, "") + `</LifecycleConfiguration>`)
}

// mergeRules takes the rules of a bucket and those that one owner wants there. Rules of others stay as they
// are, those of the owner become what is wanted, and changed tells whether anything did.
func mergeRules(has []foundRule, owner string, want []ruleXML) (all []string, changed bool) {
	missing := slices.Clone(want)
	for _, f := range has {
		if !strings.HasPrefix(f.ID, owner) {
			all = append(all, f.text())
			continue
		}
		at := slices.IndexFunc(missing, func(w ruleXML) bool { return w.ID == f.ID })
		if at < 0 { // its setting was removed
			changed = true
			continue
		}
		if f.same(missing[at]) {
			all = append(all, f.text())
		} else {
			all = append(all, missing[at].text())
			changed = true
		}
		missing = slices.Delete(missing, at, at+1)
	}
	for _, w := range missing {
		all = append(all, w.text())
	}
	return all, changed || len(missing) > 0
}
