package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// gallery is somebody else's server. It holds each of its images back until it is
// released, so that a job stands still meanwhile.
type gallery struct {
	address string
	images  [4]chan struct{} // closed when released
}

func openGallery(t *testing.T) *gallery {
	t.Helper()
	g := &gallery{}
	mux := http.NewServeMux()
	for i := range g.images {
		g.images[i] = make(chan struct{})
		mux.HandleFunc("/"+g.name(i), func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-g.images[i]:
				fmt.Fprintf(w, "%s%d", testdata(t, "basn6a08.png"), i)
			case <-r.Context().Done():
			}
		})
	}
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	g.address = s.URL
	return g
}

func (g *gallery) name(i int) string { return fmt.Sprintf("%d.png", i) }

func (g *gallery) release(i int) { close(g.images[i]) }

// uploadGallery starts a server that works on several images at once, and a bulk of all
// that are in a gallery.
func uploadGallery(t *testing.T) (p *process, g *gallery, job string) {
	t.Helper()
	g = openGallery(t)
	p = serve(t, t.TempDir(), []string{"--fetch-private", "--pool-children=4"})
	var items []string
	for i := range g.images {
		items = append(items, fmt.Sprintf(`{"url":"%s/%s","name":"%[2]s"}`, g.address, g.name(i)))
	}
	a := p.api(http.MethodPost, "/upload", `{"items":[`+strings.Join(items, ",")+`]}`)
	var queued struct{ JobID string }
	if err := json.Unmarshal(a.body, &queued); err != nil || a.status != http.StatusAccepted {
		t.Fatalf("POST of a bulk = %d %s", a.status, a.body)
	}
	return p, g, queued.JobID
}

// wantImages asserts which images a message tells of while there is more to come.
func wantImages(t *testing.T, g *gallery, s jobStatus, job string, completed int, want ...int) {
	t.Helper()
	var names, wanted []string
	for _, item := range s.Items {
		names = append(names, item.Name)
		if item.Status != "completed" || !slices.Contains(s.URLs, item.URL) {
			t.Errorf("a message tells of %+v, and has URLs %q", item, s.URLs)
		}
	}
	for _, i := range want {
		wanted = append(wanted, g.name(i))
	}
	if s.Status != "processing" || s.JobID != job || s.Total != len(g.images) || s.Completed != completed || !slices.Equal(names, wanted) {
		t.Errorf("a message tells of %q: %+v; want %q, with %d completed", names, s, wanted, completed)
	}
}

// wantLast asserts that the last message has what the images of all others had.
func wantLast(t *testing.T, p *process, s jobStatus, job string, urls []string) {
	t.Helper()
	if s.Status != "completed" || s.JobID != job || len(urls) != s.Total || !slices.Equal(s.URLs, urls) {
		t.Errorf("the last message = %+v, want %s completed with %q", s, job, urls)
	}
	for _, url := range s.URLs {
		if a := p.get(strings.TrimPrefix(url, p.images)); a.status != http.StatusOK {
			t.Errorf("GET %s = %d", url, a.status)
		}
	}
}
