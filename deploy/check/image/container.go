package image

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// container is how an engine would run what a stage has come to: with a root that cannot be written to but for its
// volumes, no privilege, none to be had, the least of devices, and processes of its own. The network is the machine's.
type container struct {
	of   *stage
	data string // folder that is the volume
	env  env    // besides the image's own
}

// confined makes the mounts of a container, and goes there as its user. $1 is the root, $2 the user, $3 the group, $4
// the volume, $5 the folder for it, $6 the working directory; what follows are variables and the command.
const confined = `mount --make-rprivate /
mount --bind "$1" "$1"
mount -t proc proc "$1/proc"
mount -t tmpfs -o mode=755 tmpfs "$1/dev"
for device in null zero full random urandom; do touch "$1/dev/$device"; mount --bind "/dev/$device" "$1/dev/$device"; done
mount --bind "$5" "$1$4"
mount -o remount,bind,ro "$1"
root=$1; user=$2; group=$3; dir=$6; shift 6
exec chroot "$root" setpriv --reuid="$user" --regid="$group" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all /usr/bin/env -i -C "$dir" "$@"`

// command is a process of the container. It ends with ctx.
func (c container) command(ctx context.Context, args ...string) (*exec.Cmd, error) {
	user, group, ok := strings.Cut(c.of.user, ":")
	if !ok || len(c.of.volumes) != 1 {
		return nil, fmt.Errorf("the image has the user %q and the volumes %q, want USER:GROUP and one", c.of.user, c.of.volumes)
	}
	all := env{"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}
	for _, set := range []env{c.of.env, c.env} {
		for name, value := range set {
			all[name] = value
		}
	}
	run := []string{"--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", confined, "sh", c.of.tree.root, user, group, c.of.volumes[0], c.data, c.of.dir}
	return exec.CommandContext(ctx, "unshare", append(append(run, all.list()...), args...)...), nil
}

// size is the image's, of files alone, in bytes.
func (s *stage) size(ctx context.Context) (n int64, err error) {
	out, err := exec.CommandContext(ctx, "du", "-sb", "--exclude="+filepath.Join(s.tree.root, "proc"), s.tree.root).Output()
	if err != nil {
		return 0, fmt.Errorf("measure the image: %w", err)
	}
	_, err = fmt.Sscan(string(out), &n)
	return n, err
}
