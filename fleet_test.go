package main_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

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
