package client_test

import (
	"encoding/base64"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// piece is a file that comes in pieces.
type piece struct {
	image
	data   []byte
	length int
}

// tus is version 1.0 of it, strictly.
func (s *server) tus(w http.ResponseWriter, r *http.Request, id string) {
	if r.Header.Get("Tus-Resumable") != "1.0.0" {
		s.t.Errorf("%s %s has no Tus-Resumable", r.Method, r.URL)
		w.WriteHeader(412)
		return
	}
	w.Header().Set("Tus-Resumable", "1.0.0")
	if r.Method == "POST" && id == "" {
		s.create(w, r)
		return
	}
	body, err := io.ReadAll(r.Body) // what there is of it counts
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pieces[id]
	switch {
	case p == nil:
		w.WriteHeader(404)
	case r.Method == "HEAD":
		w.Header().Set("Upload-Offset", strconv.Itoa(len(p.data)))
	case r.Method != "PATCH" || r.Header.Get("Content-Type") != "application/offset+octet-stream":
		s.t.Errorf("%s of %q to an upload", r.Method, r.Header.Get("Content-Type"))
		w.WriteHeader(415)
	case r.Header.Get("Upload-Offset") != strconv.Itoa(len(p.data)) || len(p.data)+len(body) > p.length:
		w.WriteHeader(409)
	default:
		p.data = append(p.data, body...)
		if len(p.data) == p.length && s.images[p.id] == nil && (!s.hesitant || len(body) == 0) {
			im := p.image
			im.fails = s.fails[im.name]
			im.sum, im.bytes, im.slow = sumOf(p.data), len(p.data), s.slow
			s.images[p.id] = &im
		}
		if err != nil {
			return
		}
		w.Header().Set("Upload-Offset", strconv.Itoa(len(p.data)))
		w.WriteHeader(204)
	}
}

func (s *server) create(w http.ResponseWriter, r *http.Request) {
	length, err := strconv.Atoi(r.Header.Get("Upload-Length"))
	if err != nil || length <= 0 {
		s.t.Errorf("creation of an upload of %q bytes", r.Header.Get("Upload-Length"))
	}
	p := &piece{image: image{id: newID()}, length: length}
	for pair := range strings.SplitSeq(r.Header.Get("Upload-Metadata"), ",") {
		name, coded, _ := strings.Cut(pair, " ")
		value, err := base64.StdEncoding.DecodeString(coded)
		if err != nil {
			s.t.Errorf("metadata %q: %v", pair, err)
		}
		switch name {
		case "filename":
			p.name = string(value)
		case "tags":
			p.tags = string(value)
		case "instructions":
			p.instructions = string(value)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := "p" + p.id
	s.pieces[id] = p
	host := s.host
	if host == "" {
		host = s.url
	}
	w.Header().Set("Location", host+"/upload/resumable/"+id)
	w.Header().Set("X-Image-Id", p.id)
	w.WriteHeader(201)
}
