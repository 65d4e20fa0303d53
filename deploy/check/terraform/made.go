package terraform

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Instances are the resources of a type by their addresses, as Terraform writes them: aws_iam_role.task["origin"].
func (p *Plan) Instances(kind string) map[string]cty.Value {
	all := map[string]cty.Value{}
	for address, v := range p.blocks {
		if is, _, _ := strings.Cut(address, "."); is != kind {
			continue
		}
		switch t := v.Type(); {
		case t.IsTupleType():
			for i, one := range v.AsValueSlice() {
				all[fmt.Sprintf("%s[%d]", address, i)] = one
			}
		case p.module.Resources[address].Body.Attributes["for_each"] != nil:
			for key, one := range v.AsValueMap() {
				all[fmt.Sprintf("%s[%q]", address, key)] = one
			}
		default:
			all[address] = v
		}
	}
	return all
}

// Decode reads a value into a Go value, by way of JSON.
func Decode(v cty.Value, into any) error {
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}
