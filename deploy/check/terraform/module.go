// Package terraform checks deploy/terraform without Terraform and without Amazon: it parses the files, works out what
// would be made for given variables, and holds that to the providers' schemas.
//
// It knows as much of Terraform's language as those files use. Whether Terraform itself agrees is looked at by its own
// validate and plan, over a provider that stands in (provider).
package terraform

import (
	"fmt"
	"path/filepath"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Module is a folder of .tf files, as they are written.
type Module struct {
	Dir       string
	Variables map[string]*hclsyntax.Block
	Locals    map[string]*hclsyntax.Attribute
	// Resources and Data are by address: aws_lb.images.
	Resources, Data map[string]*hclsyntax.Block
	Outputs         map[string]*hclsyntax.Block
	// Others are the blocks terraform and provider.
	Others []*hclsyntax.Block
}

// Parse reads a folder.
func Parse(dir string) (*Module, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.tf"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s has no .tf files", dir)
	}
	m := &Module{
		Dir: dir, Variables: map[string]*hclsyntax.Block{}, Locals: map[string]*hclsyntax.Attribute{},
		Resources: map[string]*hclsyntax.Block{}, Data: map[string]*hclsyntax.Block{}, Outputs: map[string]*hclsyntax.Block{},
	}
	parser := hclparse.NewParser()
	for _, name := range files {
		file, diags := parser.ParseHCLFile(name)
		if diags.HasErrors() {
			return nil, diags
		}
		for _, block := range file.Body.(*hclsyntax.Body).Blocks {
			if err := m.add(block); err != nil {
				return nil, err
			}
		}
	}
	return m, nil
}

func (m *Module) add(b *hclsyntax.Block) error {
	switch b.Type {
	case "variable":
		return put(m.Variables, b.Labels[0], b, b.DefRange())
	case "output":
		return put(m.Outputs, b.Labels[0], b, b.DefRange())
	case "resource":
		return put(m.Resources, b.Labels[0]+"."+b.Labels[1], b, b.DefRange())
	case "data":
		return put(m.Data, b.Labels[0]+"."+b.Labels[1], b, b.DefRange())
	case "locals":
		for name, attribute := range b.Body.Attributes {
			if err := put(m.Locals, name, attribute, attribute.Range()); err != nil {
				return err
			}
		}
	case "terraform", "provider":
		m.Others = append(m.Others, b)
	default:
		return fmt.Errorf("%s: a block %q is not known here", b.DefRange(), b.Type)
	}
	return nil
}

func put[T any](all map[string]T, name string, value T, at hcl.Range) error {
	if _, twice := all[name]; twice {
		return fmt.Errorf("%s: %s is there twice", at, name)
	}
	all[name] = value
	return nil
}
