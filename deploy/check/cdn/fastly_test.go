package cdn

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const fastly = "../../cdn/fastly.vcl"

// falco runs the linter and interpreter of Fastly's VCL. Its error is how it ended, with what it said.
func falco(args ...string) ([]byte, error) {
	cmd := exec.Command("go", append([]string{"tool", "falco"}, args...)...)
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		err = fmt.Errorf("%w: %s%s", err, out, exit.Stderr)
	}
	return out, err
}

// Fastly's VCL has no mistake, and cuts Accept as all others do; nobody brings anything in by it.
func TestFastly(t *testing.T) {
	if _, err := falco("lint", "-v", fastly); err != nil {
		t.Errorf("falco lint: %v", err)
	}
	text, err := os.ReadFile(fastly)
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for i, a := range accepts {
		for j, target := range targets {
			want := a.want
			if !target.looks {
				want = "*/*"
			}
			fmt.Fprintf(&tests, "// @scope: recv\nsub test_%d_%d {\nset req.method = \"GET\";\nset req.url = \"%s\";\nset req.http.Accept = \"%s\";\n"+
				"testing.call_subroutine(\"vcl_recv\");\nassert.equal(req.http.Accept, \"%s\");\n}\n", i, j, escaped(target.url), escaped(strings.Join(a.lines, ",")), want)
		}
	}
	fmt.Fprint(&tests, "// @scope: recv\nsub test_elsewhere {\nset req.url = \"/healthz\";\ntesting.call_subroutine(\"vcl_recv\");\nassert.equal(testing.state, \"ERROR\");\n}\n")
	if failed := interpret(t, string(text), tests.String(), len(accepts)*len(targets)+1); len(failed) > 0 {
		t.Errorf("%d of the tests fail, the first: %s", len(failed), failed[0])
	}
	spoiled := strings.Replace(string(text), `set var.accept = "image/avif,"`, `set var.accept = "image/avif "`, 1)
	if failed := interpret(t, spoiled, tests.String(), len(accepts)*len(targets)+1); len(failed) == 0 {
		t.Error("a VCL that spoils Accept passes")
	}
}

// interpret runs so many tests of a VCL, and returns what fails.
func interpret(t *testing.T, vcl, tests string, n int) (failed []string) {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{"fastly.vcl": vcl, "fastly.test.vcl": tests} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := falco("test", "-json", filepath.Join(dir, "fastly.vcl")) // an error is that tests fail
	var told struct {
		Tests []struct {
			Suites []struct{ Name, Error string }
		}
	}
	if json.Unmarshal(out, &told) != nil || len(told.Tests) != 1 || len(told.Tests[0].Suites) != n {
		t.Fatalf("falco test has not run %d tests: %v\n%.2000s", n, err, out)
	}
	for _, test := range told.Tests[0].Suites {
		if test.Error != "" {
			failed = append(failed, test.Name+": "+test.Error)
		}
	}
	return failed
}

// escaped is a text as one of VCL's: of what has a meaning there.
func escaped(text string) string { return strings.ReplaceAll(text, "%", "%25") }
