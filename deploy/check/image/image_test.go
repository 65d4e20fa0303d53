package image

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const repository = "../../.."

func readOurs(t *testing.T) *dockerfile {
	t.Helper()
	d, err := read(filepath.Join(repository, "Dockerfile"))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// The Dockerfile is clean by BuildKit's own checks, builds with the Go that go.mod asks for, and ends as nobody in
// particular, with a health check.
func TestDockerfile(t *testing.T) {
	d := readOurs(t)
	found, err := d.lint(t.Context())
	if err != nil || len(found) > 0 {
		t.Errorf("BuildKit's checks find %q, %v", found, err)
	}
	mod, err := os.ReadFile(filepath.Join(repository, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	_, tag, err := d.base(d.stages[0])
	version, _, _ := strings.Cut(tag, "-")
	if err != nil || !strings.Contains(string(mod), "\ngo "+version+".") {
		t.Errorf("the first stage is of Go %q, %v, which is not go.mod's", tag, err)
	}
	last := string(d.text[strings.LastIndex(string(d.text), "\nFROM"):])
	for _, want := range []string{"\nUSER 65532:65532\n", "\nHEALTHCHECK ", "\nVOLUME /data\n", `ENTRYPOINT ["lightwell"]`} {
		if !strings.Contains(last, want) {
			t.Errorf("the last stage has no %q", want)
		}
	}
}

// The checks find something where there is something to be found.
func TestLint(t *testing.T) {
	bad := &dockerfile{text: []byte("from debian:trixie-slim AS Base\nENV a b\nCMD lightwell\n")}
	if found, err := bad.lint(t.Context()); err != nil || len(found) < 3 {
		t.Errorf("lint of a bad Dockerfile = %q, %v, want three findings", found, err)
	}
}

// What a build does not need is not sent to it, and what it embeds is.
func TestContext(t *testing.T) {
	ignored, err := (&builder{context: repository}).ignored()
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		".git/config": true, "bin/lightwell": true, "data/originals": true, "deploy/setup.sh": true,
		"go.mod": false, "main.go": false, "transform/faces/facefinder": false, "bench/fixtures/canyon.jpg": false, "uploader/console/static/index.html": false,
	} {
		if got, err := ignored(path); got != want || err != nil {
			t.Errorf("ignored(%s) = %t, %v, want %t", path, got, err, want)
		}
	}
}
