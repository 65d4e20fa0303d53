// Package pooltest builds the program for tests that need real render processes
// or a real server. It is built without the race detector, under which a process
// has another memory layout and the memory ceiling means nothing.
package pooltest

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds lightwell into a new folder. Its path goes to the tests, and
// remove takes the folder away again; call both from TestMain.
func Build() (binary string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "lightwell-test-")
	if err != nil {
		return "", nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	binary = filepath.Join(dir, "lightwell")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, "lightwell")
	build.Env = append(os.Environ(), "CGO_ENABLED=1")
	if out, err := build.CombinedOutput(); err != nil {
		remove()
		return "", nil, fmt.Errorf("build lightwell: %w\n%s", err, out)
	}
	return binary, remove, nil
}
