package main_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Uploaders that are killed at any moment of uploads that come in parts, and of such that come straight to where they
// are to be, lose none: each completes afterwards, at the other uploader or the next, and once.
//
// LIGHTWELL_DIRECT_KILLS and LIGHTWELL_SEED change how many are killed, and when.
func TestKilledUploadersLoseNothing(t *testing.T) {
	t.Parallel()
	kills, seed := setting(t, "LIGHTWELL_DIRECT_KILLS", 10), setting(t, "LIGHTWELL_SEED", 1+rand.IntN(1_000_000))
	for _, at := range places {
		if at.name == "Redis" { // the others are the disk and the bucket
			continue
		}
		t.Run(at.name, func(t *testing.T) {
			t.Logf("LIGHTWELL_SEED=%d", seed)
			f := newFleet(t, uint64(seed), at.open(t))
			f.patience = 2 * time.Minute
			d := &directClients{f: f, brought: map[string][]byte{}, stop: make(chan struct{})}
			for n := range 3 {
				d.working.Go(func() { d.work(n, d.inParts) })
				d.working.Go(func() { d.work(n+100, d.straight) })
			}
			for range kills {
				f.killUploader()
			}
			close(d.stop)
			d.working.Wait()
			d.wantEachOnce(t)
			f.stop()
		})
	}
}

// killUploader waits for a moment, kills an uploader and starts it again.
func (f *fleet) killUploader() {
	f.t.Helper()
	time.Sleep(time.Duration(50+f.chance.IntN(400)) * time.Millisecond)
	u := f.chance.IntN(len(f.uploaders))
	f.uploaders[u].cmd.Process.Kill()
	<-f.uploaders[u].exited
	next := launch(f.t, "uploader", f.uploaders[u].data, f.flags)
	f.mu.Lock()
	f.uploaders[u] = next
	f.mu.Unlock()
}

// directClients upload, and do not give up.
type directClients struct {
	f       *fleet
	stop    chan struct{}
	working sync.WaitGroup

	mu      sync.Mutex // guards what follows
	brought map[string][]byte
	broken  int // requests that were broken off
}

// work uploads one image after the other until it is to stop.
func (d *directClients) work(n int, upload func(ctx context.Context, image []byte) (id string)) {
	ctx, cancel := context.WithTimeout(d.f.t.Context(), d.f.patience)
	defer cancel()
	for i := 0; ; i++ {
		image := noise(d.f.t, 250, uint64(1000*n+i))
		id := upload(ctx, image)
		if ctx.Err() != nil {
			d.f.t.Errorf("client %d was not done with image %d in %v", n, i, d.f.patience)
			return
		}
		d.mu.Lock()
		d.brought[id] = image
		d.mu.Unlock()
		select {
		case <-d.stop:
			return
		default:
		}
	}
}

// ask makes a request of one uploader after the other, until one answers as wanted; it is false when ctx is done.
// A body comes slowly, so that kills meet it.
func (d *directClients) ask(ctx context.Context, method, path string, body []byte, want func(answer) bool, headers ...string) (answer, bool) {
	for n := rand.IntN(2); ctx.Err() == nil; n++ {
		door, _ := d.f.door(n)
		if at, err := url.Parse(path); err == nil && at.Host != "" { // a bucket's
			door = ""
		}
		r := request(d.f.t, method, door+path, nil, headers...)
		if body != nil {
			r.Body, r.ContentLength = io.NopCloser(&slowly{rest: body}), int64(len(body))
		}
		a, err := try(r.WithContext(ctx))
		switch {
		case err != nil:
			d.mu.Lock()
			d.broken++
			d.mu.Unlock()
		case want(a):
			return a, true
		}
		time.Sleep(20 * time.Millisecond)
	}
	return answer{}, false
}

// slowly reads so that a quarter of a megabyte takes a quarter of a second.
type slowly struct{ rest []byte }

func (s *slowly) Read(p []byte) (int, error) {
	if len(s.rest) == 0 {
		return 0, io.EOF
	}
	time.Sleep(10 * time.Millisecond)
	n := copy(p[:min(len(p), 10_000)], s.rest)
	s.rest = s.rest[n:]
	return n, nil
}

