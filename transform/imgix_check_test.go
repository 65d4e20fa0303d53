package transform_test

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

// imgixCheck checks one parameter, where its condition is met.
type imgixCheck struct {
	t       *testing.T
	name    string
	context string
	seen    map[string]bool
}

// meaning is what a URL asks for, however it is delivered.
type meaning struct {
	transform.Recipe
	transform.Report
}

func (m meaning) String() string { return m.Recipe.String() }

func (c imgixCheck) parse(name, value string) (meaning, error) {
	pairs, err := transform.QueryPairs(c.context)
	if err != nil {
		c.t.Fatal(err)
	}
	pairs = slices.DeleteFunc(pairs, func(p transform.Pair) bool { return p.Name == c.name })
	if name != "" {
		pairs = append(pairs, transform.Pair{Name: name, Value: value})
	}
	req, err := transform.Parser{}.Parse(pairs)
	return meaning{req.Recipe, req.Report}, err
}

// accepted wants a value taken, under every alias and with the suffix 64 alike.
func (c imgixCheck) accepted(value string, aliases []string) {
	c.t.Helper()
	sent := c.name + "=" + value
	want, err := c.parse(c.name, value)
	if why, listed := notBuiltValues[sent]; listed {
		c.seen[sent] = true
		checkRefused(c.t, sent, err, c.name, why.says())
		return
	}
	if o := otherwise[sent]; o.says != "" {
		c.seen[sent] = true
		checkRefused(c.t, sent, err, c.name, o.says)
		return
	}
	if err != nil {
		c.t.Errorf("Parse(%s&%s): %v, want it taken", c.context, sent, err)
		return
	}
	without, _ := c.parse("", "")
	if strings.Contains("&"+want.String(), "&"+cmp.Or(spelledAs[c.name], c.name)+"=") || want.Report != without.Report {
		c.seen[c.name] = true
	}
	for _, name := range append(aliases, c.name) {
		if got, err := c.parse(name, value); err != nil || got != want {
			c.t.Errorf("Parse(%s&%s=%s) = %q, %v, want %q as of %s", c.context, name, value, got, err, want, c.name)
		}
		encoded := base64.RawURLEncoding.EncodeToString([]byte(value))
		if got, err := c.parse(name+"64", encoded); err != nil || got != want {
			c.t.Errorf("Parse(%s&%s64=%s) = %q, %v, want %q as of %s=%s", c.context, name, encoded, got, err, want, c.name, value)
		}
	}
}

// ranged looks beyond the ends: beyond a strict one a value is refused, beyond a
// suggested one it is the end.
func (c imgixCheck) ranged(e expected) {
	c.t.Helper()
	step := 1.0
	if e.Type == "number" || e.Type == "unit_scalar" {
		step = 0.01
	}
	for _, r := range []struct {
		bounds *bounds
		strict bool
	}{{e.Strict, true}, {e.Suggested, false}} {
		if r.bounds == nil {
			continue
		}
		if r.bounds.Min != nil {
			value := *r.bounds.Min - step
			c.beyond(*r.bounds.Min, value, r.strict || e.Strict != nil && *e.Strict.Min > value)
		}
		if r.bounds.Max != nil {
			value := *r.bounds.Max + step
			c.beyond(*r.bounds.Max, value, r.strict || e.Strict != nil && *e.Strict.Max < value)
		}
	}
}

func (c imgixCheck) beyond(end, value float64, strict bool) {
	c.t.Helper()
	sent := c.name + "=" + number(value)
	got, err := c.parse(c.name, number(value))
	if o, listed := otherwise[sent]; listed {
		c.seen[sent] = true
		c.differs(sent, o, got, err)
		return
	}
	if strict {
		checkRefused(c.t, c.context+"&"+sent, err, c.name, "")
		return
	}
	want, endErr := c.parse(c.name, number(end))
	if err != nil || endErr != nil || got != want {
		c.t.Errorf("Parse(%s&%s) = %q, %v, want %q as of the end, %s, %v", c.context, sent, got, err, want, number(end), endErr)
	}
}

// differs checks what is otherwise here, by design.
func (c imgixCheck) differs(sent string, o difference, got meaning, err error) {
	c.t.Helper()
	if o.says != "" {
		checkRefused(c.t, sent, err, c.name, o.says)
		return
	}
	want, wantErr := c.parse(c.name, o.means)
	if err != nil || wantErr != nil || got != want {
		c.t.Errorf("Parse(%s&%s) = %q, %v, want %q as of %s=%s, %v", c.context, sent, got, err, want, c.name, o.means, wantErr)
	}
}

// isDefault wants a value that is given to equal none.
func (c imgixCheck) isDefault(value string) {
	c.t.Helper()
	if value == "" {
		return
	}
	sent := c.name + "=" + value
	want, wantErr := c.parse("", "")
	got, err := c.parse(c.name, value)
	if o, listed := otherwise[sent]; listed && o.means == notGiven {
		c.seen[sent] = true
		if err != nil || got == want {
			c.t.Errorf("Parse(%s) = Parse(%s), want %s", sent, c.context, o.why)
		}
		return
	}
	if err != nil || wantErr != nil || got != want {
		c.t.Errorf("Parse(%s&%s) = %q, %v, want %q as without it, %v", c.context, sent, got, err, want, wantErr)
	}
}
