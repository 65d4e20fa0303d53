//go:build image

package image

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// The image is built by the Dockerfile's own steps, and runs as a container would: it is healthy, takes in and gives out
// all formats, draws letters, keeps its render processes confined, and ends when told to. LIGHTWELL_IMAGE is a folder to
// build in. It takes root, debootstrap and minutes, and so the build tag image.
func TestImage(t *testing.T) {
	work := os.Getenv("LIGHTWELL_IMAGE")
	if work == "" {
		t.Fatal("LIGHTWELL_IMAGE names no folder: see make image-check")
	}
	s := buildOurs(t, work)
	if size, err := s.size(t.Context()); err != nil {
		t.Error(err)
	} else {
		t.Logf("the image has %d MB", size/1e6)
	}
	r := start(t, s)
	r.heals()
	r.takesAll()
	r.drawsLetters()
	r.isConfined()
	r.writesNothing()
	r.ends()
}

func buildOurs(t *testing.T, work string) *stage {
	t.Helper()
	b := &builder{context: repository, cache: filepath.Join(work, "cache"), work: filepath.Join(work, "stages"), file: readOurs(t)}
	if err := os.RemoveAll(b.work); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{b.cache, b.work} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	s, err := b.build(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("built in %v", time.Since(began).Round(time.Second))
	return s
}

// running is a container that runs.
type running struct {
	t                      *testing.T
	of                     container
	cmd                    *exec.Cmd
	log                    bytes.Buffer
	images, uploads, admin string // http://host:port
}

func start(t *testing.T, s *stage) *running {
	t.Helper()
	data := t.TempDir()
	if err := os.Chown(data, 65532, 65532); err != nil {
		t.Fatal(err)
	}
	doors := []string{free(t), free(t), free(t)}
	r := &running{t: t, images: "http://" + doors[0], uploads: "http://" + doors[1], admin: "http://" + doors[2]}
	r.of = container{of: s, data: data, env: env{
		"LIGHTWELL_OPEN": "true", "LIGHTWELL_LISTEN": doors[0], "LIGHTWELL_UPLOAD_LISTEN": doors[1], "LIGHTWELL_ADMIN_LISTEN": doors[2],
		"LIGHTWELL_DRAIN_DELAY": "0s", "LIGHTWELL_SYNC_WAIT": "60s",
	}}
	cmd, err := r.of.command(t.Context(), slices.Concat(s.entrypoint, s.cmd)...)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = &r.log, &r.log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	r.cmd = cmd
	return r
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// run runs a command in a container of the same image, with the same settings.
func (r *running) run(args ...string) (string, error) {
	r.t.Helper()
	cmd, err := r.of.command(r.t.Context(), args...)
	if err != nil {
		r.t.Fatal(err)
	}
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// heals waits until the image's own health check is content.
func (r *running) heals() {
	r.t.Helper()
	if len(r.of.of.health) == 0 || r.of.of.health[0] != "CMD" {
		r.t.Fatalf("HEALTHCHECK is %q, want one without a shell", r.of.of.health)
	}
	for until := time.Now().Add(30 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		out, err := r.run(r.of.of.health[1:]...)
		if err == nil {
			return
		}
		if time.Now().After(until) {
			r.t.Fatalf("not healthy in 30 s: %v %s\n%s", err, out, &r.log)
		}
	}
}

func (r *running) get(url string) (*http.Response, []byte) {
	r.t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		r.t.Fatalf("%v\n%s", err, &r.log)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp, body
}

func (r *running) upload(path string) (id string) {
	r.t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		r.t.Fatal(err)
	}
	resp, err := http.Post(r.uploads+"/upload", "application/octet-stream", bytes.NewReader(body))
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	var taken struct{ ImageID string }
	if err := json.NewDecoder(resp.Body).Decode(&taken); err != nil || resp.StatusCode != http.StatusOK || taken.ImageID == "" {
		r.t.Errorf("upload of %s = %d, %v", path, resp.StatusCode, err)
	}
	return taken.ImageID
}

// samples are images of all formats that there are in the repository, a photograph first.
var samples = []string{
	"testdata/photo.jpg", "testdata/cmyk.jpg", "testdata/photo.webp", "testdata/lossy-alpha.webp", "testdata/photo.avif", "testdata/photo.heic",
	"testdata/photo.jxl", "testdata/photo.tif", "testdata/iss634.gif", "testdata/logo.svg", "testdata/basn6a08.png",
}

// takesAll uploads an image of each format that there is a sample of, and asks for each in all that come out.
func (r *running) takesAll() {
	r.t.Helper()
	out, err := r.run("lightwell", "config")
	if err != nil {
		r.t.Fatalf("config = %v %s", err, out)
	}
	for _, want := range []string{
		"# reads: avif, bmp, gif, heic, ico, jpeg, jxl, pdf, png, svg, tiff, webp", "# writes: avif, gif, jpeg, jxl, png, tiff, webp",
	} {
		if line := sorted(out, want[:strings.Index(want, ":")+1]); line != want {
			r.t.Errorf("config says %q, want %q", line, want)
		}
	}
	for _, name := range samples {
		id := r.upload(filepath.Join(repository, name))
		for _, format := range []string{"jpg", "webp", "avif", "png", "gif", "tiff", "jxl"} {
			resp, body := r.get(fmt.Sprintf("%s/image/%s?w=60&fm=%s", r.images, id, format))
			if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "image/"+strings.Replace(format, "jpg", "jpeg", 1)) {
				r.t.Errorf("%s as %s = %d %s %.200s", name, format, resp.StatusCode, resp.Header.Get("Content-Type"), body)
			}
		}
	}
}

// sorted is the line of some output that begins so, with its words in order.
func sorted(out, beginning string) string {
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), beginning); ok {
			words := strings.FieldsFunc(rest, func(r rune) bool { return strings.ContainsRune(" ,[]", r) })
			slices.Sort(words)
			return beginning + " " + strings.Join(words, ", ")
		}
	}
	return ""
}

