package uploader_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"lightwell/uploader"
	"lightwell/uploader/fetch"
	"lightwell/uploader/queue"
)

func TestCallback(t *testing.T) {
	d := openDoor(t)
	r, to := receive(t, 204)
	d.callbacks(nil)
	id := d.uploadFor(to, jpeg)
	if item := d.toldOf(id); item.State != queue.Completed || item.Attempts != 1 || len(r.hooks()) != 1 {
		t.Fatalf("the callback is %s after %d attempts, %d came", item.State, item.Attempts, len(r.hooks()))
	}
	h := r.hooks()[0]
	e := wantHook(t, h, "upload.completed", id)
	if want := []string{baseURL + "/image/" + id}; e.Data.Completed != 1 || !slices.Equal(e.Data.URLs, want) || len(e.Data.Items) != 1 {
		t.Errorf("webhook = %s, want the URL %q", h.body, want)
	}
	if !strings.HasPrefix(string(h.body), `{"type":"upload.completed","timestamp":"`) || !strings.Contains(string(h.body), `Z","data":{"status":"completed","jobId":"`) {
		t.Errorf("webhook = %s, want type, timestamp in UTC and data", h.body)
	}
}

// A bulk has one callback, when its last image has ended.
func TestCallbackOfBulk(t *testing.T) {
	d := openDoor(t)
	r, to := receive(t, 200)
	d.callbacks(nil)
	id := d.bulk(formType, field("callback", to)+file("a.jpg", jpeg)+file("b.txt", "no image")+file("c.png", png)+end)
	d.toldOf(id)
	hooks := r.hooks()
	if len(hooks) != 1 {
		t.Fatalf("%d callbacks came, want 1", len(hooks))
	}
	e := wantHook(t, hooks[0], "upload.completed", id)
	wantStatus(t, "a webhook", e.Data, "completed", 2, 1, "a.jpg completed", "b.txt failed 415", "c.png completed")
}

func TestCallbackOfFailure(t *testing.T) {
	d := openDoor(t)
	r, to := receive(t, 200)
	d.callbacks(nil)
	d.inspector.failWith(func(context.Context) error { panic("a decoder") })
	id := d.uploadFor(to, jpeg)
	d.toldOf(id)
	e := wantHook(t, r.hooks()[0], "upload.failed", id)
	wantStatus(t, "a webhook", e.Data, "failed", 0, 1, " failed 500")
}

func TestCallbackOfCancelled(t *testing.T) {
	d := openDoor(t)
	r, to := receive(t, 200)
	d.callbacks(nil)
	begun, release := make(chan struct{}, bulkItems), make(chan struct{})
	d.holdInspections(begun, release)
	id := d.bulk(formType, field("callback", to)+strings.Repeat(file("a", jpeg), 5)+end)
	<-begun
	<-begun
	if got := d.do("DELETE", "/status/"+id, ""); got.status != 204 {
		t.Fatalf("DELETE = %d", got.status)
	}
	if n := len(r.hooks()); n > 0 {
		t.Errorf("%d callbacks came while two run", n)
	}
	close(release)
	d.toldOf(id)
	if e := wantHook(t, r.hooks()[0], "upload.cancelled", id); e.Data.Completed != 2 || e.Data.Cancelled != 3 {
		t.Errorf("webhook = %+v, want 2 completed and 3 cancelled", e)
	}
}

// Whatever is not a success is tried again, as the same message.
func TestCallbackAgain(t *testing.T) {
	for _, status := range []int{500, 404, 302, 429} {
		d := openDoor(t)
		r, to := receive(t, status, 200)
		d.callbacks(nil)
		id := d.uploadFor(to, jpeg)
		if item := d.toldOf(id); item.State != queue.Completed || item.Attempts != 2 {
			t.Errorf("after a %d: the callback is %s after %d attempts, want it completed after 2", status, item.State, item.Attempts)
		}
		hooks := r.hooks()
		if len(hooks) != 2 || string(hooks[0].body) != string(hooks[1].body) {
			t.Fatalf("after a %d: %d callbacks came, want two that are equal", status, len(hooks))
		}
		for _, h := range hooks {
			wantHook(t, h, "upload.completed", id)
		}
	}
}

func TestCallbackToNobodyYet(t *testing.T) {
	d := openDoor(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	d.callbacks(nil)
	id := d.uploadFor("http://"+addr, jpeg)
	d.eventually("nobody listens", func() bool {
		_, item, err := d.queue.Find(context.Background(), id+queue.Following)
		return err == nil && item.Attempts == 1 && item.State == queue.Waiting && time.Until(item.Due) < 2*time.Second
	})
	r := &receiver{t: t, statuses: []int{200}}
	if l, err = net.Listen("tcp", addr); err != nil {
		t.Fatal(err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: r}}
	s.Start()
	t.Cleanup(s.Close)
	if item := d.toldOf(id); item.State != queue.Completed || item.Attempts < 2 || len(r.hooks()) != 1 {
		t.Errorf("the callback is %s after %d attempts, %d came", item.State, item.Attempts, len(r.hooks()))
	}
}

// 410 is for good, and so is the end of patience.
func TestCallbackGivenUp(t *testing.T) {
	for _, tt := range []struct {
		status   int
		patience time.Duration
	}{{410, time.Hour}, {500, time.Microsecond}, {404, time.Microsecond}} {
		d := openDoor(t)
		r, to := receive(t, tt.status)
		d.callbacks(func(cb *uploader.Callbacks) { cb.Patience = tt.patience })
		id := d.uploadFor(to, jpeg)
		if item := d.toldOf(id); item.State != queue.Failed || item.Attempts != 1 || len(r.hooks()) != 1 {
			t.Errorf("after %d with patience for %v: %s after %d attempts, want it failed after 1", tt.status, tt.patience, item.State, item.Attempts)
		}
		wantStatus(t, "the upload", d.ended(id), "completed", 1, 0, " completed")
	}
}

// What is inside is not for strangers to reach.
func TestCallbackInside(t *testing.T) {
	d := openDoor(t)
	r, to := receive(t, 200)
	d.callbacks(func(cb *uploader.Callbacks) { cb.Client = fetch.New(fetch.Options{Timeout: patience}) })
	at, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"127.0.0.1", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		item := d.toldOf(d.uploadFor("http://"+host+":"+at.Port()+"/", jpeg))
		if item.State != queue.Failed || item.Attempts != 1 {
			t.Errorf("a callback to %s is %s after %d attempts, want it failed after 1", host, item.State, item.Attempts)
		}
		if strings.Contains(string(item.Result), at.Port()) {
			t.Errorf("a callback to %s says %s, which has the address", host, item.Result)
		}
	}
	if hooks := r.hooks(); len(hooks) > 0 {
		t.Errorf("the canary had %d visits", len(hooks))
	}
}

func TestCallbackWithoutSecret(t *testing.T) {
	d := openDoor(t)
	r, to := receive(t, 200)
	d.callbacks(func(cb *uploader.Callbacks) { cb.Secret = nil })
	id := d.uploadFor(to, jpeg)
	d.toldOf(id)
	h := r.hooks()[0]
	if _, signed := h.header["Webhook-Signature"]; signed || h.header.Get("Webhook-Id") != id || h.header.Get("Webhook-Timestamp") == "" {
		t.Errorf("headers = %v, want an id and a timestamp and no signature", h.header)
	}
}
