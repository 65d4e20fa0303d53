package main_test

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

// A container engine learns by the program itself whether the server with the same settings is ready, and alive; how
// full its disk is, from the metrics.
func TestHealth(t *testing.T) {
	t.Parallel()
	p := launch(t, "origin", t.TempDir(), []string{"--drain-delay=3s", "--admin-listen=0.0.0.0:0"})
	_, port, _ := strings.Cut(strings.TrimPrefix(p.admin, "http://[::]"), ":")
	if free, size := p.metric("lightwell_disk_free_bytes", `folder="data"`), p.metric("lightwell_disk_size_bytes", `folder="data"`); free <= 0 || free > size {
		t.Errorf("%v bytes of %v are free for data", free, size)
	}
	settings := []string{"LIGHTWELL_ADMIN_LISTEN=:" + port}
	for _, tt := range []struct {
		env   []string
		args  []string
		says  string
		isNot bool
	}{
		{settings, []string{"health"}, "ready\n", false},
		{settings, []string{"health", "--alive"}, "ok\n", false},
		{nil, []string{"health", "--admin-listen=0.0.0.0:" + port}, "ready\n", false},
		{nil, []string{"health", "--admin-listen=127.0.0.1:1"}, "connection refused", true},
	} {
		if out, err := lightwell(t, tt.env, tt.args...); (err != nil) != tt.isNot || !strings.Contains(out, tt.says) {
			t.Errorf("%v = %v, %q, want %q", tt.args, err, out, tt.says)
		}
	}
	p.cmd.Process.Signal(syscall.SIGTERM)
	eventually(t, time.Second, "it drains", func() bool {
		out, err := lightwell(t, settings, "health")
		return err != nil && strings.Contains(out, "draining")
	})
	if out, err := lightwell(t, settings, "health", "--alive"); err != nil {
		t.Errorf("health --alive of what drains = %v, %q", err, out)
	}
	<-p.exited
	if out, err := lightwell(t, settings, "health", "--alive"); err == nil {
		t.Errorf("health --alive of what has ended says %q", out)
	}
}
