package terraform

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// references are all that a body names, but the iterators of its dynamic blocks.
func references(b *hclsyntax.Body) []hcl.Traversal { return within(b, nil) }

func within(b *hclsyntax.Body, iterators []string) (all []hcl.Traversal) {
	for _, a := range b.Attributes {
		for _, t := range a.Expr.Variables() {
			if !slices.Contains(iterators, t.RootName()) {
				all = append(all, t)
			}
		}
	}
	for _, block := range b.Blocks {
		if block.Type != "dynamic" {
			all = append(all, within(block.Body, iterators)...)
			continue
		}
		all = append(all, within(&hclsyntax.Body{Attributes: block.Body.Attributes}, iterators)...)
		for _, content := range block.Body.Blocks {
			all = append(all, within(content.Body, append(slices.Clip(iterators), block.Labels[0]))...)
		}
	}
	return all
}

// Names are all references of the module, as written: var.name, local.tags, aws_lb.images.
func (m *Module) Names() map[string]bool {
	var all []hcl.Traversal
	for _, blocks := range []map[string]*hclsyntax.Block{m.Resources, m.Data, m.Outputs} {
		for _, b := range blocks {
			all = append(all, references(b.Body)...)
		}
	}
	for _, b := range m.Others {
		if b.Type == "provider" {
			all = append(all, references(b.Body)...)
		}
	}
	for _, a := range m.Locals {
		all = append(all, a.Expr.Variables()...)
	}
	named := map[string]bool{}
	for _, t := range all {
		names := steps(t)
		if names[0] == "data" {
			names = names[1:]
			named["data."+names[0]+"."+names[1]] = true
			continue
		}
		named[names[0]+"."+names[1]] = true
	}
	return named
}
