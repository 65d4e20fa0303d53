package terraform

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// Every argument and block is one that the provider has, with a value of its type; what must be there is; and every
// reference names something.
func TestPlans(t *testing.T) {
	eachFleet(t, func(t *testing.T, p *Plan) {
		if n := len(p.Instances("aws_ecs_service")); n != 3 {
			t.Errorf("%d services, want 3", n)
		}
	})
}

func TestVariablesAndOutputsSayWhatTheyAre(t *testing.T) {
	m := parse(t)
	for name, v := range m.Variables {
		for _, needs := range []string{"type", "description"} {
			if v.Body.Attributes[needs] == nil {
				t.Errorf("variable %s has no %s", name, needs)
			}
		}
		for _, block := range v.Body.Blocks {
			if block.Type != "validation" {
				t.Errorf("variable %s has a block %s", name, block.Type)
			}
		}
	}
	for name, output := range m.Outputs {
		if output.Body.Attributes["description"] == nil {
			t.Errorf("output %s has no description", name)
		}
	}
}

func TestNothingIsUnused(t *testing.T) {
	m := parse(t)
	named := m.Names()
	for name := range m.Variables {
		if !named["var."+name] {
			t.Errorf("nothing uses var.%s", name)
		}
	}
	for name := range m.Locals {
		if !named["local."+name] {
			t.Errorf("nothing uses local.%s", name)
		}
	}
	for address := range m.Data {
		if !named["data."+address] {
			t.Errorf("nothing uses data.%s", address)
		}
	}
}

// The example in README.md makes a fleet: it gives what must be given, and nothing that there is not.
func TestReadmesExampleIsAFleet(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(folder, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(text), "```hcl\n")
	example, _, _ := strings.Cut(after, "```")
	file, diags := hclsyntax.ParseConfig([]byte(example), "README.md", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	given := map[string]cty.Value{}
	for name, attribute := range file.Body.(*hclsyntax.Body).Attributes {
		if given[name], diags = attribute.Expr.Value(nil); diags.HasErrors() {
			t.Fatal(diags)
		}
	}
	if _, err := parse(t).Plan(given); err != nil {
		t.Errorf("Plan(README.md's example) = %v", err)
	}
}

func TestFilesAreFormatted(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(hclwrite.Format(text), text) {
			t.Errorf("%s is not formatted: run terraform fmt", file)
		}
		if lines := bytes.Count(text, []byte("\n")); lines >= 250 {
			t.Errorf("%s has %d lines, want fewer than 250", file, lines)
		}
	}
}

// A version that nobody has tried must not come in by itself.
func TestVersionsAreBounded(t *testing.T) {
	m := parse(t)
	for _, b := range m.Others {
		if b.Type != "terraform" {
			continue
		}
		version, _ := b.Body.Attributes["required_version"].Expr.Value(nil)
		if !strings.Contains(version.AsString(), "<") {
			t.Errorf("required_version is %q, and has no upper bound", version.AsString())
		}
		for name, provider := range b.Body.Blocks[0].Body.Attributes {
			v, _ := provider.Expr.Value(nil)
			if pin := v.GetAttr("version").AsString(); !strings.HasPrefix(pin, "~> ") {
				t.Errorf("provider %s is %q, want ~>", name, pin)
			}
		}
		return
	}
	t.Error("there is no block terraform")
}

func TestRefusesWhatCannotBe(t *testing.T) {
	m := parse(t)
	tests := []struct {
		name  string
		value cty.Value
		want  string
	}{
		{"name", cty.StringVal("Pictures"), "begin with a letter"},
		{"name", cty.StringVal("a-name-that-is-too-long"), "begin with a letter"},
		{"region", cty.StringVal("Frankfurt"), "such as eu-central-1"},
		{"image", cty.StringVal("lightwell:latest"), "other than latest"},
		{"image", cty.StringVal("lightwell"), "other than latest"},
		{"architecture", cty.StringVal("arm64"), "X86_64 or ARM64"},
		{"vpc_id", cty.StringVal("subnet-1"), "vpc-"},
		{"private_subnet_ids", texts("subnet-1"), "two private subnets"},
		{"public_subnet_ids", texts("subnet-1"), "two public subnets"},
		{"images_domain", cty.StringVal("https://img.example.com"), "without https://"},
		{"uploads_domain", cty.StringVal("upload"), "without https://"},
		{"cdn_certificate_arn", cty.StringVal("arn:aws:acm:eu-central-1:123456789012:certificate/a"), "us-east-1"},
		{"certificate_arn", cty.StringVal("a"), "ACM"},
		{"signing_keys_secret_arn", cty.StringVal("0123456789abcdef"), "Secrets Manager"},
		{"tokens_secret_arn", cty.StringVal("web:secret"), "Secrets Manager"},
		{"incoming_days", cty.NumberFloatVal(1.5), "whole number"},
		{"noncurrent_days", cty.NumberIntVal(0), "at least 1"},
		{"originals_class", cty.StringVal("DEEP_ARCHIVE"), "answered 503"},
		{"originals_class_days", cty.NumberIntVal(7), "before 30 days"},
		{"keep_renditions_days", cty.NumberIntVal(-1), "or 0"},
		{"queue_engine", cty.StringVal("redis"), "memorydb or elasticache"},
		{"queue_replicas", cty.NumberIntVal(0), "1 to 5"},
		{"queue_replicas", cty.NumberIntVal(6), "1 to 5"},
		{"cache_replicas", cty.NumberIntVal(-1), "0 to 5"},
		{"cache_replicas", cty.NumberIntVal(6), "0 to 5"},
		{"origin", cty.ObjectVal(map[string]cty.Value{"min": cty.NumberIntVal(1)}), "Two tasks"},
		{"uploader", cty.ObjectVal(map[string]cty.Value{"memory": cty.NumberIntVal(512)}), "2 to 8 MiB"},
		{"worker", cty.ObjectVal(map[string]cty.Value{"storage": cty.NumberIntVal(10)}), "21 to 200 GiB"},
		{"worker", cty.ObjectVal(map[string]cty.Value{"cpu": cty.NumberIntVal(4096), "memory": cty.NumberIntVal(32768)}), "2 to 8 MiB"},
		{"cpu_target", cty.NumberIntVal(100), "20 to 90"},
		{"drain_delay", cty.NumberIntVal(5), "16 to 30"},
		{"drain_delay", cty.NumberIntVal(31), "16 to 30"},
		{"drain_timeout", cty.NumberIntVal(100), "5 to 75"},
		{"settings", cty.MapVal(map[string]cty.Value{"MAX_BYTES": cty.StringVal("1")}), "begin with LIGHTWELL_"},
		{"price_class", cty.StringVal("All"), "PriceClass_All"},
		{"log_days", cty.NumberIntVal(31), "CloudWatch knows"},
		{"colour", cty.StringVal("blue"), "there is no variable"},
	}
	for _, tt := range tests {
		_, err := m.Plan(with(needed, map[string]cty.Value{tt.name: tt.value}))
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("Plan(%s = %#v) = %v, want %q", tt.name, tt.value, err, tt.want)
		}
	}
}
