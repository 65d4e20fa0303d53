package main_test

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// startRedis starts a Redis that keeps what it is given, and returns its URL.
func startRedis(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	l.Close()
	cmd := exec.Command("redis-server", "--port", port, "--bind", "127.0.0.1", "--dir", t.TempDir(),
		"--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", "")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	eventually(t, 20*time.Second, "redis answers", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
	return "redis://127.0.0.1:" + port
}

// jobStatus is a job as the status tells of it.
type jobStatus struct {
	Status, JobID            string
	Total, Completed, Failed int
	URLs                     []string
	Items                    []itemStatus
	Next                     string
}

type itemStatus struct {
	Name, Status, ImageID, URL string
	Error                      struct {
		Status int
		Detail string
	}
}

func (p *process) job(t testing.TB, id, cursor string) (s jobStatus) {
	t.Helper()
	a, err := try(request(t, http.MethodGet, p.uploads+"/status/"+id+"?limit=1000&cursor="+cursor, nil))
	if err != nil {
		return s
	}
	if err := json.Unmarshal(a.body, &s); err != nil || a.status != http.StatusOK {
		t.Fatalf("GET /status/%s = %d %s", id, a.status, a.body)
	}
	return s
}

// tarOf is n images, each of other bytes.
func tarOf(t testing.TB, image []byte, n int) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for i := range n {
		body := fmt.Appendf(bytes.Clone(image), "%d", i)
		if err := w.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.png", i), Size: int64(len(body)), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		w.Write(body)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Workers that are killed at any moment lose nothing: every image is there once, the
// counters are exact, and nothing is left over.
func TestKilledWorkersLoseNothing(t *testing.T) {
	for _, store := range []string{"SQLite", "Redis"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			args := []string{"--lease=1s", "--sweep-every=1s", "--sweep-grace=1s"}
			if store == "Redis" {
				args = append(args, "--redis-url="+startRedis(t))
			}
			u := launch(t, "uploader", data, args)
			const n, kills = 150, 6
			a := do(t, request(t, http.MethodPost, u.uploads+"/upload", tarOf(t, testdata(t, "basn6a08.png"), n), "Content-Type", "application/x-tar"))
			var queued struct{ JobID string }
			if err := json.Unmarshal(a.body, &queued); err != nil || a.status != http.StatusAccepted {
				t.Fatalf("POST of a bulk = %d %s", a.status, a.body)
			}
			workers := []*process{launch(t, "worker", data, args), launch(t, "worker", data, args)}
			for range kills {
				time.Sleep(time.Duration(rand.IntN(300)) * time.Millisecond)
				i := rand.IntN(len(workers))
				workers[i].cmd.Process.Kill()
				<-workers[i].exited
				workers[i] = launch(t, "worker", data, args)
			}
			var s jobStatus
			eventually(t, 60*time.Second, "the job ends", func() bool { s = u.job(t, queued.JobID, ""); return s.Status != "processing" })
			if s.Status != "completed" || s.Total != n || s.Completed != n || s.Failed != 0 || len(s.URLs) != n || len(s.Items) != n {
				t.Errorf("the job is %s: %d of %d completed, %d failed, %d URLs", s.Status, s.Completed, s.Total, s.Failed, len(s.URLs))
			}
			for i, item := range s.Items {
				if item.Name != fmt.Sprintf("%d.png", i) || item.Status != "completed" {
					t.Errorf("item %d is %s, %s", i, item.Name, item.Status)
				}
			}
			objects := filepath.Join(data, "objects")
			count := func(kind string) int { return len(files(t, filepath.Join(objects, kind))) }
			for _, kind := range []string{"assets", "originals"} {
				if got := count(kind); got != n {
					t.Errorf("%s: %d, want %d", kind, got, n)
				}
			}
			eventually(t, 30*time.Second, "nothing of what was accepted is left", func() bool { return count("accepted") == 0 })
		})
	}
}

// What has been accepted and is not done yet is a 404 that is not to be kept.
func TestNotYetProcessed(t *testing.T) {
	data := t.TempDir()
	u, o := launch(t, "uploader", data, []string{"--sync-wait=0s"}), launch(t, "origin", data, nil)
	a := u.post(testdata(t, "photo.webp"))
	var accepted struct{ ImageID string }
	if err := json.Unmarshal(a.body, &accepted); err != nil || a.status != http.StatusAccepted {
		t.Fatalf("POST /upload = %d %s, want 202", a.status, a.body)
	}
	got := o.get("/image/" + accepted.ImageID + "?w=100")
	if got.status != http.StatusNotFound || got.header.Get("Cache-Control") != "no-store" || got.header.Get("Retry-After") != "1" {
		t.Errorf("GET before it is processed = %d, %q, Retry-After %q", got.status, got.header.Get("Cache-Control"), got.header.Get("Retry-After"))
	}
	if got := o.get("/image/" + strings.Repeat("0", 26)); got.status != http.StatusNotFound || got.header.Get("Cache-Control") != "public, max-age=60" {
		t.Errorf("GET of nothing = %d, %q", got.status, got.header.Get("Cache-Control"))
	}
	w := launch(t, "worker", data, nil)
	eventually(t, 30*time.Second, "it is processed", func() bool { return o.get("/image/"+accepted.ImageID+"?w=100").status == http.StatusOK })
	w.stop()
	u.stop()
	o.stop()
}
