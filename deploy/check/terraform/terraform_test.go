//go:build terraform

package terraform

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"lightwell/deploy/check/terraform/schema"
)

// tool runs Terraform or OpenTofu in a copy of the folder, with providers that stand in.
type tool struct {
	path, dir string
	env       []string
}

func (t tool) run(args ...string) ([]byte, error) {
	cmd := exec.Command(t.path, args...)
	cmd.Dir, cmd.Env = t.dir, append(os.Environ(), t.env...)
	var said, wrong strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &wrong
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("%s: %w\n%s%s", strings.Join(args, " "), err, said.String(), wrong.String())
	}
	return []byte(said.String()), err
}

// Terraform itself finds the files formatted and valid, and plans what Plan says, value by value. LIGHTWELL_TERRAFORM is
// a terraform or a tofu. The test has the build tag terraform: to build one takes longer than all else here together.
func TestTerraformAgrees(t *testing.T) {
	path := os.Getenv("LIGHTWELL_TERRAFORM")
	if path == "" {
		t.Fatal("LIGHTWELL_TERRAFORM names no terraform or tofu")
	}
	terraform := withStandIns(t, path)
	for _, args := range [][]string{{"fmt", "-check", "-diff"}, {"validate", "-no-color"}} {
		if _, err := terraform.run(args...); err != nil {
			t.Error(err)
		}
	}
	m := parse(t)
	for name, given := range fleets {
		t.Run(name, func(t *testing.T) {
			p, err := m.Plan(given)
			if err != nil {
				t.Fatal(err)
			}
			wantSame(t, p, terraform.plan(t, given))
		})
	}
}

// withStandIns builds the provider, and says that it is to be taken.
func withStandIns(t *testing.T, path string) tool {
	t.Helper()
	dir := t.TempDir()
	plugins, work, rc := filepath.Join(dir, "plugins"), filepath.Join(dir, "deploy", "terraform"), filepath.Join(dir, "rc")
	if out, err := exec.Command("go", "build", "-buildvcs=false", "-o", plugins+"/", "./provider").CombinedOutput(); err != nil {
		t.Fatalf("build the provider: %v\n%s", err, out)
	}
	text := "provider_installation {\n  dev_overrides {\n"
	for _, name := range schema.Providers {
		if err := os.Link(filepath.Join(plugins, "provider"), filepath.Join(plugins, "terraform-provider-"+name)); err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("    \"hashicorp/%s\" = %q\n", name, plugins)
	}
	if err := os.WriteFile(rc, []byte(text+"  }\n}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{"terraform", "cdn"} {
		if err := os.CopyFS(filepath.Join(dir, "deploy", folder), os.DirFS(filepath.Join("../..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	return tool{path, work, []string{"TF_CLI_CONFIG_FILE=" + rc, "CHECKPOINT_DISABLE=1"}}
}

// planned is a resource in a plan, as `terraform show -json` writes it.
type planned struct {
	Address, Mode, Type string
	Values              map[string]any
}

func (t tool) plan(test *testing.T, given map[string]cty.Value) []planned {
	test.Helper()
	v := cty.ObjectVal(given)
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		test.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(t.dir, "terraform.tfvars.json"), text, 0o600); err != nil {
		test.Fatal(err)
	}
	if _, err := t.run("plan", "-no-color", "-input=false", "-lock=false", "-out=plan"); err != nil {
		test.Fatal(err)
	}
	out, err := t.run("show", "-json", "plan")
	if err != nil {
		test.Fatal(err)
	}
	var is struct {
		Planned struct {
			Root struct{ Resources []planned } `json:"root_module"`
		} `json:"planned_values"`
	}
	if err := json.Unmarshal(out, &is); err != nil {
		test.Fatal(err)
	}
	return is.Planned.Root.Resources
}

// wantSame compares the resources that each of them makes, and their values.
func wantSame(t *testing.T, p *Plan, theirs []planned) {
	t.Helper()
	ours := map[string]cty.Value{}
	for address := range p.module.Resources {
		kind, _, _ := strings.Cut(address, ".")
		for instance, v := range p.Instances(kind) {
			ours[instance] = v
		}
	}
	for _, r := range theirs {
		if r.Mode != "managed" {
			continue
		}
		v, ok := ours[r.Address]
		if !ok {
			t.Errorf("Terraform makes %s, and Plan does not", r.Address)
			continue
		}
		delete(ours, r.Address)
		got := map[string]any{}
		if err := Decode(v, &got); err != nil {
			t.Fatal(err)
		}
		for name, want := range r.Values {
			if !reflect.DeepEqual(got[name], want) {
				t.Errorf("Plan(%s).%s = %#v, want %#v", r.Address, name, got[name], want)
			}
		}
	}
	for address := range ours {
		t.Errorf("Plan makes %s, and Terraform does not", address)
	}
}
