package main_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// serveHTTP serves a handler until the test ends, and returns its URL.
func serveHTTP(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// event is one of a stream (HTML, section 9.2).
type event struct{ id, name, data string }

// nextEvent reads one that is whole; what the end of the stream cuts off is none.
func nextEvent(r *bufio.Reader) (e event, err error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return event{}, err
		}
		line = strings.TrimSuffix(line, "\n")
		field, value, _ := strings.Cut(line, ": ")
		switch {
		case line == "" && e.name != "":
			return e, nil
		case field == "id":
			e.id = value
		case field == "event":
			e.name = value
		case field == "data":
			e.data = value
		}
	}
}

// follow follows a job at one uploader, from where the connection before broke off.
func (u *upload) follow(ctx context.Context, t *testing.T, door string) {
	req := request(t, http.MethodGet, door+"/status/"+u.job, nil, "Accept", "text/event-stream")
	if u.lastID != "" {
		req.Header.Set("Last-Event-ID", u.lastID)
	}
	resp, err := http.DefaultClient.Do(req.WithContext(ctx))
	if err != nil {
		return
	}
	defer resp.Body.Close()
	u.connections++
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(resp.Body)
		t.Errorf("GET /status/%s as events = %d %s", u.job, resp.StatusCode, body)
	}
	for stream := bufio.NewReader(resp.Body); u.last == nil; {
		e, err := nextEvent(stream)
		if err != nil {
			return
		}
		u.hear(t, e)
	}
}

// hear notes an event.
func (u *upload) hear(t *testing.T, e event) {
	var s jobStatus
	if err := json.Unmarshal([]byte(e.data), &s); err != nil {
		t.Errorf("event %s of job %s: %v", e.id, u.job, err)
	}
	if s.Completed+s.Failed < u.said || s.Total != len(u.images) {
		t.Errorf("event %s of job %s counts %d completed and %d failed of %d, after %d that had ended of %d", e.id, u.job, s.Completed, s.Failed, s.Total, u.said, len(u.images))
	}
	u.said, u.lastID = s.Completed+s.Failed, e.id
	u.told = append(u.told, s.Items...)
	if e.name != "progress" {
		u.last = &s
	}
}

// wantTold wants each image told of once, in order, and nothing after the last event.
func (u *upload) wantTold(t *testing.T, door string) {
	t.Helper()
	if len(u.told) != len(u.images) || u.lastID != "end" || u.last.Status != "completed" {
		t.Errorf("the events of job %s told of %d images, want %d, and ended with %s, %s", u.job, len(u.told), len(u.images), u.lastID, u.last.Status)
	}
	for i, item := range u.told {
		if i < len(u.images) && item.Name != u.images[i].name {
			t.Fatalf("the events of job %s told of %s in place %d, want %s", u.job, item.Name, i, u.images[i].name)
		}
	}
	a := do(t, request(t, http.MethodGet, door+"/status/"+u.job, nil, "Accept", "text/event-stream", "Last-Event-ID", u.lastID))
	if a.status != http.StatusNoContent {
		t.Errorf("after the last event of job %s there is %d %s, want 204", u.job, a.status, a.body)
	}
}
