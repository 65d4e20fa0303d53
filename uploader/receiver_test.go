package uploader_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"

	"lightwell/uploader"
	"lightwell/uploader/fetch"
	"lightwell/uploader/queue"

	webhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

const webhookSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// receiver takes webhooks, and answers with one status after the other; the last one stays.
type receiver struct {
	t *testing.T

	mu       sync.Mutex // guards the fields below
	statuses []int
	got      []hook
}

type hook struct {
	header http.Header
	body   []byte
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	body, err := io.ReadAll(req.Body)
	if err != nil || req.Method != "POST" {
		r.t.Errorf("a webhook is %s with %v, want a POST", req.Method, err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got = append(r.got, hook{req.Header.Clone(), body})
	status := r.statuses[0]
	if len(r.statuses) > 1 {
		r.statuses = r.statuses[1:]
	}
	if status/100 == 3 {
		w.Header().Set("Location", "/elsewhere")
	}
	w.WriteHeader(status)
}

// hooks is all that has come so far.
func (r *receiver) hooks() []hook {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.got)
}

// receive starts a receiver.
func receive(t *testing.T, statuses ...int) (*receiver, string) {
	t.Helper()
	r := &receiver{t: t, statuses: statuses}
	s := httptest.NewServer(r)
	t.Cleanup(s.Close)
	return r, s.URL + "/hook?of=us"
}

// callbacks has the door's callbacks sent, with a signature.
func (d *door) callbacks(change func(*uploader.Callbacks)) {
	d.t.Helper()
	secret, err := webhooks.NewWebhook(webhookSecret)
	if err != nil {
		d.t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	cb := &uploader.Callbacks{
		Queue: d.queue, Client: fetch.New(fetch.Options{Private: true, Timeout: patience, UserAgent: "Lightwell"}),
		Secret: secret, Patience: time.Hour, Log: log,
	}
	if change != nil {
		change(cb)
	}
	d.t.Cleanup(startOf(&uploader.Worker{
		Queue: d.queue, Do: uploader.Doers{queue.Callback: cb}, Lease: patience, Metrics: uploader.NewWorkerMetrics(nil), Log: log,
	}, queue.Callback))
}

// startOf has a worker work on some classes, with one hand.
func startOf(w *uploader.Worker, classes ...queue.Class) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Run(ctx, context.Background(), 1, classes...)
	}()
	return func() {
		cancel()
		<-ended
	}
}

// uploadFor uploads an image of which somebody wants to hear.
func (d *door) uploadFor(callback, body string) string {
	d.t.Helper()
	got := d.do("POST", "/upload?async=true&callback="+url.QueryEscape(callback), body)
	var p uploader.Processing
	if err := json.Unmarshal(got.body, &p); err != nil || got.status != 202 {
		d.t.Fatalf("POST with a callback = %d %s, want 202", got.status, got.body)
	}
	return p.ImageID
}

// toldOf waits until a job's callback has been sent, or given up.
func (d *door) toldOf(job string) queue.Item {
	d.t.Helper()
	var item queue.Item
	d.eventually("the callback of "+job+" ends", func() bool {
		j, items, err := d.queue.Get(context.Background(), job+queue.Following, 0, 2)
		if err != nil || len(items) != 1 {
			return false // the job has not ended yet
		}
		item = items[0]
		return !j.Ended.IsZero()
	})
	return item
}

// wantHook checks one webhook, and returns what it says.
func wantHook(t *testing.T, h hook, kind, job string) uploader.Event {
	t.Helper()
	secret, err := webhooks.NewWebhook(webhookSecret)
	if err != nil {
		t.Fatal(err)
	}
	if err := secret.Verify(h.body, h.header); err != nil {
		t.Errorf("Verify = %v of %v %s", err, h.header, h.body)
	}
	var e uploader.Event
	if err := json.Unmarshal(h.body, &e); err != nil {
		t.Errorf("body %q: %v", h.body, err)
	}
	if e.Type != kind || e.Timestamp.IsZero() || e.Data.JobID != job || "upload."+e.Data.Status != kind {
		t.Errorf("webhook = %s, want %s of job %s", h.body, kind, job)
	}
	for name, want := range map[string]string{"Webhook-Id": job, "Content-Type": "application/json", "User-Agent": "Lightwell"} {
		if got := h.header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	return e
}
