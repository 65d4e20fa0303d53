package terraform

import (
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// settle gives every variable its value: what is given, else its default. What a variable's validation refuses is an
// error with its message.
func (m *Module) settle(given map[string]cty.Value) (map[string]cty.Value, error) {
	values := map[string]cty.Value{}
	for name := range given {
		if m.Variables[name] == nil {
			return nil, fmt.Errorf("there is no variable %s", name)
		}
	}
	for name := range m.Variables {
		v, err := m.variable(name, given)
		if err != nil {
			return nil, fmt.Errorf("variable %s: %w", name, err)
		}
		values[name] = v
	}
	return values, nil
}

func (m *Module) variable(name string, given map[string]cty.Value) (cty.Value, error) {
	body := m.Variables[name].Body
	kind, defaults, diags := typeexpr.TypeConstraintWithDefaults(body.Attributes["type"].Expr)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	v, ok := given[name]
	if !ok {
		initial := body.Attributes["default"]
		if initial == nil {
			return cty.NilVal, fmt.Errorf("has no default and no value")
		}
		if v, diags = initial.Expr.Value(&hcl.EvalContext{}); diags.HasErrors() {
			return cty.NilVal, diags
		}
	}
	if defaults != nil && !v.IsNull() {
		v = defaults.Apply(v)
	}
	v, err := convert.Convert(v, kind)
	if err != nil {
		return cty.NilVal, err
	}
	return v, m.validate(name, v)
}

func (m *Module) validate(name string, v cty.Value) error {
	scope := &hcl.EvalContext{Functions: functions, Variables: map[string]cty.Value{"var": cty.ObjectVal(map[string]cty.Value{name: v})}}
	for _, block := range m.Variables[name].Body.Blocks {
		ok, diags := block.Body.Attributes["condition"].Expr.Value(scope)
		if diags.HasErrors() {
			return diags
		}
		if ok.False() {
			message, diags := block.Body.Attributes["error_message"].Expr.Value(scope)
			if diags.HasErrors() {
				return diags
			}
			return fmt.Errorf("%s", message.AsString())
		}
	}
	return nil
}
