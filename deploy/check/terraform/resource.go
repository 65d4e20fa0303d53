package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/dynblock"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"lightwell/deploy/check/terraform/schema"
)

// Arguments of every resource, which Terraform reads and no provider sees.
var (
	metaArguments = []string{"count", "for_each", "provider", "depends_on"}
	metaBlocks    = []string{"lifecycle"}
)

// block works out a resource, or with data. before it a data source: all of its instances.
func (p *Plan) block(address string) error {
	_, done := p.blocks[address]
	return p.once(address, done, func() error {
		written, known, err := p.find(address)
		if err != nil {
			return err
		}
		v, err := p.instances(address, written, known)
		if err != nil {
			return fmt.Errorf("%s: %w", address, err)
		}
		p.blocks[address] = v
		return nil
	})
}

// find is a block as it is written, and what its provider says of its type.
func (p *Plan) find(address string) (*hclsyntax.Block, schema.Schema, error) {
	source, isData := strings.CutPrefix(address, "data.")
	written := p.module.Resources[source]
	if isData {
		written = p.module.Data[source]
	}
	if written == nil {
		return nil, schema.Schema{}, fmt.Errorf("there is no %s", address)
	}
	name, _, _ := strings.Cut(source, "_")
	kinds := p.providers[name].Resources
	if isData {
		kinds = p.providers[name].DataSources
	}
	known, ok := kinds[written.Labels[0]]
	if !ok {
		return nil, schema.Schema{}, fmt.Errorf("%s: no provider has %s, or its schema is not extracted", written.DefRange(), written.Labels[0])
	}
	return written, known, nil
}

func (p *Plan) instances(address string, written *hclsyntax.Block, known schema.Schema) (cty.Value, error) {
	if e := written.Body.Attributes["count"]; e != nil {
		return p.counted(address, e.Expr, written, known)
	}
	if e := written.Body.Attributes["for_each"]; e != nil {
		return p.forEach(address, e.Expr, written, known)
	}
	return p.instance(address, written, known, nil)
}

func (p *Plan) counted(address string, count hcl.Expression, written *hclsyntax.Block, known schema.Schema) (cty.Value, error) {
	v, err := p.value(count, nil)
	if err != nil {
		return cty.NilVal, err
	}
	n, _ := v.AsBigFloat().Int64()
	all := []cty.Value{}
	for i := range n {
		each := map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(i)})}
		one, err := p.instance(address, written, known, each)
		if err != nil {
			return cty.NilVal, err
		}
		all = append(all, one)
	}
	return cty.TupleVal(all), nil
}

func (p *Plan) forEach(address string, over hcl.Expression, written *hclsyntax.Block, known schema.Schema) (cty.Value, error) {
	v, err := p.value(over, nil)
	if err != nil {
		return cty.NilVal, err
	}
	if t := v.Type(); !t.IsSetType() && !t.IsMapType() && !t.IsObjectType() {
		return cty.NilVal, fmt.Errorf("for_each is over a %s, want a map or a set", t.FriendlyName())
	}
	all := map[string]cty.Value{}
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		each := map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
		one, err := p.instance(address, written, known, each)
		if err != nil {
			return cty.NilVal, err
		}
		all[key.AsString()] = one
	}
	return cty.ObjectVal(all), nil
}

// instance is one of them. What the schema does not have, or wants and is not there, is an error.
func (p *Plan) instance(address string, written *hclsyntax.Block, known schema.Schema, each map[string]cty.Value) (cty.Value, error) {
	body := own(written.Body)
	spec := decoder(known.Block)
	scope, err := p.scope(references(body), each)
	if err != nil {
		return cty.NilVal, err
	}
	v, diags := hcldec.Decode(dynblock.Expand(body, scope), spec, scope)
	if diags.HasErrors() {
		return cty.NilVal, diags
	}
	// As the provider that stands in fills them, which is not told their names.
	return known.Block.Fill(written.Labels[0]+".this", v), nil
}

// own is a body without what is Terraform's.
func own(b *hclsyntax.Body) *hclsyntax.Body {
	copied := *b
	copied.Attributes = maps.Clone(b.Attributes)
	for _, name := range metaArguments {
		delete(copied.Attributes, name)
	}
	copied.Blocks = slices.DeleteFunc(slices.Clone(b.Blocks), func(b *hclsyntax.Block) bool { return slices.Contains(metaBlocks, b.Type) })
	return &copied
}

// decoder says how a block's body is read. What the provider alone sets is not in it, and so is refused.
func decoder(b schema.Block) hcldec.ObjectSpec {
	spec := hcldec.ObjectSpec{}
	for name, a := range b.Attributes {
		if a.Required || a.Optional {
			spec[name] = &hcldec.AttrSpec{Name: name, Type: a.CtyType(), Required: a.Required}
		}
	}
	for name, n := range b.Blocks {
		nested := decoder(n.Block)
		switch n.Nesting {
		case "single":
			spec[name] = &hcldec.BlockSpec{TypeName: name, Nested: nested, Required: n.MinItems > 0}
		case "set":
			spec[name] = &hcldec.BlockSetSpec{TypeName: name, Nested: nested, MinItems: n.MinItems, MaxItems: n.MaxItems}
		default:
			spec[name] = &hcldec.BlockListSpec{TypeName: name, Nested: nested, MinItems: n.MinItems, MaxItems: n.MaxItems}
		}
	}
	return spec
}
