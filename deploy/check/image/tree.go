package image

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// tree is a root file system in a folder.
type tree struct {
	root  string
	binds []string // FROM:TO, what of the machine is seen in it while commands run
}

// What stands in for the bases of the official images: Debian's least, without what the slim variant leaves out, and for
// golang's with what it has to compile C.
const (
	slim = `path-exclude /usr/share/doc/*
path-exclude /usr/share/info/*
path-exclude /usr/share/linda/*
path-exclude /usr/share/lintian/overrides/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
path-include /usr/share/doc/*/copyright
`
	// clean has apt keep no packages, as the official images do.
	clean = `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin"; };
`
	toolchain = "ca-certificates g++ gcc git libc6-dev make"
)

// plant makes a tree of a base image, from the cache where it has been made before.
func plant(ctx context.Context, cache, root, name, tag string) (*tree, error) {
	t := &tree{root: root}
	release := strings.TrimSuffix(tag, "-slim")
	switch name {
	case "debian":
	case "golang":
		_, release, _ = strings.Cut(tag, "-")
		if err := t.bindGo(ctx); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("base image %s: only debian and golang are known", name)
	}
	kept := filepath.Join(cache, name+"-"+release+".tar")
	if _, err := os.Stat(kept); err == nil {
		return t, run(ctx, "tar", "-C", root, "-xf", kept)
	}
	if err := run(ctx, "debootstrap", "--variant=minbase", release, root); err != nil {
		return nil, err
	}
	if name == "golang" {
		if err := t.chroot(ctx, nil, "/", "apt-get update && apt-get install -y --no-install-recommends "+toolchain); err != nil {
			return nil, err
		}
	} else if err := t.slim(ctx); err != nil {
		return nil, err
	}
	if err := run(ctx, "tar", "-C", root, "-cf", kept+".new", "."); err != nil {
		return nil, err
	}
	return t, os.Rename(kept+".new", kept)
}

// slim leaves out what the slim variant does.
func (t *tree) slim(ctx context.Context) error {
	for name, text := range map[string]string{"dpkg/dpkg.cfg.d/slim": slim, "apt/apt.conf.d/clean": clean} {
		if err := os.WriteFile(filepath.Join(t.root, "etc", name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return t.chroot(ctx, nil, "/", "apt-get clean; rm -rf /usr/share/info /usr/share/locale/* /usr/share/man/* /var/cache/apt/*.bin /var/lib/apt/lists/*; "+
		"find /usr/share/doc -type f ! -name copyright -delete")
}

// bindGo shows the machine's Go and its modules, which the tree then need not fetch.
func (t *tree) bindGo(ctx context.Context) error {
	out, err := exec.CommandContext(ctx, "go", "env", "GOROOT", "GOMODCACHE").Output()
	if err != nil {
		return fmt.Errorf("ask where Go is: %w", err)
	}
	places := strings.Fields(string(out))
	t.binds = append(t.binds, places[0]+":/usr/local/go", places[1]+":/go/pkg/mod")
	return nil
}

// chroot runs a command by a shell in the tree, with the machine's network.
func (t *tree) chroot(ctx context.Context, with env, dir, command string) error {
	if err := run(ctx, "cp", "-L", "/etc/resolv.conf", filepath.Join(t.root, "etc/resolv.conf")); err != nil {
		return err
	}
	set := env{"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "DEBIAN_FRONTEND": "noninteractive"}
	for name, value := range with {
		set[name] = value
	}
	script := `mount --make-rprivate /; mount -t proc proc "$1/proc"; mount --rbind /dev "$1/dev"` + "\n"
	for _, bind := range t.binds {
		from, to, _ := strings.Cut(bind, ":")
		script += fmt.Sprintf("mkdir -p \"$1%s\"; mount --bind %s \"$1%s\"\n", to, from, to)
	}
	script += `root=$1; dir=$2; command=$3; shift 3; exec chroot "$root" /usr/bin/env -i -C "$dir" "$@" /bin/sh -c "$command"`
	args := append([]string{"--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", script, "sh", t.root, dir, command}, set.list()...)
	return run(ctx, "unshare", args...)
}

// run runs a command, whose output is in the error where it fails.
func run(ctx context.Context, name string, args ...string) error {
	out, err := exec.CommandContext(ctx, name, args...).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", name, err, out[max(0, len(out)-4000):])
	}
	return nil
}
