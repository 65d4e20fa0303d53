package main_test

import (
	"crypto/sha256"
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

// Every hostile file is answered in time, stored whole or not at all, and where
// it is stored it is rendered or refused; the next photograph works at once.
func TestHostileFilesCostOneRequest(t *testing.T) {
	const deadline = 5 * time.Second
	p := serve(t, t.TempDir(), []string{"--intake-deadline=" + deadline.String(), "--render-deadline=" + deadline.String()})
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
		if took := time.Since(start); took > deadline+3*time.Second {
			t.Errorf("%s was answered after %v", name, took)
		}
		switch {
		case a.status == http.StatusOK:
			_, id, _ := strings.Cut(string(a.body), `"imageId":"`)
			wantRendered(t, p, name, id[:26], deadline)
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
	t.Logf("%d files stored, %d refused, render processes ended: %v crash, %v deadline, %v memory", len(stored)-1, refused,
		p.metric("lightwell_pool_restarts_total", "crash"), p.metric("lightwell_pool_restarts_total", "deadline"), p.metric("lightwell_pool_restarts_total", "memory"))
}

// wantRendered asks for a stored file in three formats.
func wantRendered(t *testing.T, p *process, name, id string, deadline time.Duration) {
	t.Helper()
	for fm, format := range map[string]transform.Format{"jpg": transform.JPEG, "webp": transform.WebP, "avif": transform.AVIF} {
		start := time.Now()
		a := p.get(fmt.Sprintf("/image/%s?w=300&fm=%s", id, fm))
		if took := time.Since(start); took > deadline+3*time.Second {
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
