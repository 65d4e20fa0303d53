package main_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightwell/transform"
)

// hostile lists the files of LIGHTWELL_CORPUS that mean harm. What of it may be
// passed on is in testdata/hostile, which is always tried.
func hostile(t *testing.T) []string {
	t.Helper()
	return found(t, "testdata/hostile/*", "hostile")
}

const (
	// intakeDeadline is more than an upload waits for its end: it is answered before.
	intakeDeadline = 8 * time.Second
	renderDeadline = 5 * time.Second
	hostileAnswer  = 10 * time.Second
)

// Every hostile file is answered in time, stored whole or not at all, and where
// it is stored it is rendered or refused; the next photograph works at once.
func TestHostileFilesCostOneRequest(t *testing.T) {
	p := serve(t, t.TempDir(), []string{
		"--intake-deadline=" + intakeDeadline.String(), "--render-deadline=" + renderDeadline.String(),
		"--cache-memory=64MiB", "--pool-memory=256MiB", "--pool-children=3",
	})
	memory := p.watchMemory()
	photo := testdata(t, "photo.jpg")
	server := p.cmd.Process.Pid
	stored, refused := map[[32]byte]bool{sha256.Sum256(photo): true}, 0
	p.upload(photo)
	for _, path := range hostile(t) {
		name := filepath.Base(path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		a := p.post(data)
		if took := time.Since(start); took > hostileAnswer {
			t.Errorf("%s was answered after %v", name, took)
		}
		if a.status == http.StatusAccepted {
			a = p.outcome(a)
		}
		switch {
		case a.status == http.StatusOK:
			_, id, _ := strings.Cut(string(a.body), `"imageId":"`)
			wantRendered(t, p, name, id[:26])
			stored[sha256.Sum256(data)] = true
		case a.status >= 400 && a.status < 500 && a.problem().Detail != "":
			refused++
		default:
			t.Errorf("POST of %s = %d %s, want 200 or a reasoned refusal", name, a.status, a.body)
		}
		if a := p.post(photo); a.status != http.StatusOK {
			t.Errorf("a good photograph after %s = %d %s", name, a.status, a.body)
		}
	}
	if originals := files(t, filepath.Join(p.data, "objects/originals")); len(originals) != len(stored) {
		t.Errorf("%d originals are stored, want the %d that were accepted: %v", len(originals), len(stored), originals)
	}
	for _, left := range files(t, filepath.Join(p.data, "tmp")) {
		if filepath.Base(left) != "lock" {
			t.Errorf("the temporary file %s is left", left)
		}
	}
	select {
	case <-p.exited:
		t.Fatalf("the server %d ended: %v", server, p.err)
	default:
	}
	// SECURITY.md says so, of the tree and of one child.
	child, tree := memory()
	if most := 256<<20 + 128<<20; child > most {
		t.Errorf("a render process was at %d MiB, want at most %d", child>>20, most>>20)
	}
	if most := 3*(256<<20+128<<20) + 80<<20 + 256<<20; tree > most {
		t.Errorf("all processes were at %d MiB, want at most %d", tree>>20, most>>20)
	}
	t.Logf("%d files stored, %d refused, at most %d MiB in a render process and %d in all, render processes ended: %v crash, %v deadline, %v memory", len(stored)-1, refused, child>>20, tree>>20,
		p.metric("lightwell_pool_restarts_total", "crash"), p.metric("lightwell_pool_restarts_total", "deadline"), p.metric("lightwell_pool_restarts_total", "memory"))
}

// outcome waits for the end of an upload that was answered 202, and makes of it what
// the answer would have been.
func (p *process) outcome(a answer) answer {
	p.t.Helper()
	var s struct {
		Status, ImageID string
		Error           struct{ Status int }
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if err := json.Unmarshal(a.body, &s); err != nil || time.Now().After(end) {
			p.t.Fatalf("an upload that was accepted is at %s, %v", a.body, err)
		}
		switch s.Status {
		case "completed":
			return answer{status: http.StatusOK, body: a.body}
		case "failed":
			var failed struct{ Error json.RawMessage }
			json.Unmarshal(a.body, &failed)
			return answer{status: s.Error.Status, body: failed.Error}
		}
		a = do(p.t, request(p.t, http.MethodGet, p.uploads+"/status/"+s.ImageID, nil))
	}
}

// watchMemory reads the memory of the server and its render processes until it is
// asked for the most that it has seen: of one render process, and of all together.
func (p *process) watchMemory() (stop func() (child, tree int)) {
	var child, tree int
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for tick := time.NewTicker(10 * time.Millisecond); ; {
			select {
			case <-done:
				tick.Stop()
				return
			case <-tick.C:
			}
			sum := resident(p.cmd.Process.Pid)
			for _, pid := range p.children() {
				used := resident(pid)
				child, sum = max(child, used), sum+used
			}
			tree = max(tree, sum)
		}
	}()
	return func() (int, int) { close(done); <-stopped; return child, tree }
}

// wantRendered asks for a stored file in three formats.
func wantRendered(t *testing.T, p *process, name, id string) {
	t.Helper()
	for fm, format := range map[string]transform.Format{"jpg": transform.JPEG, "webp": transform.WebP, "avif": transform.AVIF} {
		start := time.Now()
		a := p.get(fmt.Sprintf("/image/%s?w=300&fm=%s", id, fm))
		if took := time.Since(start); took > hostileAnswer {
			t.Errorf("%s as %s was answered after %v", name, fm, took)
		}
		switch {
		case a.status == http.StatusOK && transform.Sniff(a.body) == format:
		case a.status >= 400 && a.problem().Detail != "":
		default:
			t.Errorf("%s as %s = %d, %d bytes", name, fm, a.status, len(a.body))
		}
	}
}
