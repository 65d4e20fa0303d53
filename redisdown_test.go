package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// insistent is clients that repeat each upload of one image until it is taken.
type insistent struct {
	p       *process
	photos  *photos
	stop    chan struct{}
	refused atomic.Int64

	mu    sync.Mutex // guards taken
	taken map[string][]byte
}

func (c *insistent) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.taken)
}

// run uploads one image after the other, and ends with one that is taken.
func (c *insistent) run(client int) {
	for n := 0; ; n++ {
		select {
		case <-c.stop:
			return
		default:
		}
		key := fmt.Sprintf("image-%d-%d", client, n)
		body := c.photos.photo(n, key)
		id := ""
		for end := time.Now().Add(patience); id == ""; {
			if time.Now().After(end) {
				c.p.t.Errorf("%s was not taken in %v", key, patience)
				return
			}
			id = c.send(key, body)
		}
		c.mu.Lock()
		c.taken[id] = body
		c.mu.Unlock()
	}
}

// send uploads once; a refusal must say when to come again.
func (c *insistent) send(key string, body []byte) string {
	a, err := try(request(c.p.t, http.MethodPost, c.p.uploads+"/upload", body, "Content-Type", "image/jpeg", "Idempotency-Key", key))
	var taken struct{ ImageID string }
	switch {
	case err != nil:
		c.p.t.Errorf("POST of %s: %v", key, err)
	case a.status == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "":
		c.refused.Add(1)
		time.Sleep(50 * time.Millisecond) // much sooner than it was told
	case a.status != http.StatusOK && a.status != http.StatusAccepted || json.Unmarshal(a.body, &taken) != nil || taken.ImageID == "":
		c.p.t.Errorf("POST of %s = %d %v %s, want 200, 202, or 503 with Retry-After", key, a.status, a.header, a.body)
	}
	return taken.ImageID
}

// Redis is killed and started again while images are uploaded. Whatever was answered 200
// or 202 is there in the end, and nothing else is; what came meanwhile was refused until
// it was there again; and the server went on by itself.
func TestRedisKilledUnderUploads(t *testing.T) {
	t.Parallel()
	photos := newPhotos(t)
	for _, fsync := range []string{"always", "everysec"} {
		t.Run(fsync, func(t *testing.T) {
			r, data := startRedis(t, fsync), t.TempDir()
			flags := []string{"--redis-url=" + r.URL(), "--lease=1s", "--sync-wait=100ms", "--attempts=100"}
			p := serve(t, data, flags)
			c := &insistent{p: p, photos: photos, stop: make(chan struct{}), taken: map[string][]byte{}}
			var clients sync.WaitGroup
			for client := range 4 {
				clients.Go(func() { c.run(client) })
			}
			for range 3 {
				some := c.count() + 10
				eventually(t, patience, "more uploads are taken", func() bool { return c.count() >= some })
				refused := c.refused.Load() + 8
				r.Kill()
				eventually(t, patience, "uploads are refused", func() bool { return c.refused.Load() >= refused })
				r.Start()
			}
			close(c.stop)
			clients.Wait()
			for id := range c.taken {
				eventually(t, patience, id+" is done", func() bool { return p.job(t, id, "").Status != "processing" })
			}
			p.stop()
			c.p = serve(t, data, append(flags, "--sweep-every=1s", "--sweep-grace=1s"))
			c.wantTaken()
			t.Logf("%d uploads were taken, %d were refused", len(c.taken), c.refused.Load())
		})
	}
}

// wantTaken wants what was taken to be there, and nothing else.
func (c *insistent) wantTaken() {
	t := c.p.t
	t.Helper()
	for id, sent := range c.taken {
		if s := c.p.job(t, id, ""); s.Status != "completed" || s.Total != 1 || s.Completed != 1 || s.Failed != 0 {
			t.Errorf("upload %s is %+v, want it completed", id, s)
		}
		c.p.wantDelivered(id, sent)
	}
	if ids := listAll(t.(*testing.T), c.p); len(ids) != len(c.taken) {
		t.Errorf("there are %d images, want the %d that were taken", len(ids), len(c.taken))
	}
	if n := len(files(t, filepath.Join(c.p.data, "objects", "originals"))); n != len(c.taken) {
		t.Errorf("there are %d originals, want the %d that were taken", n, len(c.taken))
	}
	c.p.wantNothingLeft(int(c.refused.Load()))
}
