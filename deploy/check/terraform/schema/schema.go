// Package schema knows what a Terraform provider takes: its resources, data sources, their arguments and blocks.
//
// It reads what `terraform providers schema -json` writes. aws.json is an extract of that of hashicorp/aws 5.82.2 (MPL-2.0),
// which github.com/upbound/provider-aws v1.23.0 (Apache-2.0) has in config/schema.json: names, types and what is required,
// without the descriptions. The command extract makes it. random.json says the same of hashicorp/random's one resource
// that is used, after its documentation.
package schema

import (
	"embed"
	"encoding/json"
	"fmt"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

//go:embed aws.json random.json
var extracts embed.FS

// Providers are the names that there are extracts of.
var Providers = []string{"aws", "random"}

// Provider is one provider's schema.
type Provider struct {
	Config      Schema            `json:"provider"`
	Resources   map[string]Schema `json:"resource_schemas"`
	DataSources map[string]Schema `json:"data_source_schemas"`
}

// Schema is that of a resource, of a data source, or of the provider itself.
type Schema struct {
	Version int64 `json:"version"`
	Block   Block `json:"block"`
}

// Block is what may stand between two braces.
type Block struct {
	Attributes map[string]Attribute `json:"attributes,omitempty"`
	Blocks     map[string]Nested    `json:"block_types,omitempty"`
}

// Attribute is one argument, or something that the provider says of a resource.
type Attribute struct {
	Type      json.RawMessage `json:"type"`
	Required  bool            `json:"required,omitempty"`
	Optional  bool            `json:"optional,omitempty"`
	Computed  bool            `json:"computed,omitempty"`
	Sensitive bool            `json:"sensitive,omitempty"`
	// Deprecated is set where the provider warns of its use.
	Deprecated bool `json:"deprecated,omitempty"`
}

// Nested is a block within another.
type Nested struct {
	Nesting  string `json:"nesting_mode"` // single, list or set
	Block    Block  `json:"block"`
	MinItems int    `json:"min_items,omitempty"`
	MaxItems int    `json:"max_items,omitempty"`
}

// Load is the extract of a provider's schema.
func Load(name string) (Provider, error) {
	text, err := extracts.ReadFile(name + ".json")
	if err != nil {
		return Provider{}, err
	}
	var p Provider
	if err := json.Unmarshal(text, &p); err != nil {
		return Provider{}, fmt.Errorf("read the schema of %s: %w", name, err)
	}
	return p, nil
}

// CtyType is the type of the attribute's values. It panics where the extract is damaged.
func (a Attribute) CtyType() cty.Type {
	t, err := ctyjson.UnmarshalType(a.Type)
	if err != nil {
		panic(fmt.Sprintf("type %s: %v", a.Type, err))
	}
	return t
}

// CtyType is the type of the block's values.
func (b Block) CtyType() cty.Type {
	all := map[string]cty.Type{}
	for name, a := range b.Attributes {
		all[name] = a.CtyType()
	}
	for name, n := range b.Blocks {
		all[name] = n.CtyType()
	}
	return cty.Object(all)
}

// CtyType is the type of all blocks of this name together.
func (n Nested) CtyType() cty.Type {
	switch n.Nesting {
	case "single":
		return n.Block.CtyType()
	case "set":
		return cty.Set(n.Block.CtyType())
	}
	return cty.List(n.Block.CtyType())
}
