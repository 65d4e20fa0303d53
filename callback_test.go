package main_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"
)

// delivery is what receiver.mjs says of one.
type delivery struct {
	Method, Type, ID string
	Answered         int
	Event            struct {
		Type      string
		Timestamp time.Time
		Data      jobStatus
	}
	// Why it does not count as genuine: as it is, with another body, and by another secret.
	Refusal, Tampered, Stranger string
}

// Standard Webhooks' npm package takes a callback for genuine, and a receiver that fails
// at first is sent the same message until it takes it, and not once more.
func TestStandardWebhooksClient(t *testing.T) {
	t.Parallel()
	const secret = "whsec_bGlnaHR3ZWxsJ3MgdGVzdHMsIG5vIHNlY3JldCE="
	receiver := run(t, "receiver.mjs", secret)
	var at struct{ URL string }
	receiver.next(&at)
	p := serve(t, t.TempDir(), []string{"--fetch-private", "--callback-secret=" + secret, "--sync-wait=" + patience.String()})
	up := do(t, request(t, http.MethodPost, p.uploads+"/upload?callback="+url.QueryEscape(at.URL), testdata(t, "basn6a08.png"), "Content-Type", "image/png"))
	var done struct{ ImageID, URL string }
	if err := json.Unmarshal(up.body, &done); err != nil || up.status != http.StatusOK {
		t.Fatalf("POST /upload = %d %s", up.status, up.body)
	}
	var first delivery
	for i, status := range []int{500, 503, 200} {
		var d delivery
		receiver.next(&d)
		if i == 0 {
			first = d
		}
		if d.Answered != status || d.ID == "" || d.ID != first.ID || !d.Event.Timestamp.Equal(first.Event.Timestamp) {
			t.Errorf("delivery %d, answered %d, is %q of %v; want %q of %v", i, d.Answered, d.ID, d.Event.Timestamp, first.ID, first.Event.Timestamp)
		}
		d.wantGenuine(t)
		d.wantCompleted(t, done.URL)
	}
	eventually(t, patience, "nothing is left to be delivered", func() bool { return p.metric("lightwell_queue_depth", "") == 0 })
	p.stop()
	receiver.stdin.Close()
	receiver.end()
}

// wantGenuine asserts that the package accepts the delivery, and would not accept another.
func (d delivery) wantGenuine(t *testing.T) {
	t.Helper()
	const refused = "No matching signature found"
	if d.Refusal != "" || d.Tampered != refused || d.Stranger != refused {
		t.Errorf("a delivery is refused for %q, a tampered one for %q, by another secret for %q; want nothing, and twice %q", d.Refusal, d.Tampered, d.Stranger, refused)
	}
}

// wantCompleted asserts that the delivery tells of one image that is there.
func (d delivery) wantCompleted(t *testing.T, url string) {
	t.Helper()
	data := d.Event.Data
	if d.Method != http.MethodPost || d.Type != "application/json" || d.Event.Type != "upload.completed" ||
		data.Status != "completed" || data.Completed != 1 || !slices.Equal(data.URLs, []string{url}) {
		t.Errorf("a delivery is %s of %s: %+v; want %s completed", d.Method, d.Type, d.Event, url)
	}
}
