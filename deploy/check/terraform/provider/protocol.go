package main

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"

	"lightwell/deploy/check/terraform/schema"
)

// protocol is a schema as Terraform is told it.
func protocol(s schema.Schema) *tfprotov5.Schema {
	return &tfprotov5.Schema{Version: s.Version, Block: block(s.Block)}
}

func block(b schema.Block) *tfprotov5.SchemaBlock {
	is := &tfprotov5.SchemaBlock{}
	for _, name := range slices.Sorted(maps.Keys(b.Attributes)) {
		a := b.Attributes[name]
		is.Attributes = append(is.Attributes, &tfprotov5.SchemaAttribute{
			Name: name, Type: wire(a.CtyType()), Required: a.Required, Optional: a.Optional, Computed: a.Computed,
			Sensitive: a.Sensitive, Deprecated: a.Deprecated,
		})
	}
	for _, name := range slices.Sorted(maps.Keys(b.Blocks)) {
		n := b.Blocks[name]
		is.BlockTypes = append(is.BlockTypes, &tfprotov5.SchemaNestedBlock{
			TypeName: name, Block: block(n.Block), Nesting: nestings[n.Nesting], MinItems: int64(n.MinItems), MaxItems: int64(n.MaxItems),
		})
	}
	return is
}

var nestings = map[string]tfprotov5.SchemaNestedBlockNestingMode{
	"single": tfprotov5.SchemaNestedBlockNestingModeSingle,
	"list":   tfprotov5.SchemaNestedBlockNestingModeList,
	"set":    tfprotov5.SchemaNestedBlockNestingModeSet,
}

// wire is a type as the protocol's library has it. It panics where the extract is damaged.
func wire(t cty.Type) tftypes.Type {
	switch {
	case t == cty.String:
		return tftypes.String
	case t == cty.Number:
		return tftypes.Number
	case t == cty.Bool:
		return tftypes.Bool
	case t.IsListType():
		return tftypes.List{ElementType: wire(t.ElementType())}
	case t.IsSetType():
		return tftypes.Set{ElementType: wire(t.ElementType())}
	case t.IsMapType():
		return tftypes.Map{ElementType: wire(t.ElementType())}
	case t.IsObjectType():
		all := map[string]tftypes.Type{}
		for name, t := range t.AttributeTypes() {
			all[name] = wire(t)
		}
		return tftypes.Object{AttributeTypes: all}
	}
	panic("no type of a schema: " + t.FriendlyName())
}
