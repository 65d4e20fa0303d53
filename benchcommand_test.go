package main_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// benching is the flags of a load test that is over soon.
func benching(p *process, args ...string) []string {
	return append([]string{"bench", "--url=" + p.images, "--upload-url=" + p.uploads, "--metrics-url=" + p.admin + "/metrics",
		fmt.Sprintf("--pid=%d", p.cmd.Process.Pid), "--widths=64,120", "--srcset-widths=48,96", "--formats=jpg,webp",
		"--rate=100", "--duration=200ms", "--rounds=2", "--connections=2", "--clients=8", "--originals=12", "--images=3"}, args...)
}

// Every scenario runs against a real server, by signed URLs and with a token, beside another server
// that has the same files, and leaves nothing behind.
func TestBenchPlaysAllScenarios(t *testing.T) {
	t.Parallel()
	const key, secret = "0123456789abcdef0123456789abcdef", "0123456789abcdef"
	p := serve(t, t.TempDir(), []string{"--signing-keys=" + key, "--tokens=bench:" + secret})
	shared, dir := t.TempDir(), t.TempDir()
	beside := fileServer(t, shared)
	out, err := lightwell(t, []string{"LIGHTWELL_TOKEN=" + secret, "LIGHTWELL_SIGNING_KEYS=" + key + ",another", "LIGHTWELL_FORMATS=png"}, benching(p,
		"--peer=files="+beside+"/{rendition}", "--share="+shared, "--json="+filepath.Join(dir, "report.json"), "--svg="+dir)...)
	if err != nil {
		t.Fatalf("bench: %v\n%s", err, out)
	}
	var report struct {
		Schema    int
		Scenarios []struct {
			Name  string
			Parts []struct {
				Name    string
				Targets []struct {
					Target string
					Total  struct {
						Requests int
						Errors   map[string]int
						CPUMs    *float64
						Renders  int
					}
				}
			}
		}
	}
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	if err == nil {
		err = json.Unmarshal(text, &report)
	}
	if err != nil || report.Schema != 1 || len(report.Scenarios) != 6 {
		t.Fatalf("the report: %v, schema %d, %d scenarios, want 1 and 6", err, report.Schema, len(report.Scenarios))
	}
	for _, s := range report.Scenarios {
		for _, part := range s.Parts {
			for _, target := range part.Targets {
				if target.Total.Requests == 0 || len(target.Total.Errors) != 0 {
					t.Errorf("%s %s: %s had %+v", s.Name, part.Name, target.Target, target.Total)
				}
				if target.Target == "lightwell" && target.Total.CPUMs == nil && part.Name != "to the first" {
					t.Errorf("%s %s: no CPU time", s.Name, part.Name)
				}
				if s.Name == "herd" && target.Total.Renders != 2 {
					t.Errorf("herds of two rounds had %d renditions made, want 2", target.Total.Renders)
				}
			}
		}
	}
	for _, want := range []string{`closed loop .*lightwell`, `files .* 0 `, `all .*lightwell +16 +0 `, `8 clients`, `one by one .* 6 `} {
		if !regexp.MustCompile(want).MatchString(out) {
			t.Errorf("the table has no line %q:\n%s", want, out)
		}
	}
	for _, plot := range []string{"warm-latency.svg", "zipf-latency.svg", "cold-latency.svg"} {
		if _, err := os.Stat(filepath.Join(dir, plot)); err != nil {
			t.Error(err)
		}
	}
	left := do(t, request(t, http.MethodGet, p.uploads+"/images", nil, "Authorization", "Bearer "+secret))
	if !bytes.Contains(left.body, []byte(`"images":[]`)) {
		t.Errorf("left behind: %s", left.body)
	}
}

