package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// A worker that is stopped for longer than its lease loses its image to another, which
// finishes it. When the first one goes on, while the other is at work or afterwards, what
// it says is refused: the counters stay exact, and the image stays as it was.
func TestStoppedWorkerIsNotHeard(t *testing.T) {
	for _, place := range places {
		for _, when := range []string{"meanwhile", "afterwards"} {
			t.Run(place.name+" "+when, func(t *testing.T) { stoppedWorker(t, place.open(t), when) })
		}
	}
}

func stoppedWorker(t *testing.T, at place, when string) {
	flags := append(slices.Clone(at.flags), "--lease=1s", "--sync-wait=0s", "--pool-children=2")
	debug := append(slices.Clone(flags), "--log-level=debug")
	u, first := launch(t, "uploader", at.machine(t), flags), launch(t, "worker", at.machine(t), debug)
	id := u.uploadSlow()
	first.wantLine(`"an item is begun" job=` + id + ` item=` + id + ` attempt=1`)
	first.freeze()
	second := launch(t, "worker", at.machine(t), debug)
	second.wantLine(`"an item is begun" job=` + id + ` item=` + id + ` attempt=2`)
	refused := `"an item was lost to another worker" job=` + id + ` item=` + id + ` attempt=1|item=` + id + ` error=.*stale`
	goOn := func() { first.signal(syscall.SIGCONT); first.wantLine(refused) }
	if when == "meanwhile" {
		goOn()
	}
	eventually(t, patience, "the second worker has done it", func() bool { return u.job(t, id, "").Status == "completed" })
	before := u.job(t, id, "")
	if when == "afterwards" {
		goOn()
	}
	if log := second.logged(); strings.Contains(log, "was lost") || strings.Contains(log, "stale") {
		t.Errorf("the second worker lost it, too:\n%s", log)
	}
	first.stop() // whatever it had begun has an end now
	second.stop()
	p := serve(t, at.machine(t), append(slices.Clone(flags), "--sweep-every=1s", "--sweep-grace=1s"))
	p.bucket = at.bucket
	if s := p.job(t, id, ""); s.Status != "completed" || s.Total != 1 || s.Completed != 1 || s.Failed != 0 || !slices.Equal(s.Items, before.Items) {
		t.Errorf("the job is %+v, want it as before the first worker went on: %+v", s, before)
	}
	if ids := listAll(t, p); !slices.Equal(ids, []string{id}) {
		t.Errorf("the images are %v, want %s", ids, id)
	}
	p.wantNothingLeft(0)
	p.wantDelivered(id, testdata(t, "photo.jpg"))
	if n := len(p.objects("originals")); n != 1 {
		t.Errorf("%d originals, want 1", n)
	}
}

// uploadSlow uploads an image with renditions that take seconds, so that a worker can be
// stopped in the middle, and returns its id.
func (p *process) uploadSlow() string {
	p.t.Helper()
	instructions := url.QueryEscape(`[{"w":1300,"fm":"avif"},{"w":1200,"fm":"avif"}]`)
	a := do(p.t, request(p.t, http.MethodPost, p.uploads+"/upload?instructions="+instructions, testdata(p.t, "photo.jpg"), "Content-Type", "image/jpeg"))
	var taken struct{ ImageID string }
	if err := json.Unmarshal(a.body, &taken); err != nil || a.status != http.StatusAccepted {
		p.t.Fatalf("POST /upload = %d %s, want 202", a.status, a.body)
	}
	return taken.ImageID
}

// freeze stops a process at a moment at which it has no lock on a file: with that of the
// queue in SQLite, all others would wait for it.
func (p *process) freeze() {
	p.t.Helper()
	eventually(p.t, patience, "a moment without a lock", func() bool {
		p.signal(syscall.SIGSTOP)
		locks, err := os.ReadFile("/proc/locks")
		if err != nil {
			p.t.Fatal(err)
		}
		held := fmt.Sprintf(`(?m)POSIX .* WRITE +%d `, p.cmd.Process.Pid)
		if !regexp.MustCompile(held).Match(locks) {
			return true
		}
		p.signal(syscall.SIGCONT)
		return false
	})
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// wantLine waits for a line of the log.
func (p *process) wantLine(pattern string) {
	p.t.Helper()
	line := regexp.MustCompile(pattern)
	eventually(p.t.(*testing.T), patience, pattern, func() bool { return line.MatchString(p.logged()) })
}
