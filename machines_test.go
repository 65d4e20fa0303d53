package main_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"time"

	"lightwell/cache/redistest"
	"lightwell/origin/store/s3test"
)

// machines are processes over one Redis and one S3, each with a disk of its own.
type machines struct {
	t       *testing.T
	redis   *redistest.Server
	s3      *s3test.Server
	flags   []string
	push    *process // takes uploads and processes them
	origins []*process
}

// startMachines starts so many origins, and what uploads need.
func startMachines(t *testing.T, origins int, flags ...string) *machines {
	t.Helper()
	m := &machines{t: t, redis: startRedis(t, "everysec"), s3: s3test.Start(t)}
	m.flags = append([]string{
		"--redis-url=" + m.redis.URL(), "--s3-endpoint=" + m.s3.URL(), "--s3-bucket=images", "--s3-create-bucket",
		"--s3-access-key=" + s3test.AccessKey, "--s3-secret-key=" + s3test.SecretKey,
		"--sync-wait=" + patience.String(), // or what a busy machine makes of an upload is answered before it is stored
	}, flags...)
	m.push = m.launch("serve")
	for range origins {
		m.origins = append(m.origins, m.launch("origin"))
	}
	return m
}

func (m *machines) launch(does string, flags ...string) *process {
	m.t.Helper()
	return launch(m.t, does, m.t.TempDir(), append(flags, m.flags...))
}

// renders is how many renditions all of them have made.
func (m *machines) renders() (n int) {
	for _, p := range append([]*process{m.push}, m.origins...) {
		n += int(p.metric("lightwell_renders_total", ""))
	}
	return n
}

// A thousand who ask two origins for what nobody has yet get it, and it is made once: whether Redis passes it
// on, or, where it is too large for that, the store.
func TestFleetRendersOnce(t *testing.T) {
	for _, tt := range []struct{ name, query, flag string }{
		{"over Redis", "?w=1200&fm=avif", "--cache-objects=false"},
		{"over the store", "?w=1300&fm=png", "--cache-redis-entry=1KiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			// On a machine that has other things to do, Redis may take longer than a fleet waits for it.
			m := startMachines(t, 2, "--cache-objects", tt.flag, "--pool-queue-wait=60s", "--cache-redis-timeout=5s")
			id := m.push.upload(testdata(t, "photo.jpg"))
			var crowd sync.WaitGroup
			var mu sync.Mutex
			tags := map[string]int{}
			for i := range 1000 {
				crowd.Go(func() {
					p := m.origins[i%2]
					a, size, err := digest(request(t, http.MethodGet, p.images+"/image/"+id+tt.query, nil))
					mu.Lock()
					defer mu.Unlock()
					if err != nil || a.status != http.StatusOK || size == 0 {
						t.Errorf("GET %d = %d of %d bytes, %v", i, a.status, size, err)
					}
					tags[fmt.Sprintf("%s %x", a.header.Get("ETag"), a.body)]++
				})
			}
			crowd.Wait()
			if n := m.renders(); n != 1 || len(tags) != 1 {
				t.Errorf("%d renders, and answers %v, want one of each", n, tags)
			}
			// Who comes later finds it, too.
			late := m.launch("origin")
			if a := late.get("/image/" + id + tt.query); a.status != http.StatusOK || a.header.Get("Server-Timing") == "cache;desc=memory" {
				t.Errorf("GET at a new origin = %d, %s", a.status, a.header.Get("Server-Timing"))
			}
			if n := late.metric("lightwell_renders_total", ""); n != 0 {
				t.Errorf("a new origin rendered %v times", n)
			}
		})
	}
}

// digest is an answer with the SHA-256 of its body, and the body's size. To keep the bodies of a crowd would cost the race
// detector so much memory that it reads slower than the slowest client that is served.
func digest(req *http.Request) (answer, int64, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, 0, err
	}
	defer resp.Body.Close()
	sum := sha256.New()
	n, err := io.Copy(sum, resp.Body)
	return answer{resp.StatusCode, resp.Header, sum.Sum(nil)}, n, err
}

// An origin that is cut off from Redis, and one that is not, know of a delete and a purge made elsewhere: the one
// within ten seconds, the other at once.
func TestFleetHearsOfChanges(t *testing.T) {
	t.Parallel()
	m := startMachines(t, 1)
	deaf := m.launch("origin", "--cache-redis-url=redis://127.0.0.1:1") // where nobody is
	id, other := m.push.upload(testdata(t, "photo.jpg")), m.push.upload(testdata(t, "photo.webp"))
	origins := map[string]*process{"one that hears": m.origins[0], "one that is cut off": deaf}
	etags := map[string]string{}
	for name, p := range origins {
		for _, image := range []string{id, other} {
			a := p.get("/image/" + image + "?w=100")
			if a.status != http.StatusOK {
				t.Fatalf("GET at %s = %d", name, a.status)
			}
			etags[image] = a.header.Get("ETag")
		}
	}
	if a := do(t, request(t, http.MethodDelete, m.push.uploads+"/image/"+id, nil)); a.status != http.StatusNoContent {
		t.Fatalf("DELETE = %d %s", a.status, a.body)
	}
	if a := m.push.api(http.MethodPost, "/purge", `{"ids":["`+other+`"]}`); a.status != http.StatusOK {
		t.Fatalf("POST /purge = %d %s", a.status, a.body)
	}
	began := time.Now()
	for name, within := range map[string]time.Duration{"one that hears": 3 * time.Second, "one that is cut off": 10500 * time.Millisecond} {
		p := origins[name]
		eventually(t, within, "the delete holds at "+name, func() bool { return p.get("/image/"+id+"?w=100").status == http.StatusGone })
		eventually(t, within, "the purge holds at "+name, func() bool { return p.get("/image/"+other+"?w=100").header.Get("ETag") != etags[other] })
		t.Logf("%s knows after %v", name, time.Since(began))
	}
}
