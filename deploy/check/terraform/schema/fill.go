package schema

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Fill gives everything that the provider would say of a resource a value that is known and looks like one, so that what
// is made of it can be looked at: the name of a bucket in a policy, say. What was set stays. Address is the type and the
// name of the resource.
func (b Block) Fill(address string, v cty.Value) cty.Value {
	all := v.AsValueMap()
	if all == nil {
		all = map[string]cty.Value{}
	}
	for name, a := range b.Attributes {
		if v, ok := all[name]; a.Computed && (!ok || v.IsNull() || !v.IsKnown()) {
			all[name] = invent(address, name, a.CtyType(), all)
		}
	}
	for name, n := range b.Blocks {
		all[name] = n.fill(address, all[name])
	}
	return cty.ObjectVal(all)
}

func (n Nested) fill(address string, v cty.Value) cty.Value {
	if v.IsNull() || !v.IsKnown() {
		return v
	}
	if n.Nesting == "single" {
		return n.Block.Fill(address, v)
	}
	var items []cty.Value
	for it := v.ElementIterator(); it.Next(); {
		_, item := it.Element()
		items = append(items, n.Block.Fill(address, item))
	}
	switch {
	case len(items) == 0:
		return v
	case n.Nesting == "set":
		return cty.SetVal(items)
	}
	return cty.ListVal(items)
}

// invent makes a value. Names of resources are in their ids and ARNs, as at Amazon, so that mistaking one for another
// shows.
func invent(address, name string, t cty.Type, of map[string]cty.Value) cty.Value {
	switch {
	case t == cty.String:
		return cty.StringVal(inventText(address, name, of))
	case t == cty.Number:
		return cty.NumberIntVal(6379)
	case t == cty.Bool:
		return cty.False
	case t.IsListType():
		return cty.ListVal([]cty.Value{invent(address, name, t.ElementType(), of)})
	case t.IsSetType():
		return cty.SetVal([]cty.Value{invent(address, name, t.ElementType(), of)})
	case t.IsMapType():
		return cty.MapValEmpty(t.ElementType())
	case t.IsObjectType():
		all := map[string]cty.Value{}
		for name, t := range t.AttributeTypes() {
			all[name] = invent(address, name, t, nil)
		}
		return cty.ObjectVal(all)
	}
	return cty.NullVal(t)
}

func inventText(address, name string, of map[string]cty.Value) string {
	kind, label, _ := strings.Cut(address, ".")
	for _, known := range []string{"bucket", "name", "alarm_name", "family", "replication_group_id"} {
		if v, ok := of[known]; ok && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
			label = v.AsString()
			break
		}
	}
	switch name {
	case "id":
		return label
	case "arn":
		if kind == "aws_s3_bucket" {
			return "arn:aws:s3:::" + label
		}
		return "arn:aws:" + kind + ":eu-central-1:123456789012:" + label
	case "account_id":
		return "123456789012"
	case "partition":
		return "aws"
	case "cidr_block":
		return "10.0.0.0/16"
	case "address", "dns_name", "domain_name", "primary_endpoint_address":
		return label + "." + kind + ".example.net"
	}
	return label + "-" + name
}
