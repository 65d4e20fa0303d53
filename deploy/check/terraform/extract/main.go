// Command extract writes schema/aws.json: what hashicorp/aws takes, reduced to the resources and data sources that
// deploy/terraform uses. It reads the schema of the whole provider, which the module github.com/upbound/provider-aws
// (Apache-2.0) has in config/schema.json, of version 5.82.2 of the provider at v1.23.0:
//
//	go run ./terraform/extract "$(go mod download -json github.com/upbound/provider-aws@v1.23.0 | sed -n 's/.*"Dir": "\(.*\)",/\1/p')/config/schema.json"
//
// It is run in deploy/check, and only when a resource of a new type comes in.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"

	"lightwell/deploy/check/terraform/schema"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: extract SCHEMA.json")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "extract:", err)
		os.Exit(1)
	}
}

func run(source string) error {
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	var all struct {
		Providers map[string]schema.Provider `json:"provider_schemas"`
	}
	if err := json.Unmarshal(text, &all); err != nil {
		return fmt.Errorf("read %s: %w", source, err)
	}
	aws, ok := all.Providers["registry.terraform.io/hashicorp/aws"]
	if !ok {
		return fmt.Errorf("%s is not of hashicorp/aws", source)
	}
	used, err := usedTypes("../terraform")
	if err != nil {
		return err
	}
	reduced, err := json.MarshalIndent(schema.Provider{
		Config:    reduceConfig(aws.Config),
		Resources: reduce(aws.Resources, used["resource"]), DataSources: reduce(aws.DataSources, used["data"]),
	}, "", " ")
	if err != nil {
		return err
	}
	return os.WriteFile("terraform/schema/aws.json", append(reduced, '\n'), 0o644)
}

var opening = regexp.MustCompile(`(?m)^(resource|data) "(aws_[a-z0-9_]+)"`)

// usedTypes are the types that stand in a folder's files, as resources and as data.
func usedTypes(folder string) (map[string]map[string]bool, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		return nil, err
	}
	used := map[string]map[string]bool{"resource": {}, "data": {}}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, found := range opening.FindAllStringSubmatch(string(text), -1) {
			used[found[1]][found[2]] = true
		}
	}
	return used, nil
}

func reduce(all map[string]schema.Schema, used map[string]bool) map[string]schema.Schema {
	left := map[string]schema.Schema{}
	for name := range used {
		if s, ok := all[name]; ok {
			left[name] = s
		}
	}
	return left
}

// reduceConfig leaves of the provider's own settings those that are used: there are hundreds of endpoints.
func reduceConfig(s schema.Schema) schema.Schema {
	return schema.Schema{Version: s.Version, Block: schema.Block{
		Attributes: map[string]schema.Attribute{"region": s.Block.Attributes["region"]},
		Blocks:     map[string]schema.Nested{"default_tags": s.Block.Blocks["default_tags"]},
	}}
}
