package main_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// runInBrowser starts a client that has Chromium at its hands.
func runInBrowser(t *testing.T, name string, args ...string) *script {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	return run(t, name, append([]string{chromium, t.TempDir()}, args...)...)
}

// servePage serves a page of another site, until the test ends, and returns its URL.
// Beside it the browser shows only what allows it (Cross-Origin-Resource-Policy).
func servePage(t *testing.T, page string) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cross-Origin-Embedder-Policy", "require-corp")
		io.WriteString(w, page)
	}))
	t.Cleanup(s.Close)
	return strings.Replace(s.URL, "127.0.0.1", "localhost", 1)
}

// submit fills in a form in a browser, and decodes the answer that it shows.
func (p *process) submit(t *testing.T, tags string, files []string, wantStatus int, into any) {
	t.Helper()
	page := servePage(t, `<!doctype html><title>Upload</title>
<form method=post enctype=multipart/form-data action="`+p.uploads+`/upload">
<input type=file name=file multiple> <input name=tags> <button>Upload</button>
</form>`)
	client := runInBrowser(t, "form.mjs", append([]string{page, tags}, files...)...)
	var got struct {
		Answered int
		Shown    string
	}
	client.next(&got)
	if err := json.Unmarshal([]byte(got.Shown), into); err != nil || got.Answered != wantStatus {
		t.Fatalf("the browser shows %q, with status %d: %v; want status %d", got.Shown, got.Answered, err, wantStatus)
	}
	client.end()
}

// copyTo makes a file of testdata one that is called name.
func copyTo(t *testing.T, from, name string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, testdata(t, from), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A person chooses several files in a plain form: what is an image is stored, what is
// none is named, and the tags are kept.
func TestFormInBrowserWithSeveralFiles(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	paths := []string{testdataPath(t, "mona-lisa.jpg"), copyTo(t, "basn2c16.png", "Grüße & Küsse.png"), testdataPath(t, "hostile/html-as.jpg")}
	var queued struct{ Status, JobID string }
	p.submit(t, "summer, Küste", paths, http.StatusAccepted, &queued)
	if queued.Status != "processing" || queued.JobID == "" {
		t.Fatalf("the browser shows %+v, want a job", queued)
	}
	var s jobStatus
	eventually(t, patience, "the job ends", func() bool { s = p.job(t, queued.JobID, ""); return s.Status != "processing" })
	if s.Status != "completed" || s.Total != 3 || s.Completed != 2 || s.Failed != 1 || len(s.URLs) != 2 || len(s.Items) != 3 {
		t.Fatalf("the job is %+v, want it completed with 2 images and 1 failure", s)
	}
	for i, path := range paths {
		if s.Items[i].Name != filepath.Base(path) {
			t.Errorf("item %d is called %q, want %q", i, s.Items[i].Name, filepath.Base(path))
		}
	}
	if no := s.Items[2]; no.Status != "failed" || no.Error.Status != http.StatusUnsupportedMediaType || !strings.Contains(no.Error.Detail, "not an image") {
		t.Errorf("what is no image is %+v, want it failed with 415 and the reason", no)
	}
	for i, item := range s.Items[:2] {
		p.wantTagged(t, item.ImageID, []string{"summer", "Küste"})
		if got := p.get("/image/" + item.ImageID); item.Status != "completed" || !slices.Equal(got.body, read(t, paths[i])) {
			t.Errorf("GET of item %d, %+v = %d, %d bytes; want those of the file", i, item, got.status, len(got.body))
		}
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// wantTagged asserts that an image has some tags, and is found by each.
func (p *process) wantTagged(t *testing.T, id string, tags []string) {
	t.Helper()
	for _, tag := range tags {
		a := p.api(http.MethodGet, "/images?tag="+url.QueryEscape(tag), "")
		var tagged struct {
			Images []struct {
				ImageID string
				Tags    []string
			}
		}
		if err := json.Unmarshal(a.body, &tagged); err != nil {
			t.Fatalf("GET /images?tag=%s = %d %s", tag, a.status, a.body)
		}
		found := false
		for _, image := range tagged.Images {
			found = found || image.ImageID == id && slices.Equal(image.Tags, tags)
		}
		if !found {
			t.Errorf("GET /images?tag=%s = %s, want %s with the tags %q", tag, a.body, id, tags)
		}
	}
}

// A person chooses one file: the answer has the image, and its srcset shows the picture
// in the page of another site, where that site's scripts may read it if they ask.
func TestFormInBrowserWithOneFile(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--sync-wait=" + patience.String()})
	var done struct{ Status, ImageID, URL, Srcset string }
	p.submit(t, "", []string{testdataPath(t, "photo.webp")}, http.StatusOK, &done)
	if done.Status != "completed" || done.URL != p.images+"/image/"+done.ImageID {
		t.Fatalf("the browser shows %+v, want the image completed", done)
	}
	page := servePage(t, `<!doctype html><title>Picture</title><img>`)
	client := runInBrowser(t, "picture.mjs", page, done.Srcset)
	for _, crossOrigin := range []string{"", "anonymous"} {
		var got struct {
			CrossOrigin      string
			Loaded, Readable bool
			Width            int
			Source           string
		}
		client.next(&got)
		listed := slices.ContainsFunc(strings.Split(done.Srcset, ", "), func(s string) bool { return strings.HasPrefix(s, got.Source+" ") })
		if got.CrossOrigin != crossOrigin || !got.Loaded || got.Width == 0 || got.Readable != (crossOrigin != "") || !listed {
			t.Errorf("the picture is %+v; want one of %q loaded, and readable only with %q", got, done.Srcset, "anonymous")
		}
	}
	client.end()
}
