package main_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	links "lightwell/link"
	"lightwell/transform"
)

// edge is a CDN in front of a fleet, with the configuration that is shipped.
type edge struct {
	name, url string
	// bound is how long a purge may take to be seen through it.
	bound time.Duration
}

// shipped is a file of deploy/cdn with other addresses in it.
func shipped(t *testing.T, name string, replaced ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("deploy", "cdn", name))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(replaced); i += 2 {
		if !strings.Contains(string(text), replaced[i]) {
			t.Fatalf("%s has no %q", name, replaced[i])
		}
	}
	return strings.NewReplacer(replaced...).Replace(string(text))
}

// freeAddress is one that nobody listens on.
func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// startServer runs a server of Debian's until the test ends, and waits until it listens.
func startServer(t *testing.T, address, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	if errors.Is(cmd.Err, exec.ErrNotFound) {
		cmd = exec.Command("/usr/sbin/"+name, args...) // which is not in everybody's PATH
	}
	var said strings.Builder
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	if err := cmd.Start(); err != nil {
		t.Fatalf("this test needs %s: %v", name, err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); cmd.Wait() }()
	t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM)
		<-ended
		if t.Failed() {
			t.Logf("%s said:\n%s", name, said.String())
		}
	})
	eventually(t, 20*time.Second, name+" listens", func() bool {
		select {
		case <-ended:
			t.Fatalf("%s ended: %s", name, said.String())
		default:
		}
		c, err := net.Dial("tcp", address)
		if err == nil {
			c.Close()
		}
		return err == nil
	})
}

