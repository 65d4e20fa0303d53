package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightwell/origin/store"
	"lightwell/transform/pool/pooltest"
)

// binary is lightwell itself, as built for these tests.
var binary string

func TestMain(m *testing.M) { pooltest.Main(m, &binary) }

// process is a running "lightwell serve".
type process struct {
	t                      testing.TB
	cmd                    *exec.Cmd
	images, uploads, admin string // http://host:port
	data                   string
	bucket                 *store.S3 // that has its objects; nil where they are below data

	mu     sync.Mutex // guards log
	log    bytes.Buffer
	exited chan struct{}
	err    error // of Wait, once exited is closed
}

// serve starts a server on free ports, which ends with the test. command, if
// any, is what runs it.
func serve(t testing.TB, data string, flags []string, command ...string) *process {
	t.Helper()
	return launch(t, "serve", data, flags, command...)
}

// launch is serve for any of the commands that serve.
func launch(t testing.TB, serves, data string, flags []string, command ...string) *process {
	t.Helper()
	args := append(command, binary, serves, "--listen=127.0.0.1:0", "--upload-listen=127.0.0.1:0", "--admin-listen=127.0.0.1:0", "--data="+data, "--drain-delay=0s")
	args = append(args, flags...)
	p := &process{t: t, data: data, cmd: exec.Command(args[0], args[1:]...), exited: make(chan struct{})}
	p.cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan struct{})
	go func() {
		defer close(p.exited)
		p.readLog(stderr, ready)
		p.err = p.cmd.Wait()
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.exited
		if t.Failed() {
			t.Logf("the server's log:\n%s", p.logged())
		}
	})
	select {
	case <-ready:
	case <-p.exited:
		t.Fatalf("the server ended at once: %v\n%s", p.err, p.logged())
	case <-time.After(30 * time.Second):
		t.Fatalf("the server was not ready in 30 s\n%s", p.logged())
	}
	return p
}

var listening = regexp.MustCompile(`msg=listening door=(\w+) address=(\S+)`)

func (p *process) readLog(r io.Reader, ready chan struct{}) {
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line := lines.Text()
		p.mu.Lock()
		fmt.Fprintln(&p.log, line)
		p.mu.Unlock()
		if m := listening.FindStringSubmatch(line); m != nil {
			url := "http://" + m[2]
			switch m[1] {
			case "images":
				p.images = url
			case "uploads":
				p.uploads = url
			case "admin":
				p.admin = url
			}
		}
		if strings.Contains(line, "msg=ready") {
			close(ready)
		}
	}
}

func (p *process) logged() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.log.String()
}

// stop sends SIGTERM and wants a clean end.
func (p *process) stop() {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.exited:
	case <-time.After(30 * time.Second):
		p.t.Fatal("the server did not end within 30 s of SIGTERM")
	}
	if p.err != nil {
		p.t.Errorf("the server ended with %v, want status 0", p.err)
	}
}

// answer is a response, read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// problem is the answer as a problem document.
func (a answer) problem() (p struct {
	Title, Detail, Param string
	Status               int
}) {
	json.Unmarshal(a.body, &p)
	return p
}

func do(t testing.TB, req *http.Request) answer {
	t.Helper()
	a, err := try(req)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func try(req *http.Request) (answer, error) {
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return answer{resp.StatusCode, resp.Header, body}, err
}

func request(t testing.TB, method, url string, body []byte, headers ...string) *http.Request {
	t.Helper()
	req, err := http.NewRequest(method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

func (p *process) get(path string, headers ...string) answer {
	p.t.Helper()
	return do(p.t, request(p.t, http.MethodGet, p.images+path, nil, headers...))
}

func (p *process) post(body []byte) answer {
	p.t.Helper()
	return do(p.t, request(p.t, http.MethodPost, p.uploads+"/upload", body, "Content-Type", "application/octet-stream"))
}

// upload wants an image stored, and returns its id.
func (p *process) upload(body []byte) string {
	p.t.Helper()
	id, err := p.stored(body)
	if err != nil {
		p.t.Fatal(err)
	}
	return id
}

// stored has an image stored, and waits for as long as that takes on a busy machine.
func (p *process) stored(body []byte) (id string, err error) {
	a, err := try(request(p.t, http.MethodPost, p.uploads+"/upload", body, "Content-Type", "application/octet-stream"))
	for end := time.Now().Add(patience); err == nil; time.Sleep(50 * time.Millisecond) {
		var job struct{ Status, ImageID string }
		bad := json.Unmarshal(a.body, &job)
		if job.Status == "completed" && bad == nil {
			return job.ImageID, nil
		}
		if job.Status != "processing" || time.Now().After(end) {
			return "", fmt.Errorf("POST /upload: %d %s, %v", a.status, a.body, bad)
		}
		a, err = try(request(p.t, http.MethodGet, p.uploads+"/status/"+job.ImageID, nil))
	}
	return "", err
}

// metric is the sum of a metric's series whose labels contain a text.
func (p *process) metric(name, labels string) (sum float64) {
	p.t.Helper()
	a := do(p.t, request(p.t, http.MethodGet, p.admin+"/metrics", nil))
	for line := range strings.Lines(string(a.body)) {
		series, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if base, rest, _ := strings.Cut(series, "{"); base == name && strings.Contains(rest, labels) {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				p.t.Fatal(err)
			}
			sum += n
		}
	}
	return sum
}

// children are the pids of the server's render processes.
func (p *process) children() []int {
	p.t.Helper()
	return pooltest.Children(p.t, p.cmd.Process.Pid)
}

// busyChild waits for a render process that computes.
func (p *process) busyChild() int {
	p.t.Helper()
	return pooltest.Busy(p.t, p.cmd.Process.Pid)
}

// resident is the memory of one process, in bytes; 0 where it has ended.
func resident(pid int) (bytes int) {
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, pages int
	fmt.Sscan(string(statm), &size, &pages)
	return pages * os.Getpagesize()
}

// files lists what is below a folder, without folders.
func files(t testing.TB, dir string) (list []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // the server removes folders meanwhile
		}
		if err == nil && !d.IsDir() {
			list = append(list, strings.TrimPrefix(path, dir+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func testdata(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func testdataPath(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return path
}
