// Package pooltest builds the program for tests that need real render processes
// or a real server. It is built without the race detector, under which a process
// has another memory layout and the memory ceiling means nothing.
package pooltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main is a TestMain: it builds lightwell, says in binary where, and runs the tests.
func Main(m *testing.M, binary *string) {
	built, remove, err := build()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	*binary = built
	code := m.Run()
	remove()
	os.Exit(code)
}

// build builds lightwell into a new folder, which remove takes away again.
func build() (binary string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "lightwell-test-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	binary = filepath.Join(dir, "lightwell")
	cmd := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "lightwell")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := cmd.CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("build lightwell: %w\n%s", err, out)
	}
	return binary, remove, nil
}