// drawsLetters wants letters of many scripts, and no boxes where a font has none: each script another picture.
func (r *running) drawsLetters() {
	r.t.Helper()
	id := r.upload(filepath.Join(repository, samples[0]))
	seen := map[string]string{}
	for _, text := range []string{"ab", "%D7%A9%D7%9C", "%E4%BD%A0%E5%A5%BD", "%E0%B8%AA%E0%B8%A7", "%F0%9F%98%80%F0%9F%8E%89"} {
		resp, body := r.get(r.images + "/image/" + id + "?w=200&fm=png&txt-size=40&txt=" + text)
		if resp.StatusCode != http.StatusOK {
			r.t.Errorf("txt=%s = %d %.200s", text, resp.StatusCode, body)
		}
		if other, same := seen[string(body)]; same {
			r.t.Errorf("txt=%s looks like %s", text, other)
		}
		seen[string(body)] = text
	}
}

// isConfined wants all render processes in their sandbox, which a container does not take away.
func (r *running) isConfined() {
	r.t.Helper()
	_, body := r.get(r.admin + "/metrics")
	for line := range strings.Lines(string(body)) {
		if strings.HasPrefix(line, "lightwell_pool_sandbox{") {
			r.t.Log(strings.TrimSpace(line))
			if strings.HasSuffix(line, " 0\n") {
				r.t.Errorf("a part of the sandbox is missing: %s", line)
			}
		}
	}
	if strings.Contains(r.log.String(), `"level":"ERROR"`) {
		r.t.Errorf("there were errors:\n%s", &r.log)
	}
}

// writesNothing wants a root that cannot be written to, and a user who is nobody.
func (r *running) writesNothing() {
	r.t.Helper()
	out, err := r.run("sh", "-c", "touch /x /usr/x /tmp/x /data/x; ls -A /data/x; id -u; grep -c '^Cap.*:.*[1-9a-f]' /proc/self/status; true")
	if err != nil || strings.Count(out, "Read-only file system") != 3 || !strings.HasSuffix(out, "/data/x\n65532\n0\n") {
		r.t.Errorf("in the container: %v\n%s", err, out)
	}
}

// ends sends SIGTERM to the first process, as an engine does.
func (r *running) ends() {
	r.t.Helper()
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%[1]d/children", r.cmd.Process.Pid))
	var first int
	if _, err2 := fmt.Sscan(string(children), &first); err != nil || err2 != nil {
		r.t.Fatal(err, err2)
	}
	if err := syscall.Kill(first, syscall.SIGTERM); err != nil {
		r.t.Fatal(err)
	}
	if err := r.cmd.Wait(); err != nil {
		r.t.Errorf("it ended with %v\n%s", err, &r.log)
	}
}
