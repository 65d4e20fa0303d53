package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"testing"
	"time"
)

// upload is a bulk, as a client that does not give up sends and follows it.
type upload struct {
	key, callback string
	images        []picture
	body          []byte // a tar of them

	mu     sync.Mutex // guards at and broken
	at     int        // the uploader that it is sent to; -1 when it is not
	broken int        // how often it was broken off

	job         string
	told        []itemStatus // by the events, in their order
	said        int          // images that the last event counted as ended
	lastID      string
	last        *jobStatus // the final event
	connections int
	ended       time.Time
}

func newUpload(from *photos, key string, n int, callback string) *upload {
	u := &upload{key: key, callback: callback, images: from.bulk(key, n), at: -1}
	u.body = tarOf(from.t, u.images)
	return u
}

func (u *upload) comesInAt(uploader int) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.at == uploader
}

func (u *upload) brokenOff() int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.broken
}

// run sends it and follows it, to its end.
func (u *upload) run(f *fleet) bool {
	ctx, cancel := context.WithTimeout(f.t.Context(), f.patience)
	defer cancel()
	for n := 0; u.job == ""; n++ {
		if ctx.Err() != nil {
			f.t.Errorf("upload %s was not taken in %v", u.key, f.patience)
			return false
		}
		u.send(ctx, f, n)
	}
	for n := 0; u.last == nil; n++ {
		if ctx.Err() != nil {
			f.t.Errorf("job %s had not ended after %v: %d of %d images were told of", u.job, f.patience, len(u.told), len(u.images))
			return false
		}
		door, _ := f.door(n)
		u.follow(ctx, f.t, door)
	}
	u.ended = time.Now()
	return true
}

// send sends it once, to one of the uploaders.
func (u *upload) send(ctx context.Context, f *fleet, n int) {
	door, at := f.door(n)
	u.mu.Lock()
	u.at = at
	u.mu.Unlock()
	req := request(f.t, http.MethodPost, door+"/upload?callback="+u.callback, u.body, "Content-Type", "application/x-tar", "Idempotency-Key", u.key)
	req.GetBody = nil // net/http would repeat it unseen
	a, err := try(req.WithContext(ctx))
	u.mu.Lock()
	defer u.mu.Unlock()
	u.at = -1
	var queued struct{ JobID string }
	switch {
	case err != nil:
		u.broken++
	case a.status != http.StatusAccepted || json.Unmarshal(a.body, &queued) != nil || queued.JobID == "":
		f.t.Errorf("upload %s was answered %d %s, want 202", u.key, a.status, a.body)
	}
	u.job = queued.JobID
}

// listener takes callbacks.
type listener struct {
	url string
	mu  sync.Mutex // guards heard
	// heard is the jobs as the messages of each id tell of them.
	heard map[string][]jobStatus
}

func listen(t *testing.T) *listener {
	t.Helper()
	l := &listener{heard: map[string][]jobStatus{}}
	l.url = serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		var event struct{ Data jobStatus }
		var body bytes.Buffer
		if _, err := body.ReadFrom(r.Body); err != nil || json.Unmarshal(body.Bytes(), &event) != nil {
			w.WriteHeader(http.StatusBadRequest) // its sender was killed
			return
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		id := r.Header.Get("webhook-id")
		l.heard[id] = append(l.heard[id], event.Data)
	})
	return l
}

func (l *listener) messages() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.heard)
}

// wantEach wants one message for each job, which may have come several times.
func (l *listener) wantEach(t *testing.T, uploads []*upload) {
	t.Helper()
	eventually(t, time.Minute, "each job's callback has come", func() bool { return l.messages() >= len(uploads) })
	l.mu.Lock()
	defer l.mu.Unlock()
	sent := 0
	for _, u := range uploads {
		for _, s := range l.heard[u.job] {
			if sent++; s.JobID != u.job || s.Completed != u.last.Completed || s.Failed != u.last.Failed || s.Total != len(u.images) {
				t.Errorf("a callback of job %s tells of %s: %d, %d and %d, want %+v", u.job, s.JobID, s.Total, s.Completed, s.Failed, u.last)
			}
		}
		if len(l.heard[u.job]) == 0 {
			t.Errorf("job %s has no callback", u.job)
		}
	}
	if len(l.heard) != len(uploads) {
		t.Errorf("callbacks have %d ids, want %d", len(l.heard), len(uploads))
	}
	t.Logf("%d callbacks, sent %d times", len(l.heard), sent)
}
