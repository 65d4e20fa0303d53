package pooltest

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// Clients is a copy of the scripts of testdata/clients beside the npm packages that they need,
// which are installed if need be: node looks for those from where a script is, and the
// repository, whose folder root is, does not have them.
func Clients(t testing.TB, root string) string {
	t.Helper()
	packages, err := clientPackages(root)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(root, "testdata/clients"))); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(packages, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	return dir
}

// installing guards the installation, which is once for each version of the packages.
var installing sync.Mutex

// clientPackages is where the npm packages are.
func clientPackages(root string) (string, error) {
	installing.Lock()
	defer installing.Unlock()
	cmd := exec.Command(filepath.Join(root, "deploy/clients.sh"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("deploy/clients.sh: %w\n%s", err, &stderr)
	}
	return strings.TrimSpace(string(out)), nil
}
