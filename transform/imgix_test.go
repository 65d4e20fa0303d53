package transform_test

import (
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightwell/transform"
)

// imgixParam is what testdata/imgix/url-params.json knows of a parameter.
type imgixParam struct {
	Aliases []string
	Expects []expected
	Default string
	Depends []string
}

// expected is one kind of value.
type expected struct {
	Type              string
	Strict, Suggested *bounds
	Values            []string
	Items             [][]expected // of a list of fixed length
	Default           string
}

type bounds struct{ Min, Max *float64 }

func imgixParams(t *testing.T) (params map[string]imgixParam, colors []string) {
	t.Helper()
	data, err := os.ReadFile("../testdata/imgix/url-params.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Parameters map[string]imgixParam
		Colors     []string
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Parameters) != 203 || len(file.Colors) != 150 {
		t.Fatalf("the table has %d parameters and %d colours, want 203 and 150", len(file.Parameters), len(file.Colors))
	}
	return file.Parameters, file.Colors
}

// built tells which parameters the grammar has, by its own documentation.
func built() map[string]bool {
	names := map[string]bool{}
	for _, doc := range transform.ParamDocs() {
		names[doc.Name] = true
	}
	return names
}

// sample is a value of the kind.
func (e expected) sample() string {
	switch {
	case len(e.Items) > 0:
		var parts []string
		for _, item := range e.Items {
			parts = append(parts, item[0].sample())
		}
		return strings.Join(parts, ",")
	case len(e.Values) > 0:
		return e.Values[0]
	case e.ends() != nil && e.ends().Min != nil:
		return number(*e.ends().Min + 1)
	}
	value, ok := map[string]string{"hex_color": "336699", "boolean": "true", "ratio": "16:9", "unit_scalar": "0.5", "integer": "5", "number": "5", "timestamp": "1735689600"}[e.Type]
	if !ok {
		return "x"
	}
	return value
}

// ends are the range's, strict or not.
func (e expected) ends() *bounds {
	if e.Strict != nil {
		return e.Strict
	}
	return e.Suggested
}

func number(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// Every parameter and every alias of imgix is either built or refused, with words that
// tell a person which it is. None is ignored.
func TestEveryImgixParamIsBuiltOrRefused(t *testing.T) {
	params, _ := imgixParams(t)
	isBuilt := built()
	for name, param := range params {
		why, listed := notBuilt[name]
		if isBuilt[name] == listed {
			t.Errorf("%s: built is %v, on the list of what is not built %v: correct the list", name, isBuilt[name], listed)
			continue
		}
		if isBuilt[name] {
			continue
		}
		for _, spelling := range append(param.Aliases, name, name+"64") {
			spelling, _, _ = strings.Cut(spelling, "=") // one alias has its value with it
			_, err := transform.Parser{}.Parse([]transform.Pair{{Name: spelling, Value: param.Expects[0].sample()}})
			checkRefused(t, spelling, err, spelling, why.says())
		}
	}
	for name := range notBuilt {
		if _, known := params[name]; !known {
			t.Errorf("%s is on the list of what is not built, and imgix has no such parameter", name)
		}
	}
}

// checkRefused wants a ParamError that names the parameter and says something.
func checkRefused(t *testing.T, sent string, err error, param, says string) {
	t.Helper()
	var bad *transform.ParamError
	if !errors.As(err, &bad) || bad.Param != param || !strings.Contains(bad.Reason, says) {
		t.Errorf("Parse(%s) = %v, want a ParamError of %s that says %q", sent, err, param, says)
	}
}

// Every value of a built parameter that imgix describes does what it says there.
func TestBuiltImgixParams(t *testing.T) {
	params, colors := imgixParams(t)
	isBuilt := built()
	seen := map[string]bool{"dl": true, "expires": true, "prefix": true} // the parameters that counted, and rows of the tables of exceptions
	for name, param := range params {
		if !isBuilt[name] {
			continue
		}
		c := imgixCheck{t, name, contexts[name], seen}
		if len(param.Depends) > 0 && !slices.ContainsFunc(param.Depends, func(condition string) bool {
			return strings.Contains("&"+c.context+"&", "&"+condition) // usm is met by usm=20
		}) {
			t.Errorf("%s depends on one of %q, and its context is %q", name, param.Depends, c.context)
		}
		for _, e := range param.Expects {
			for _, value := range e.good(colors) {
				c.accepted(value, param.Aliases)
			}
			c.ranged(e)
			c.isDefault(e.Default)
		}
		c.isDefault(param.Default)
		if !seen[name] {
			t.Errorf("%s: no value of it is part of the recipe with %q", name, c.context)
		}
	}
	for sent := range otherwise {
		if !seen[sent] {
			t.Errorf("%s is on the list of what is otherwise here, and no test came upon it", sent)
		}
	}
	for sent := range notBuiltValues {
		if !seen[sent] {
			t.Errorf("%s is on the list of values that are not built, and no test came upon it", sent)
		}
	}
}

// good are values within the range: the ends, the middle, every word.
func (e expected) good(colors []string) []string {
	switch {
	case len(e.Items) > 0:
		return combined(e.Items, colors)
	case len(e.Values) > 0:
		return e.Values
	case e.Type == "hex_color":
		return []string{"369", "336699", "8369", "80336699", "FFF", "Ff8800"}
	case e.Type == "color_keyword":
		return colors
	case e.Type == "boolean":
		return []string{"true", "false", "1", "0"}
	case e.Type == "ratio":
		return []string{"16:9", "1:1", "3:4", "1.91:1", "0.5:0.25"}
	case e.Type == "unit_scalar":
		return []string{"0.0", "0.25", "0.5", "1.0"}
	case e.Type == "string":
		return []string{"cat.jpg", ""}
	case e.Type != "integer" && e.Type != "number":
		return []string{e.sample()}
	}
	low, high := 0.0, 1000.0
	if r := e.ends(); r != nil && r.Min != nil {
		low = *r.Min
	}
	if r := e.ends(); r != nil && r.Max != nil {
		high = *r.Max
	}
	return []string{number(low), number(float64(int((low + high) / 2))), number(high)}
}

// combined are lists in which each item takes each of its values once.
func combined(items [][]expected, colors []string) (lists []string) {
	values := make([][]string, len(items))
	most := 0
	for i, kinds := range items {
		for _, kind := range kinds {
			values[i] = append(values[i], kind.good(colors)...)
		}
		most = max(most, len(values[i]))
	}
	for n := range most {
		var parts []string
		for i := range items {
			parts = append(parts, values[i][n%len(values[i])])
		}
		lists = append(lists, strings.Join(parts, ","))
	}
	return lists
}
