package main_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightwell/config"
)

// composeSecrets are what secrets.sh makes for the Compose file.
func composeSecrets(t *testing.T) map[string]string {
	t.Helper()
	dir := t.TempDir()
	script, err := os.ReadFile("deploy/compose/secrets.sh")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "secrets.sh"), script, 0o755)
	}
	if err != nil {
		t.Fatal(err)
	}
	var first []byte
	for range 2 { // the second changes nothing
		if out, err := exec.Command(filepath.Join(dir, "secrets.sh")).CombinedOutput(); err != nil {
			t.Fatalf("secrets.sh: %v\n%s", err, out)
		}
		made, err := os.ReadFile(filepath.Join(dir, ".env"))
		if err != nil {
			t.Fatal(err)
		}
		if first != nil && !bytes.Equal(made, first) {
			t.Errorf("secrets.sh made other secrets the second time")
		}
		first = made
	}
	if info, err := os.Stat(filepath.Join(dir, ".env")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf(".env has the mode %v, %v, want that others cannot read it", info.Mode(), err)
	}
	secrets := map[string]string{}
	for line := range strings.Lines(string(first)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		secrets[name] = value
	}
	return secrets
}

// The Compose file is one, pins what it takes from elsewhere, gives Lightwell only settings that there are, and no
// privilege.
func TestComposeFile(t *testing.T) {
	var table bytes.Buffer
	if err := config.WriteMarkdown(&table); err != nil {
		t.Fatal(err)
	}
	project := loadCompose(t, composeSecrets(t))
	pinned := regexp.MustCompile(`:v?\d+(\.\d+)*$`)
	for name, s := range project.Services {
		for _, v := range s.Volumes {
			if _, err := os.Stat(v.Source); v.Type == "bind" && err != nil {
				t.Errorf("%s is given what is not there: %v", name, err)
			}
		}
		if s.Restart != "unless-stopped" {
			t.Errorf("%s restarts %q", name, s.Restart)
		}
		if s.Image != "lightwell" {
			if !pinned.MatchString(s.Image) {
				t.Errorf("%s has the image %s, want a version", name, s.Image)
			}
			continue
		}
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || s.HealthCheck == nil || (s.Build != nil) != (name == "origin-1") {
			t.Errorf("%s may write %t, drops %q and has the health check %v; one of them builds", name, !s.ReadOnly, s.CapDrop, s.HealthCheck)
		}
		for setting := range s.Environment {
			if !strings.Contains(table.String(), "| `"+setting+"` |") {
				t.Errorf("%s is given %s, which is no setting", name, setting)
			}
		}
	}
	if err := exec.Command("bash", "-n", "deploy/compose/restart.sh").Run(); err != nil {
		t.Errorf("restart.sh: %v", err)
	}
}
