package main_test

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The generated tables of the README are what the program prints. With
// LIGHTWELL_UPDATE=1 in the environment the test writes them.
func TestREADMETablesAreTheProgramsOwn(t *testing.T) {
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(readme)
	for _, table := range []struct {
		mark string
		args []string
	}{
		{"params", []string{"params"}},
		{"settings", []string{"config", "--markdown"}},
	} {
		out, err := lightwell(t, nil, table.args...)
		if err != nil {
			t.Fatalf("lightwell %v: %v", table.args, err)
		}
		section := regexp.MustCompile(`(?s)(<!-- ` + table.mark + `: .*? -->\n)(.*?)(<!-- /` + table.mark + ` -->)`)
		m := section.FindStringSubmatch(text)
		if m == nil {
			t.Fatalf("README.md has no section %q", table.mark)
		}
		want := "\n" + out + "\n"
		if m[2] != want {
			text = strings.Replace(text, m[0], m[1]+want+m[3], 1)
		}
	}
	if text == string(readme) {
		return
	}
	if os.Getenv("LIGHTWELL_UPDATE") == "1" {
		if err := os.WriteFile("README.md", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Error("README.md does not have what the program prints; LIGHTWELL_UPDATE=1 go test -run README . writes it")
}