// On a terminal a bar says how far it has got, and leaves the table alone.
func TestBenchOnATerminal(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	var out bytes.Buffer
	shown := onTerminal(t, func(terminal *os.File) *exec.Cmd {
		cmd := exec.Command(binary, benching(p, "warm")...)
		cmd.Env = []string{"TERM=xterm"}
		cmd.Stdout, cmd.Stderr = &out, terminal
		return cmd
	})
	if !strings.Contains(shown, "\x1b[") || !strings.Contains(shown, "warm") {
		t.Errorf("the terminal does not show how far it has got: %q", shown)
	}
	if strings.Contains(out.String(), "\x1b") || !strings.Contains(out.String(), "closed loop") {
		t.Errorf("standard output is\n%s", &out)
	}
}

// fileServer serves the files of a folder until the test ends.
func fileServer(t *testing.T, dir string) string {
	s := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(s.Close)
	return s.URL
}

// Requests that fail are told of, and make the command fail.
func TestBenchFailsWithItsRequests(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	out, err := lightwell(t, nil, benching(p, "warm", "herd", "--peer=nobody="+p.images+"/none?w={w}&fm={fm}")...)
	if err == nil || !strings.Contains(out, "lightwell: warm: nobody: GET "+p.images+"/none?w=120&fm=jpg: status 404") {
		t.Errorf("a warm rendition that is not there = %v\n%s", err, out)
	}
	out, err = lightwell(t, nil, benching(p, "herd", "--peer=nobody="+p.images+"/none?w={w}&fm={fm}")...)
	if err == nil || !strings.Contains(out, "16 errors: status 404") || !strings.Contains(out, "lightwell: 16 requests were not answered as they should be") {
		t.Errorf("a herd whose rendition is not there = %v\n%s", err, out)
	}
}

// An interruption ends the command at once, with what was measured, and what was uploaded is deleted.
func TestBenchInterrupted(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), nil)
	cmd := exec.Command(binary, benching(p, "warm", "--duration=1h", "--rate=5")...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 30*time.Second, "the loop has begun", func() bool { return p.metric("lightwell_requests_total", "") > 50 })
	cmd.Process.Signal(syscall.SIGINT)
	err := cmd.Wait()
	if cmd.ProcessState.ExitCode() != 130 || !strings.Contains(out.String(), "lightwell: interrupted") || !strings.Contains(out.String(), "\nwarm\n") {
		t.Errorf("an interrupted bench ends with %v\n%s", err, &out)
	}
	if left := p.api(http.MethodGet, "/images", ""); !bytes.Contains(left.body, []byte(`"images":[]`)) {
		t.Errorf("left behind: %s", left.body)
	}
}

func TestBenchRefusesFlags(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ flag, want string }{
		{"hot", `"hot" is no scenario: there are warm, cold, srcset, herd, zipf, bulk`},
		{"--rounds=0", "rounds: 0 is not from 1 to 1000"},
		{"--widths=0", "widths: 0 is not from 2 to 8192"},
		{"--formats=bmp", "formats: no renditions are made in bmp"},
		{"--formats=jpgg", `--formats: unknown format "jpgg"`},
		{"--peer=http://h/a=b", "--peer=http://h/a=b is not of the form NAME=URL"},
		{"--peer=x", "--peer=x is not of the form NAME=URL"},
		{"--peer=x=http://h/{wid}", "--peer=x: {wid} stands for nothing"},
		{"--peer-pid=x=1", "--peer-pid=x: there is no peer of this name"},
		{"--peer-pid=x=me", "--peer-pid=x=me is not of the form NAME=PID"},
		{"--photos=/nowhere", "/nowhere"},
		{"--duration=fast", "duration"},
		{"--url=nonsense", "--url=nonsense does not begin with http://"},
		{"--pid=999999999", "there is no process 999999999"},
	} {
		if out, err := lightwell(t, nil, "bench", tt.flag); err == nil || !strings.Contains(out, tt.want) {
			t.Errorf("bench %s = %v, want %q\n%s", tt.flag, err, tt.want, out)
		}
	}
}