// behindNginx starts nginx before the origins at two addresses.
func behindNginx(t *testing.T, origins [2]string) edge {
	t.Helper()
	dir, address := t.TempDir(), freeAddress(t)
	config := fmt.Sprintf(`daemon off; user root; worker_processes 2; pid %[1]s/pid; error_log stderr warn;
events { worker_connections 4096; }
http {
	access_log off; client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi;
	uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	include %[1]s/lightwell.conf;
}`, dir)
	for name, text := range map[string]string{
		"nginx.conf": config,
		"lightwell.conf": shipped(t, "nginx.conf", "origin-1:8080", origins[0], "origin-2:8080", origins[1],
			"listen 8000", "listen "+address, "/var/cache/nginx/lightwell", filepath.Join(dir, "cache")),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	startServer(t, address, "nginx", "-p", dir, "-c", filepath.Join(dir, "nginx.conf"), "-e", "stderr")
	return edge{"nginx", "http://" + address, 12 * time.Second}
}

// behindVarnish starts Varnish at an address before the origins at two others.
func behindVarnish(t *testing.T, address string, origins [2]string) edge {
	t.Helper()
	dir := t.TempDir()
	vcl := filepath.Join(dir, "lightwell.vcl")
	port := func(address string) string { _, port, _ := net.SplitHostPort(address); return `"` + port + `"` }
	text := shipped(t, "varnish.vcl", `"8080"`, port(origins[0]), `"8082"`, port(origins[1]))
	if err := os.WriteFile(vcl, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	startServer(t, address, "varnishd", "-F", "-j", "none", "-n", filepath.Join(dir, "work"), "-a", address, "-f", vcl, "-s", "malloc,64m")
	return edge{"Varnish", "http://" + address, 3 * time.Second}
}

// get asks for a path with an Accept header.
func (e edge) get(t *testing.T, path, accept string, headers ...string) answer {
	t.Helper()
	return do(t, request(t, http.MethodGet, e.url+path, nil, append([]string{"Accept", accept}, headers...)...))
}

// viewers are Accept headers as clients send them with images, and the format that each gets by auto=format.
var viewers = []struct {
	accept string
	gets   transform.Format
}{
	{"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", transform.AVIF},
	{"image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", transform.AVIF},
	{"image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", transform.WebP},
	{"image/AVIF;q=0, image/WebP", transform.WebP},
	{"*/*", transform.JPEG},
	{"image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", transform.JPEG},
}

// load loads a page, some images at once as browsers do, and returns the answers by path.
func (e edge) load(t *testing.T, page []string, accept string) map[string]answer {
	t.Helper()
	var mu sync.Mutex
	got := map[string]answer{}
	slots := make(chan struct{}, 6)
	var all sync.WaitGroup
	for _, path := range page {
		slots <- struct{}{}
		all.Go(func() {
			defer func() { <-slots }()
			a, err := try(request(t, http.MethodGet, e.url+path, nil, "Accept", accept))
			if err != nil {
				t.Errorf("%s: GET %s = %v", e.name, path, err)
			}
			mu.Lock()
			defer mu.Unlock()
			got[path] = a
		})
	}
	all.Wait()
	return got
}

// A page of 40 renditions behind two origins and a CDN: each is rendered once in the fleet, each client gets what
// it can show, what was loaded once the CDN has, and a purge and a delete are seen through it.
func TestBehindACDN(t *testing.T) {
	t.Parallel()
	varnish := freeAddress(t)
	m := startMachines(t, 2, "--interim=off", "--cdn-purge-url=http://"+varnish+"/", "--cdn-purge-method=BAN", "--cdn-purge-headers=X-Key: {{.Name}}")
	origins := [2]string{strings.TrimPrefix(m.origins[0].images, "http://"), strings.TrimPrefix(m.origins[1].images, "http://")}
	edges := []edge{behindNginx(t, origins), behindVarnish(t, varnish, origins)}
	photo := testdata(t, "photo.jpg")
	var page, ids []string
	for i := range 8 {
		ids = append(ids, m.push.upload(append(photo[:len(photo):len(photo)], byte(i)))) // after the end of the picture
		for width := range 5 {
			page = append(page, fmt.Sprintf("/image/%s?w=%d&auto=format", ids[i], 100+20*width))
		}
	}
	for _, e := range edges {
		for load := range 3 {
			for _, v := range viewers {
				for path, a := range e.load(t, page, v.accept) {
					if got := transform.Sniff(a.body); a.status != http.StatusOK || got != v.gets || a.header.Get("Content-Type") != v.gets.ContentType() {
						t.Errorf("%s: GET %s for %s = %d, %q as %s, want %q", e.name, path, v.accept, a.status, got, a.header.Get("Content-Type"), v.gets)
					}
					if hit := a.header.Get("X-Cache"); load > 0 && hit != "HIT" && hit != "REVALIDATED" {
						t.Errorf("%s: load %d of %s for %s is a %s", e.name, load, path, v.accept, hit)
					}
				}
			}
		}
		if n := m.renders(); n != 3*len(page) {
			t.Errorf("%s: the fleet has rendered %d times, want %d", e.name, n, 3*len(page))
		}
	}
	for i, e := range edges {
		e.wantConditional(t, page[len(page)-1])
		e.wantPurged(t, m, ids[i])
	}
}

// wantConditional asks for what the client has, and for a part of it.
func (e edge) wantConditional(t *testing.T, path string) {
	t.Helper()
	for _, v := range viewers {
		whole := e.get(t, path, v.accept)
		if same := e.get(t, path, v.accept, "If-None-Match", whole.header.Get("ETag")); same.status != http.StatusNotModified || len(same.body) > 0 {
			t.Errorf("%s: GET of what %s has = %d, want 304", e.name, v.accept, same.status)
		}
		if part := e.get(t, path, v.accept, "Range", "bytes=2-5"); part.status != http.StatusPartialContent || string(part.body) != string(whole.body[2:6]) {
			t.Errorf("%s: GET of a part = %d %q", e.name, part.status, part.body)
		}
		head := do(t, request(t, http.MethodHead, e.url+path, nil, "Accept", v.accept))
		if head.status != http.StatusOK || head.header.Get("Content-Length") != fmt.Sprint(len(whole.body)) {
			t.Errorf("%s: HEAD = %d with %s bytes, want %d", e.name, head.status, head.header.Get("Content-Length"), len(whole.body))
		}
	}
}

// wantPurged purges an image, and then deletes it.
func (e edge) wantPurged(t *testing.T, m *machines, id string) {
	t.Helper()
	path := "/image/" + id + "?w=60&auto=format"
	before := map[string]string{}
	for _, v := range viewers {
		before[v.accept] = e.get(t, path, v.accept).header.Get("ETag")
	}
	if a := m.push.api(http.MethodPost, "/purge", `{"ids":["`+id+`"]}`); a.status != http.StatusOK {
		t.Fatalf("POST /purge = %d %s", a.status, a.body)
	}
	began := time.Now()
	for _, v := range viewers {
		eventually(t, e.bound, "the purge is seen through "+e.name, func() bool {
			a := e.get(t, path, v.accept)
			return a.status == http.StatusOK && a.header.Get("ETag") != before[v.accept]
		})
	}
	purged := time.Since(began)
	if a := do(t, request(t, http.MethodDelete, m.push.uploads+"/image/"+id, nil)); a.status != http.StatusNoContent {
		t.Fatalf("DELETE = %d %s", a.status, a.body)
	}
	began = time.Now()
	for _, path := range []string{path, "/image/" + id, "/info/" + id} {
		eventually(t, e.bound, "the delete of "+path+" is seen through "+e.name, func() bool { return e.get(t, path, "*/*").status == http.StatusGone })
	}
	t.Logf("%s: the purge is seen after %v, the delete after %v", e.name, purged.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
}

// What comes through a CDN only once it is asked for by hand: an image with as many tags as it may have, a URL that
// ends, and origins that end one after the other.
func TestBehindACDNInTrouble(t *testing.T) {
	t.Parallel()
	const key = "0123456789abcdef0123"
	varnish := freeAddress(t)
	m := startMachines(t, 2, "--signing-keys="+key, "--drain-delay=0s")
	addresses := [2]string{strings.TrimPrefix(m.origins[0].images, "http://"), strings.TrimPrefix(m.origins[1].images, "http://")}
	edges := []edge{behindNginx(t, addresses), behindVarnish(t, varnish, addresses)}
	var tags url.Values = map[string][]string{}
	for i := range 20 {
		tags.Add("tags", strings.Repeat("é", 31)+fmt.Sprintf("%02d", i))
	}
	a := do(t, request(t, http.MethodPost, m.push.uploads+"/upload?tags="+url.QueryEscape(strings.Join(tags["tags"], ",")), testdata(t, "photo.jpg"), "Content-Type", "image/jpeg"))
	var done struct{ ImageID string }
	if err := json.Unmarshal(a.body, &done); err != nil || a.status != http.StatusOK {
		t.Fatalf("POST /upload = %d %s", a.status, a.body)
	}
	signed := links.Builder{Key: key}
	ends := signed
	ends.Expires = time.Now().Add(3 * time.Second)
	path := ends.URL(done.ImageID, links.Pair{Name: "w", Value: "80"})
	for _, e := range edges {
		a := e.get(t, path, "*/*")
		if a.status != http.StatusOK || strings.Count(a.header.Get("Cache-Tag"), ",") != 20 {
			t.Errorf("%s: GET of an image with many tags = %d, Cache-Tag %s", e.name, a.status, a.header.Get("Cache-Tag"))
		}
		e.get(t, strings.Replace(path, "expires=", "%65xpires=", 1), "*/*")
	}
	time.Sleep(time.Until(ends.Expires) + 1500*time.Millisecond)
	for _, e := range edges {
		for _, path := range []string{path, strings.Replace(path, "expires=", "%65xpires=", 1)} {
			if a := e.get(t, path, "*/*"); a.status != http.StatusForbidden {
				t.Errorf("%s: GET of what has ended = %d, want 403", e.name, a.status)
			}
		}
		e.wantUninterrupted(t, m, signed, done.ImageID)
	}
}

// wantUninterrupted ends the second origin while clients ask for what is not cached, and starts it again.
func (e edge) wantUninterrupted(t *testing.T, m *machines, signed links.Builder, id string) {
	t.Helper()
	address := strings.TrimPrefix(m.origins[1].images, "http://")
	var stop atomic.Bool
	var asked, failed atomic.Int64
	var clients sync.WaitGroup
	for client := range 4 {
		clients.Go(func() {
			for n := 0; !stop.Load(); n++ {
				path := signed.URL(id, links.Pair{Name: "w", Value: "20"}, links.Pair{Name: "v", Value: fmt.Sprint(e.name, client, n)})
				a, err := try(request(t, http.MethodGet, e.url+path, nil))
				asked.Add(1)
				if err != nil || a.status != http.StatusOK {
					failed.Add(1)
					t.Logf("%s: %d %v %.200s", e.name, a.status, err, a.body)
				}
			}
		})
	}
	time.Sleep(time.Second)
	m.origins[1].stop()
	time.Sleep(2 * time.Second)
	m.origins[1] = m.launch("origin", "--listen="+address)
	time.Sleep(time.Second)
	stop.Store(true)
	clients.Wait()
	t.Logf("%s: %d requests while an origin ended and came back", e.name, asked.Load())
	if asked.Load() < 100 || failed.Load() > 0 {
		t.Errorf("%s: %d of %d requests failed while an origin ended", e.name, failed.Load(), asked.Load())
	}
}
