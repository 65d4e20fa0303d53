package client

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
)

// answer is what the server says of an image: to an upload, and to GET /status/{imageId}.
type answer struct {
	Status      string   `json:"status"`
	ImageID     string   `json:"imageId"`
	URL         string   `json:"url"`
	Renditions  []string `json:"renditions"`
	Error       *Problem `json:"error"`
	Width       int      `json:"width"`
	Height      int      `json:"height"`
	Format      string   `json:"format"`
	Bytes       int64    `json:"bytes"`
	Placeholder string   `json:"placeholder"`
	Srcset      string   `json:"srcset"`
}

func answerIn(rep reply) (answer, error) {
	var ans answer
	if err := json.Unmarshal(rep.body, &ans); err != nil || ans.ImageID == "" || ans.Status == "" {
		return ans, fmt.Errorf("the server's answer is not that of an upload: is it a Lightwell?")
	}
	return ans, nil
}

// post uploads a file, or an address, with a single request. Repeated, in this run or in another,
// it makes no second image: for a day the server knows it by its key.
func (r *run) post(ctx context.Context, s Source, e *entry) (answer, error) {
	name := nameOf(s)
	c := call{method: http.MethodPost, path: "/upload" + r.query(name), header: map[string]string{
		"Idempotency-Key": "lightwell-upload-" + r.digest("key", e.Same, name, e.Salt),
		"Content-Type":    "application/octet-stream",
	}}
	if s.remote {
		body, err := json.Marshal(map[string]string{"url": s.where})
		if err != nil {
			return answer{}, err
		}
		c.header["Content-Type"] = "application/json"
		c.open, c.size = inMemory(body), int64(len(body))
	} else {
		m := &meter{run: r, s: s}
		c.open, c.size, c.moved = m.opens(0), s.Size, func(n int64) {
			if m.moved(n); m.at == s.Size {
				r.Progress.Waiting(s)
			}
		}
	}
	rep, err := r.do(ctx, c)
	if err != nil {
		return answer{}, err
	}
	ans, err := answerIn(rep)
	if err != nil || ans.Status == "completed" {
		return ans, err
	}
	e.State, e.ImageID, e.Resumable = stateAccepted, ans.ImageID, ""
	r.Journal.put(*e, false)
	return r.follow(ctx, s, ans.ImageID)
}

func newSalt() string { return rand.Text() }

// nameOf is the name that an image gets; "" leaves it to the server.
func nameOf(s Source) string {
	if s.remote {
		return ""
	}
	const most = 255 // bytes
	name := strings.ToValidUTF8(filepath.Base(s.where), "")
	for len(name) > most {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

// query is the options of an upload.
func (r *run) query(name string) string {
	q := url.Values{}
	if name != "" {
		q.Set("name", name)
	}
	if len(r.Options.Tags) > 0 {
		q.Set("tags", strings.Join(r.Options.Tags, ","))
	}
	if r.Options.Instructions != "" {
		q.Set("instructions", r.Options.Instructions)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

// meter tells how far a file was sent. Its methods are called by one after the other.
type meter struct {
	*run
	s  Source
	at int64 // bytes
}

func (m *meter) moved(n int64) {
	m.at += n
	m.Progress.Moved(m.s, n)
}

// opens opens the file at an offset, for as many bytes as the request has.
func (m *meter) opens(offset int64) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) {
		m.moved(offset - m.at) // what was sent in vain is not counted
		file, err := m.s.open()
		if err != nil {
			return nil, err
		}
		_, err = file.Seek(offset, io.SeekStart)
		return file, err
	}
}

// failed is an image of which the server says that it will be none.
type failed struct{ *Problem }

func (f failed) Unwrap() error { return f.Problem }

func isFailed(err error) bool {
	_, ok := err.(failed)
	return ok
}

// gone tells the server's answers of an image, or an upload, that is not there.
func gone(err error) bool {
	status := statusOf(err)
	return !isFailed(err) && (status == http.StatusNotFound || status == http.StatusGone)
}

const longestLook = 5 * time.Second

// follow waits until an image is there, or will never be.
func (r *run) follow(ctx context.Context, s Source, id string) (answer, error) {
	until := time.Now().Add(r.Follow)
	for pause := r.Pause / 2; ; pause = min(pause*3/2, longestLook) {
		rep, err := r.do(ctx, call{method: http.MethodGet, path: "/status/" + url.PathEscape(id)})
		if err != nil {
			return answer{ImageID: id}, err
		}
		ans, err := answerIn(rep)
		switch {
		case err != nil || ans.Status == "completed":
			return ans, err
		case ans.Status != "processing" && ans.Error != nil:
			return ans, failed{ans.Error}
		case ans.Status != "processing":
			return ans, failed{&Problem{Detail: "the upload is " + ans.Status}}
		case time.Now().After(until):
			return ans, fmt.Errorf("the server has not processed it in %v; the same command asks again", r.Follow)
		}
		r.Progress.Waiting(s)
		if err := sleep(ctx, pause); err != nil {
			return ans, err
		}
	}
}
