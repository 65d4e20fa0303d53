package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"lightwell/deploy/check/terraform/schema"
)

// Plan is what a module comes to for some variables.
type Plan struct {
	module    *Module
	providers map[string]schema.Provider
	vars      map[string]cty.Value
	locals    map[string]cty.Value
	// blocks are resources and data sources by address, the latter with data. before it. One with count or for_each
	// is a tuple or an object of its instances.
	blocks map[string]cty.Value
	// under way, to find what depends on itself
	pending map[string]bool
}

// Plan works out all of the module.
func (m *Module) Plan(given map[string]cty.Value) (*Plan, error) {
	vars, err := m.settle(given)
	if err != nil {
		return nil, err
	}
	p := &Plan{
		module: m, providers: map[string]schema.Provider{}, vars: vars,
		locals: map[string]cty.Value{}, blocks: map[string]cty.Value{}, pending: map[string]bool{},
	}
	for _, name := range schema.Providers {
		if p.providers[name], err = schema.Load(name); err != nil {
			return nil, err
		}
	}
	return p, p.all()
}

func (p *Plan) all() error {
	for name := range p.module.Locals {
		if err := p.local(name); err != nil {
			return err
		}
	}
	for address := range p.module.Data {
		if err := p.block("data." + address); err != nil {
			return err
		}
	}
	for address := range p.module.Resources {
		if err := p.block(address); err != nil {
			return err
		}
	}
	for name, output := range p.module.Outputs {
		if _, err := p.value(output.Body.Attributes["value"].Expr, nil); err != nil {
			return fmt.Errorf("output %s: %w", name, err)
		}
	}
	return nil
}

// once does something unless it is done, and finds out when that needs itself.
func (p *Plan) once(name string, done bool, do func() error) error {
	if done {
		return nil
	}
	if p.pending[name] {
		return fmt.Errorf("%s depends on itself", name)
	}
	p.pending[name] = true
	defer delete(p.pending, name)
	return do()
}

func (p *Plan) local(name string) error {
	_, done := p.locals[name]
	return p.once("local."+name, done, func() error {
		attribute := p.module.Locals[name]
		if attribute == nil {
			return fmt.Errorf("there is no local.%s", name)
		}
		v, err := p.value(attribute.Expr, nil)
		p.locals[name] = v
		return err
	})
}

// value is what an expression comes to, with what each or count stands for beside all else.
func (p *Plan) value(e hcl.Expression, each map[string]cty.Value) (cty.Value, error) {
	scope, err := p.scope(e.Variables(), each)
	if err != nil {
		return cty.NilVal, err
	}
	v, diags := e.Value(scope)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	return v, nil
}

// scope has everything that some references name, which is worked out first.
func (p *Plan) scope(named []hcl.Traversal, each map[string]cty.Value) (*hcl.EvalContext, error) {
	for _, t := range named {
		if err := p.resolve(t, each); err != nil {
			return nil, fmt.Errorf("%s: %w", t.SourceRange(), err)
		}
	}
	all := map[string]cty.Value{
		"var": cty.ObjectVal(p.vars), "local": cty.ObjectVal(p.locals),
		"path": cty.ObjectVal(map[string]cty.Value{"module": cty.StringVal(p.module.Dir)}),
	}
	kinds := map[string]map[string]cty.Value{}
	for address, v := range p.blocks {
		kind, name, _ := cutLast(address)
		if kinds[kind] == nil {
			kinds[kind] = map[string]cty.Value{}
		}
		kinds[kind][name] = v
	}
	data := map[string]cty.Value{}
	for kind, names := range kinds {
		if source, ok := strings.CutPrefix(kind, "data."); ok {
			data[source] = cty.ObjectVal(names)
		} else {
			all[kind] = cty.ObjectVal(names)
		}
	}
	all["data"] = cty.ObjectVal(data)
	for name, v := range each {
		all[name] = v
	}
	return &hcl.EvalContext{Functions: functions, Variables: all}, nil
}

func cutLast(address string) (kind, name string, ok bool) {
	at := strings.LastIndexByte(address, '.')
	if at < 0 {
		return address, "", false
	}
	return address[:at], address[at+1:], true
}

// resolve works out what a reference names, and refuses what there is not.
func (p *Plan) resolve(t hcl.Traversal, each map[string]cty.Value) error {
	names := steps(t)
	switch root := names[0]; {
	case root == "var":
		if _, ok := p.vars[names[1]]; !ok {
			return fmt.Errorf("there is no var.%s", names[1])
		}
		return nil
	case root == "local":
		return p.local(names[1])
	case root == "path":
		return nil
	case root == "data":
		return p.block(strings.Join(names[:3], "."))
	case each[root] != cty.NilVal:
		return nil
	}
	return p.block(strings.Join(names[:2], "."))
}

// steps are the names that a reference begins with, and at least three.
func steps(t hcl.Traversal) []string {
	var names []string
	for _, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, s.Name)
		case hcl.TraverseAttr:
			names = append(names, s.Name)
		default:
			names = append(names, "")
		}
	}
	for len(names) < 3 {
		names = append(names, "")
	}
	return names
}
