package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// Links that lead out of the store are errors, and not written through.
func TestDiskFollowsNoLinkOutside(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	d := openDisk(t, dir)
	for link, target := range map[string]string{"file": secret, "folder": outside, "up": "../../" + filepath.Base(outside)} {
		if err := os.Symlink(target, filepath.Join(dir, "objects", link)); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"file", "folder/secret", "up/secret"} {
		if _, err := d.Open(t.Context(), name); err == nil {
			t.Errorf("Open(%q) = nil, want an error", name)
		}
		if _, err := d.Stat(t.Context(), name); err == nil {
			t.Errorf("Stat(%q) = nil, want an error", name)
		}
	}
	for _, name := range []string{"folder/new", "up/new"} {
		if err := d.Put(t.Context(), name, strings.NewReader("x"), 1); err == nil {
			t.Errorf("Put(%q) = nil, want an error", name)
		}
		if err := d.Delete(t.Context(), "folder/secret"); err == nil {
			t.Errorf("Delete(%q) = nil, want an error", "folder/secret")
		}
	}
	for info, err := range d.List(t.Context(), "", "") {
		t.Errorf("List yields %+v, %v, want nothing", info, err)
	}
	put(t, d, "file", "x") // replaces the link, not what it points to
	if got, err := os.ReadFile(secret); err != nil || string(got) != "secret" {
		t.Errorf("outside = %q, %v, want it untouched", got, err)
	}
	if got := paths(t, outside, "."); !slices.Equal(got, []string{"secret"}) {
		t.Errorf("outside = %q, want the secret only", got)
	}
}

func TestDiskIgnoresStrangers(t *testing.T) {
	dir := t.TempDir()
	d := openDisk(t, dir)
	put(t, d, "a/b", "x")
	for _, stranger := range []string{".DS_Store", "lost+found/x", "~a/x", "~a/~c/short", "a/~z/~z/zzz", "a/" + strings.Repeat("w", 30)} {
		file := filepath.Join(dir, "objects", stranger)
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for info, err := range d.List(t.Context(), "", "") {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, info.Name)
	}
	if want := []string{"a/b"}; !slices.Equal(got, want) {
		t.Errorf("List = %q, want %q", got, want)
	}
}
