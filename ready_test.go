package main_test

import (
	"net/http"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// wantReady wants an answer of /readyz within two seconds, and two more for a machine that has other things to do.
func (p *process) wantReady(query string, status int, says string) {
	p.t.Helper()
	began := time.Now()
	a, err := try(request(p.t, http.MethodGet, p.admin+"/readyz"+query, nil))
	if took := time.Since(began); err != nil || a.status != status || !strings.Contains(string(a.body), says) || took > 4*time.Second {
		p.t.Errorf("GET /readyz%s = %d %q, %v after %v, want %d %q within 4s", query, a.status, a.body, err, took, status, says)
	}
}

// Readiness is told soon, also when S3 or Redis hang: an origin needs the store, unless that is optional, and an
// uploader the queue, too.
func TestReadyWhileThingsHang(t *testing.T) {
	t.Parallel()
	m := startMachines(t, 1)
	image, upload, worker := m.origins[0], m.launch("uploader"), m.launch("worker")
	all := []*process{image, m.push, upload, worker}
	path := "/image/" + m.push.upload(testdata(t, "photo.jpg")) + "?w=50"
	image.get(path)
	everywhere := func(of []*process, query string, status int, says string) {
		t.Helper()
		var asking sync.WaitGroup
		for _, p := range of {
			asking.Go(func() { p.wantReady(query, status, says) })
		}
		asking.Wait()
	}
	everywhere(all, "", 200, "ready\n")
	everywhere(all, "?store=optional", 200, "ready\n")

	m.s3.Signal(syscall.SIGSTOP)
	for range 4 { // before and after it is known to be down
		everywhere(all, "", 503, "the store does not answer")
		everywhere(all, "?store=optional", 200, "ready, but the store does not answer\n")
	}
	if a := image.get(path); a.status != http.StatusOK {
		t.Errorf("GET of what is cached = %d %s", a.status, a.body)
	}
	m.s3.Signal(syscall.SIGCONT)
	for _, p := range all {
		eventually(t, 10*time.Second, "it is ready again", func() bool {
			return do(t, request(t, http.MethodGet, p.admin+"/readyz", nil)).status == http.StatusOK
		})
	}

	m.redis.Hang()
	everywhere([]*process{image, m.push}, "", 200, "ready\n")
	everywhere([]*process{upload, worker}, "", 503, "the queue does not answer")
	everywhere([]*process{upload, worker}, "?store=optional", 503, "the queue does not answer")
	m.s3.Signal(syscall.SIGSTOP)
	everywhere(all, "", 503, "does not answer")
	m.s3.Signal(syscall.SIGCONT)
	m.redis.GoOn()
	for _, p := range all {
		eventually(t, 10*time.Second, "it is ready again", func() bool {
			return do(t, request(t, http.MethodGet, p.admin+"/readyz", nil)).status == http.StatusOK
		})
	}
}

// Readiness on a disk, with the queue in a file, and while it drains.
func TestReadyOnADisk(t *testing.T) {
	data := t.TempDir()
	for _, does := range []string{"serve", "origin", "uploader", "worker"} {
		p := launch(t, does, data, []string{"--drain-delay=10s"})
		p.wantReady("", 200, "ready\n")
		p.cmd.Process.Signal(syscall.SIGTERM)
		p.wantLine("serving for a moment longer")
		p.wantReady("", 503, "draining")
		p.wantReady("?store=optional", 503, "draining")
		p.cmd.Process.Kill()
		<-p.exited
	}
}
