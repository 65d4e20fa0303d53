package client_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// server is an upload door that holds its clients to the contract.
type server struct {
	t   *testing.T
	url string

	noPieces bool   // there is no tus
	token    string // that is asked for; "" for none
	host     string // in Locations
	slow     int    // how often an image is said to be processing
	hesitant bool   // what has come in pieces is promised once it is asked for after the last

	mu sync.Mutex // guards the following
	// before and after may do something else about a request, before and after it takes effect:
	// true means that they have.
	before, after hook
	images        map[string]*image
	keys          map[string]string // image, by Idempotency-Key
	pieces        map[string]*piece
	requests      []string
	fails         map[string]int // the status with which images fail, by their names
}

// image is one that was promised.
type image struct {
	id, name, tags, instructions, from string
	sum                                string
	bytes, slow                        int
	deleted                            bool
	fails                              int // the status with which
}

// hook is what meddles with a request.
type hook func(w http.ResponseWriter, r *http.Request) bool

func (s *server) meddle(before, after hook) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before, s.after = before, after
}

func newServer(t *testing.T) *server {
	s := &server{t: t, images: map[string]*image{}, keys: map[string]string{}, pieces: map[string]*piece{}}
	door := httptest.NewServer(s)
	t.Cleanup(door.Close)
	s.url = door.URL
	return s
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	before, after := s.before, s.after
	s.mu.Unlock()
	if s.token != "" && r.Header.Get("Authorization") != "Bearer "+s.token {
		refuse(w, 401, "There is no such token.")
		return
	}
	if before != nil && before(w, r) {
		return
	}
	answer := httptest.NewRecorder()
	s.serve(answer, r)
	if after != nil && after(w, r) {
		return
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	w.Write(answer.Body.Bytes())
}

func refuse(w http.ResponseWriter, status int, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"status":%d,"title":%q,"detail":%q}`, status, http.StatusText(status), detail)
}

func (s *server) serve(w http.ResponseWriter, r *http.Request) {
	id, isStatus := strings.CutPrefix(r.URL.Path, "/status/")
	upload, isPiece := strings.CutPrefix(r.URL.Path, "/upload/resumable/")
	switch {
	case isStatus && r.Method == "GET":
		s.mu.Lock()
		defer s.mu.Unlock()
		s.statusLocked(w, id)
	case isPiece && !s.noPieces:
		s.tus(w, r, upload)
	case r.URL.Path == "/upload" && r.Method == "HEAD":
		w.WriteHeader(405)
	case r.URL.Path == "/upload" && r.Method == "POST":
		s.upload(w, r)
	default:
		refuse(w, 404, "There is nothing at this path.")
	}
}

func (s *server) upload(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil || r.ContentLength != int64(len(body)) {
		refuse(w, 400, "The body ends before it is whole.")
		return
	}
	key := r.Header.Get("Idempotency-Key")
	if key == "" {
		s.t.Errorf("%s has no Idempotency-Key", r.URL)
	}
	q := r.URL.Query()
	im := &image{id: newID(), name: q.Get("name"), tags: q.Get("tags"), instructions: q.Get("instructions"), sum: sumOf(body), bytes: len(body), slow: s.slow}
	if r.Header.Get("Content-Type") == "application/json" {
		var from struct{ URL string }
		if json.Unmarshal(body, &from) != nil || from.URL == "" {
			s.t.Errorf("POST of JSON %s has no URL", body)
		}
		im.from = from.URL
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if known, ok := s.keys[key]; ok {
		if was := s.images[known]; was.sum != im.sum || was.name != im.name || was.tags != im.tags || was.instructions != im.instructions {
			s.t.Errorf("an Idempotency-Key has come with %+v and %+v", was, im)
		}
		s.answerLocked(w, known)
		return
	}
	im.fails = s.fails[im.name]
	s.keys[key], s.images[im.id] = im.id, im
	s.answerLocked(w, im.id)
}

// answerLocked answers an upload, for as long as its key is known.
func (s *server) answerLocked(w http.ResponseWriter, id string) {
	if fails := s.images[id].fails; fails != 0 {
		refuse(w, fails, "It is broken.")
		return
	}
	s.statusLocked(w, id)
}

func (s *server) statusLocked(w http.ResponseWriter, id string) {
	im := s.images[id]
	switch {
	case im == nil:
		refuse(w, 404, "There is no upload.")
	case im.deleted:
		refuse(w, 410, "It has been deleted.")
	case im.fails != 0:
		fmt.Fprintf(w, `{"status":"failed","imageId":%q,"error":{"status":%d,"detail":"It is broken."}}`, id, im.fails)
	case im.slow > 0:
		im.slow--
		w.WriteHeader(202)
		fmt.Fprintf(w, `{"status":"processing","imageId":%q}`, id)
	default:
		fmt.Fprintf(w, `{"status":"completed","imageId":%q,"url":"http://images/image/%s","srcset":"http://images/image/%s?w=320 320w",`+
			`"width":30,"height":20,"format":"jpeg","bytes":%d,"placeholder":"abc"}`, id, id, id, im.bytes)
	}
}

var ids struct {
	sync.Mutex
	n int
}

func newID() string {
	ids.Lock()
	defer ids.Unlock()
	ids.n++
	return fmt.Sprintf("%026d", ids.n)
}

func sumOf(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// count is how many requests began with a text.
func (s *server) count(beginning string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.requests {
		if strings.HasPrefix(r, beginning) {
			n++
		}
	}
	return n
}

// wantEach wants every one of files, by their names, to be an image once, and nothing else.
func (s *server) wantEach(what string, files map[string][]byte) {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	there := map[string]int{}
	for _, im := range s.images {
		if !im.deleted && im.fails == 0 {
			there[im.sum]++
		}
	}
	for name, data := range files {
		if n := there[sumOf(data)]; n != 1 {
			s.t.Errorf("%s: %s is %d images, want 1", what, name, n)
		}
		delete(there, sumOf(data))
	}
	if len(there) > 0 {
		s.t.Errorf("%s: there are %d images more than were uploaded", what, len(there))
	}
}

// cut breaks a connection off.
func cut(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) }

// hang waits until the client has given up.
func hang(w http.ResponseWriter, r *http.Request) bool {
	if _, err := io.Copy(io.Discard, r.Body); err == nil { // net/http notices only then that it has
		<-r.Context().Done()
	}
	return cut(w, r)
}
