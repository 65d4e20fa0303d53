package bench

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// fake is a Lightwell in memory, and any other image server, that notes what it is asked for.
type fake struct {
	*httptest.Server
	name  string
	turns *turns
	// spoil may change an answer before it is sent; nil for none.
	spoil func(path string, h http.Header, body []byte) []byte

	mu         sync.Mutex // guards the following
	images     []string   // names, by ids
	tags       map[string]int
	made       map[string]bool // renditions, by URLs and generation
	generation int
	renders    int
}

// turns are the names of servers in the order in which they were asked, without repetitions.
type turns struct {
	mu    sync.Mutex // guards names
	names []string
}

func (l *turns) add(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.names); n == 0 || l.names[n-1] != name {
		l.names = append(l.names, name)
	}
}

func newFake(t *testing.T, name string, log *turns) *fake {
	f := &fake{name: name, turns: log, tags: map[string]int{}, made: map[string]bool{}}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /upload", f.upload)
	mux.HandleFunc("GET /status/{id}", f.status)
	mux.HandleFunc("POST /purge", f.purge)
	mux.HandleFunc("DELETE /images", f.delete)
	mux.HandleFunc("GET /metrics", f.metrics)
	mux.HandleFunc("GET /image/", f.image)
	f.Server = httptest.NewServer(mux)
	t.Cleanup(f.Close)
	return f
}

// upload takes everything for an image of 120 x 80, as a JPEG of 120 x 80 is.
func (f *fake) upload(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Header.Get("Content-Type") != "application/x-tar" {
		io.Copy(io.Discard, r.Body)
		f.tags[r.URL.Query().Get("tags")]++
		f.images = append(f.images, r.URL.Query().Get("name"))
		fmt.Fprintf(w, `{"status":"completed","imageId":"%d","width":120,"height":80}`, len(f.images)-1)
		return
	}
	from := len(f.images)
	for archive := tar.NewReader(r.Body); ; {
		h, err := archive.Next()
		if err != nil {
			break
		}
		f.images = append(f.images, h.Name)
	}
	f.tags[r.URL.Query().Get("tags")] += len(f.images) - from
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, `{"status":"processing","jobId":"%d-%d"}`, from, len(f.images))
}

// status is of a job, whose id says which images it has, in pages of two.
func (f *fake) status(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	var from, to int
	fmt.Sscanf(r.PathValue("id"), "%d-%d", &from, &to)
	at, _ := strconv.Atoi(r.URL.Query().Get("cursor"))
	j := job{Status: "completed", JobID: r.PathValue("id"), Total: to - from, Completed: to - from}
	for i := from + at; i < min(from+at+2, to); i++ {
		j.Items = append(j.Items, uploaded{Status: "completed", ImageID: strconv.Itoa(i), Name: f.images[i]})
	}
	if from+at+2 < to {
		j.Next = strconv.Itoa(at + 2)
	}
	json.NewEncoder(w).Encode(j)
}

func (f *fake) purge(w http.ResponseWriter, r *http.Request) {
	var asked struct{ IDs []string }
	json.NewDecoder(r.Body).Decode(&asked)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.generation++
	fmt.Fprintf(w, `{"purged":%d}`, len(asked.IDs))
}

func (f *fake) delete(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.tags, r.URL.Query().Get("tag"))
	fmt.Fprint(w, `{"deleted":1}`)
}

func (f *fake) metrics(w http.ResponseWriter, _ *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fmt.Fprintf(w, "# HELP lightwell_renders_total x\nlightwell_renders_total{format=\"webp\",source=\"original\"} %d\n", f.renders)
}

// image answers with a grey JPEG of the width that is asked for, whatever type it is said to be.
func (f *fake) image(w http.ResponseWriter, r *http.Request) {
	f.turns.add(f.name)
	f.mu.Lock()
	key := fmt.Sprint(f.generation, r.URL)
	remembered := f.made[key]
	if f.made[key] = true; !remembered {
		f.renders++
	}
	f.mu.Unlock()
	query := r.URL.Query()
	width, _ := strconv.Atoi(query.Get("w"))
	var b bytes.Buffer
	jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, max(1, width*2/3))), nil)
	w.Header().Set("Content-Type", strings.Replace("image/"+query.Get("fm"), "jpg", "jpeg", 1))
	w.Header().Set("Server-Timing", map[bool]string{true: "cache;desc=memory", false: "cache;desc=miss, queue;dur=0.0"}[remembered])
	body := b.Bytes()
	if f.spoil != nil {
		body = f.spoil(r.URL.Path, w.Header(), body)
	}
	w.Write(body)
}

// server is how a suite knows the fake.
func (f *fake) server() Server {
	return Server{Name: f.name, Uploads: f.URL, Metrics: f.URL + "/metrics", URL: func(id string, params []Param) string {
		var pairs []string
		for _, p := range params {
			pairs = append(pairs, p.Name+"="+p.Value)
		}
		return f.URL + "/image/" + id + "?" + strings.Join(pairs, "&")
	}}
}