func statusIs(codes ...int) func(answer) bool {
	return func(a answer) bool {
		for _, code := range codes {
			if a.status == code {
				return true
			}
		}
		return false
	}
}

const tus = "1.0.0"

// inParts uploads in two parts, and goes on where the server is.
func (d *directClients) inParts(ctx context.Context, image []byte) (id string) {
	a, ok := d.ask(ctx, http.MethodPost, "/upload/resumable/", nil, statusIs(http.StatusCreated), "Tus-Resumable", tus, "Upload-Length", strconv.Itoa(len(image)))
	if !ok {
		return ""
	}
	id = a.header.Get("X-Image-Id")
	path := "/upload/resumable/" + id
	for ctx.Err() == nil {
		a, ok := d.ask(ctx, http.MethodHead, path, nil, statusIs(http.StatusOK), "Tus-Resumable", tus)
		if !ok {
			return ""
		}
		offset, err := strconv.Atoi(a.header.Get("Upload-Offset"))
		if err != nil || offset > len(image) {
			d.f.t.Errorf("HEAD says offset %q", a.header.Get("Upload-Offset"))
			return ""
		}
		if offset == len(image) {
			return id
		}
		part := image[offset:min(len(image), offset+len(image)/2+1)]
		door, _ := d.f.door(rand.IntN(2))
		r := request(d.f.t, http.MethodPatch, door+path, nil, "Tus-Resumable", tus, "Upload-Offset", strconv.Itoa(offset), "Content-Type", "application/offset+octet-stream")
		r.Body, r.ContentLength = io.NopCloser(&slowly{rest: part}), int64(len(part))
		if _, err := try(r.WithContext(ctx)); err != nil {
			d.mu.Lock()
			d.broken++
			d.mu.Unlock()
		}
	}
	return ""
}

// straight uploads by leave, and completes it.
func (d *directClients) straight(ctx context.Context, image []byte) (id string) {
	a, ok := d.ask(ctx, http.MethodPost, "/upload/presign", []byte(announce("image/png", image, "")), statusIs(http.StatusOK), "Content-Type", "application/json")
	var w presigned
	if !ok || json.Unmarshal(a.body, &w) != nil {
		return ""
	}
	to := w.URL
	if at, err := url.Parse(w.URL); err == nil && d.f.place.bucket == nil {
		to = at.RequestURI() // of whichever uploader there is
	}
	if _, ok := d.ask(ctx, http.MethodPut, to, image, statusIs(http.StatusOK), "Content-Type", "image/png"); !ok {
		return ""
	}
	at, err := url.Parse(w.CompleteURL)
	if err != nil {
		d.f.t.Error(err)
		return ""
	}
	d.ask(ctx, http.MethodPost, at.RequestURI(), nil, func(a answer) bool {
		if a.status == http.StatusNotFound || a.status == http.StatusConflict {
			d.f.t.Errorf("complete = %d %s: what was brought is not there", a.status, a.body)
		}
		return a.status == http.StatusOK || a.status == http.StatusAccepted
	})
	return w.UploadID
}

// wantEachOnce wants an image of each upload, and no others.
func (d *directClients) wantEachOnce(t *testing.T) {
	t.Helper()
	p := launch(t, "serve", d.f.machine(), d.f.flags)
	p.bucket = d.f.place.bucket
	for id, image := range d.brought {
		eventually(t, patience, "image "+id+" is there", func() bool {
			a := p.get("/image/" + id)
			return a.status == http.StatusOK && bytes.Equal(a.body, image)
		})
	}
	listed := listAll(t, p)
	for _, id := range listed {
		if d.brought[id] == nil {
			t.Errorf("there is an image %s that nobody has completed", id)
		}
	}
	if len(listed) != len(d.brought) {
		t.Errorf("%d images are there, want the %d that were uploaded", len(listed), len(d.brought))
	}
	t.Logf("%d images, %d requests were broken off", len(listed), d.broken)
	if d.broken == 0 || len(listed) < 20 {
		t.Errorf("%d images and %d broken requests show nothing", len(listed), d.broken)
	}
	if left := p.objects("accepted"); len(left) > 0 {
		promised, _ := p.accepted()
		if promised > 0 {
			t.Errorf("%d promised uploads are left of %d", promised, len(left))
		}
	}
	p.stop()
}
