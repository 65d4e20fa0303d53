package main_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/transform"
)

func TestAPhotoInAnySizeOut(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	photo := testdata(t, "photo.jpg")
	id := p.upload(photo)

	if original := p.get("/image/" + id); !bytes.Equal(original.body, photo) || original.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("the original is %d bytes of %s, want the %d uploaded", len(original.body), original.header.Get("Content-Type"), len(photo))
	}
	for query, format := range map[string]transform.Format{
		"w=800":             transform.JPEG,
		"w=800&fm=webp":     transform.WebP,
		"w=800&fm=avif":     transform.AVIF,
		"w=80&fm=png":       transform.PNG,
		"w=80&fm=gif":       transform.GIF,
		"w=800&fm=pjpg":     transform.JPEG,
		"w=800&auto=format": transform.JPEG,
	} {
		first := p.get("/image/" + id + "?" + query)
		if got := transform.Sniff(first.body); first.status != http.StatusOK || got != format || first.header.Get("Content-Type") != format.ContentType() {
			t.Errorf("%s: status %d, %q as %s, want %q", query, first.status, got, first.header.Get("Content-Type"), format)
		}
		again := p.get("/image/" + id + "/" + strings.ReplaceAll(query, "&", ",") + "/any-name.xyz")
		if !bytes.Equal(first.body, again.body) || again.header.Get("Server-Timing") != "cache;desc=memory" {
			t.Errorf("%s again in path form: %d bytes, %s, want the same %d from memory", query, len(again.body), again.header.Get("Server-Timing"), len(first.body))
		}
		head := do(t, request(t, http.MethodHead, p.images+"/image/"+id+"?"+query, nil))
		if head.header.Get("Content-Length") != again.header.Get("Content-Length") || head.header.Get("ETag") != again.header.Get("ETag") {
			t.Errorf("HEAD %s = %v, want GET's headers %v", query, head.header, again.header)
		}
		if same := p.get("/image/"+id+"?"+query, "If-None-Match", first.header.Get("ETag")); same.status != http.StatusNotModified {
			t.Errorf("%s with its ETag = %d, want 304", query, same.status)
		}
	}
	p.stop()
}

func TestEverythingIsThereAfterARestart(t *testing.T) {
	data := t.TempDir()
	p := serve(t, data, nil)
	id := p.upload(testdata(t, "photo.jpg"))
	before := p.get("/image/" + id + "?w=100")
	p.stop()
	p = serve(t, data, nil)
	after := p.get("/image/" + id + "?w=100")
	if !bytes.Equal(before.body, after.body) || before.header.Get("ETag") != after.header.Get("ETag") {
		t.Errorf("after a restart: %d bytes with ETag %s, want %d with %s", len(after.body), after.header.Get("ETag"), len(before.body), before.header.Get("ETag"))
	}
}

// One render for all who ask at once, by the metric; the same bytes for each;
// and the first of them hanging up changes nothing.
func TestManyColdRequestsShareOneRender(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	id := p.upload(testdata(t, "photo.jpg"))
	url := p.images + "/image/" + id + "?w=1900&fm=avif&q=60" // takes long enough to pile up

	ctx, hangUp := context.WithCancel(context.Background())
	leaving := make(chan error, 1)
	go func() {
		_, err := try(request(t, http.MethodGet, url, nil).WithContext(ctx))
		leaving <- err
	}()
	p.busyChild()
	var crowd sync.WaitGroup
	sums := make([][32]byte, 200)
	for i := range sums {
		crowd.Go(func() {
			a, err := try(request(t, http.MethodGet, url, nil))
			if err != nil || a.status != http.StatusOK || transform.Sniff(a.body) != transform.AVIF {
				t.Errorf("request %d: %d, %v", i, a.status, err)
			}
			sums[i] = sha256.Sum256(a.body)
		})
	}
	hangUp()
	if err := <-leaving; err == nil {
		t.Error("the first client was answered before it could hang up: the test shows nothing")
	}
	crowd.Wait()
	for i := range sums {
		if sums[i] != sums[0] {
			t.Errorf("request %d got other bytes than the first", i)
		}
	}
	if n := p.metric("lightwell_renders_total", ""); n != 1 {
		t.Errorf("%v renders for 201 requests, want 1", n)
	}
}

// SIGTERM lets the request at hand end well, refuses new ones, and leaves no
// process behind.
func TestSIGTERMDrains(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	id := p.upload(testdata(t, "photo.jpg"))
	slow := make(chan answer, 1)
	go func() {
		a, err := try(request(t, http.MethodGet, p.images+"/image/"+id+"?w=1900&fm=avif", nil))
		if err != nil {
			t.Errorf("the request at hand: %v", err)
		}
		slow <- a
	}()
	p.busyChild()
	children := p.children()
	p.stop()
	if a := <-slow; a.status != http.StatusOK || transform.Sniff(a.body) != transform.AVIF {
		t.Errorf("the request at hand = %d, %d bytes", a.status, len(a.body))
	}
	wantGone(t, children)
}

func TestHealthAndMetrics(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	for _, path := range []string{"/healthz", "/readyz", "/debug/pprof/"} {
		if a := do(t, request(t, http.MethodGet, p.admin+path, nil)); a.status != http.StatusOK {
			t.Errorf("GET %s = %d, want 200", path, a.status)
		}
	}
	id := p.upload(testdata(t, "logo.svg"))
	p.get("/image/" + id + "?w=50")
	p.get("/image/" + id + "?w=50")
	text := string(do(t, request(t, http.MethodGet, p.admin+"/metrics", nil)).body)
	for _, series := range []string{
		`lightwell_requests_total{status="200"} 2`, "lightwell_request_seconds_count 2",
		`lightwell_renders_total{format="png",source="original"} 1`, "lightwell_render_seconds_count 1", "lightwell_render_queue_seconds_count",
		`lightwell_cache_hits_total{tier="memory"} 1`, "lightwell_cache_misses_total 1", `lightwell_cache_bytes{tier="memory"}`,
		`lightwell_pool_restarts_total{cause="crash"} 0`, `lightwell_uploads_total{result="stored"} 1`,
	} {
		if !strings.Contains(text, "\n"+series) {
			t.Errorf("the metrics have no %s", series)
		}
	}
}

func TestRefusalsToStart(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	for _, test := range []struct {
		flags []string
		want  string
	}{
		{[]string{"--listen=0.0.0.0:0"}, "--open"},
		{[]string{"--upload-listen=:0"}, "--open"},
		{[]string{"--listen=" + strings.TrimPrefix(p.images, "http://")}, "address already in use"},
		{[]string{"--formats=jpeg,tga"}, "tga"},
		{[]string{"--data=/dev/null/x"}, "not a directory"},
		{[]string{"--lisen=127.0.0.1:0"}, "--listen"},
	} {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		args := append([]string{"serve", "--listen=127.0.0.1:0", "--upload-listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--data=" + t.TempDir()}, test.flags...)
		out, err := exec.CommandContext(ctx, binary, args...).CombinedOutput()
		cancel()
		if err == nil || !strings.Contains(string(out), test.want) {
			t.Errorf("serve %v: %v, %q, want a refusal that says %q", test.flags, err, out, test.want)
		}
	}
}
