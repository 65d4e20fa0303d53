package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
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

// uploaded is a line of what lightwell upload --json says.
type uploaded struct {
	Path, Status, ImageID, URL, Srcset, Format, Placeholder string
	Width, Height, Bytes                                    int
	Error                                                   *struct {
		Status int
		Detail string
	}
}

// uploading is a lightwell upload, with its state in a file of its own.
func uploading(server, state string, env []string, args ...string) *exec.Cmd {
	cmd := exec.Command(binary, append([]string{"upload", "--state=" + state}, args...)...)
	cmd.Env = append(env, "PATH=/usr/bin", "LIGHTWELL_SERVER="+server)
	return cmd
}

// uploads runs one to its end.
func uploads(t *testing.T, server, state string, env []string, args ...string) (out, errs string, status int) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := uploading(server, state, env, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return stdout.String(), stderr.String(), cmd.ProcessState.ExitCode()
}

// uploadedIn is what the lines of --json say.
func uploadedIn(t *testing.T, lines string) (all []uploaded) {
	t.Helper()
	for line := range strings.Lines(lines) {
		var u uploaded
		if err := json.Unmarshal([]byte(line), &u); err != nil || u.Path == "" {
			t.Fatalf("--json says %q: %v", line, err)
		}
		all = append(all, u)
	}
	return all
}

// album is a folder of n pictures, of which no two are the same, and of some that are large.
func album(t *testing.T, n, large int) string {
	t.Helper()
	dir := t.TempDir()
	write := func(name string, parts ...[]byte) {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, bytes.Join(parts, nil), 0o644)); err != nil {
			t.Fatal(err)
		}
	}
	pictures := []string{"mona-lisa.jpg", "logo.svg", "basn6a08.png", "lossy-alpha.webp", "cmyk.jpg"}
	for i := range n {
		of := pictures[i%len(pictures)]
		write(fmt.Sprintf("%d/%03d-%s", i%3, i, of), testdata(t, of), fmt.Appendf(nil, "<!-- %d -->", i))
	}
	for i := range large {
		write(fmt.Sprintf("large-%d.jpg", i), testdata(t, "mona-lisa.jpg"), bytes.Repeat([]byte{byte(i)}, 18<<20))
	}
	return dir
}

// wantAlbum wants each file of a folder to be an image, once, and nothing else.
func wantAlbum(t *testing.T, p *process, dir string) {
	t.Helper()
	var names, want []string
	for cursor := ""; ; {
		a := do(t, request(t, http.MethodGet, p.uploads+"/images?limit=1000&cursor="+cursor, nil))
		var page struct {
			Images []struct{ Name string }
			Next   string
		}
		if err := json.Unmarshal(a.body, &page); err != nil || a.status != http.StatusOK {
			t.Fatalf("GET /images = %d %s", a.status, a.body)
		}
		for _, im := range page.Images {
			names = append(names, im.Name)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	for _, file := range files(t, dir) {
		want = append(want, filepath.Base(file))
	}
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("there are %d images, want each of %d files once:\n%v\nwant\n%v", len(names), len(want), names, want)
	}
}

func TestUploadAFolder(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	dir, state := album(t, 200, 1), filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("no image"), 0o644); err != nil {
		t.Fatal(err)
	}
	out, errs, status := uploads(t, p.uploads, state, nil, "--json", "--tags=a,b", dir)
	if err := os.Remove(filepath.Join(dir, "notes.txt")); err != nil {
		t.Fatal(err)
	}
	first := uploadedIn(t, out)
	if status != 0 || len(first) != 201 || !strings.Contains(errs, "201 uploaded, 1 file left out") || strings.Contains(errs, "\x1b") {
		t.Fatalf("upload = %d with %d lines and %q, want 201 uploaded", status, len(first), errs)
	}
	wantAlbum(t, p, dir)
	for _, u := range first {
		if a := do(t, request(t, http.MethodGet, u.URL, nil)); u.Status != "uploaded" || u.Srcset == "" || u.Width == 0 || u.Bytes == 0 || u.ImageID == "" || u.Placeholder == "" || a.status != 200 {
			t.Errorf("%+v, and its URL is %d", u, a.status)
		}
	}
	if a := do(t, request(t, http.MethodGet, p.uploads+"/images?tag=b&limit=1000", nil)); bytes.Count(a.body, []byte(`"imageId"`)) != 201 {
		t.Errorf("GET /images?tag=b = %d with %d images, want all", a.status, bytes.Count(a.body, []byte(`"imageId"`)))
	}
	out, errs, status = uploads(t, p.uploads, state, nil, "--tags=b,a", dir)
	if rows := strings.Count(out, "\nskipped "); status != 0 || rows != 201 || !strings.HasPrefix(out, "STATUS ") || !strings.HasSuffix(out, "\n201 skipped\n") || errs != "" {
		t.Errorf("the second run = %d with %d rows of what is skipped, %q and\n%s", status, rows, errs, out)
	}
	out, _, status = uploads(t, p.uploads, state, nil, "--tags=a,b", "--srcset", dir)
	if status != 0 || strings.Count(out, "\n") != 201 || !strings.Contains(out, "mona-lisa.jpg\thttp://") {
		t.Errorf("--srcset = %d\n%s", status, out)
	}
}

// The client is killed again and again, and in the end each picture is there once.
func TestUploadIsKilled(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	dir, state := album(t, 60, 3), filepath.Join(t.TempDir(), "state")
	for n := 0; ; n++ {
		if n > 60 {
			t.Fatal("60 runs did not get it there")
		}
		cmd := uploading(p.uploads, state, nil, "--json", "--parallel=6", dir)
		out, err := cmd.StdoutPipe()
		if err := errors.Join(err, cmd.Start()); err != nil {
			t.Fatal(err)
		}
		fresh, left := 0, 1+rand.N(12)
		for lines := bufio.NewScanner(out); fresh < left && lines.Scan(); {
			if u := uploadedIn(t, lines.Text()); u[0].Status == "uploaded" {
				fresh++
			}
		}
		if fresh == left {
			cmd.Process.Kill()
		}
		io.Copy(io.Discard, out)
		if err := cmd.Wait(); err == nil {
			t.Logf("it was killed %d times", n)
			break
		}
	}
	wantAlbum(t, p, dir)
	if out, _, status := uploads(t, p.uploads, state, nil, dir); status != 0 || !strings.HasSuffix(out, "\n63 skipped\n") {
		t.Errorf("the last run = %d\n%s", status, out)
	}
}

// SIGINT ends it with a summary, and the next run goes on.
func TestUploadIsInterrupted(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	dir, state := album(t, 60, 0), filepath.Join(t.TempDir(), "state")
	cmd := uploading(p.uploads, state, nil, "--json", "--parallel=2", dir)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.StdoutPipe()
	if err := errors.Join(err, cmd.Start()); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	cmd.Process.Signal(syscall.SIGINT)
	rest, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // the status says how
	said := uploadedIn(t, line+string(rest))
	if status := cmd.ProcessState.ExitCode(); status != 130 || !strings.Contains(errs.String(), "not begun") || !strings.Contains(errs.String(), "interrupted with") || time.Since(began) > 10*time.Second {
		t.Errorf("interrupted: %d after %v, %q, want 130 and a summary", status, time.Since(began), errs.String())
	}
	if len(said) > 50 {
		t.Errorf("%d images were told of after the interruption at the first", len(said))
	}
	if _, errs, status := uploads(t, p.uploads, state, nil, "--json", dir); status != 0 {
		t.Errorf("the next run = %d, %s", status, errs)
	}
	wantAlbum(t, p, dir)
}

func TestUploadStatuses(t *testing.T) {
	p := serve(t, t.TempDir(), []string{"--tokens=web:0123456789abcdef0123456789abcdef"})
	good := []string{"LIGHTWELL_TOKEN=0123456789abcdef0123456789abcdef"}
	photo, dir := testdataPath(t, "photo.jpg"), t.TempDir()
	cut := filepath.Join(dir, "cut.jpg")
	if err := os.WriteFile(cut, testdata(t, "photo.jpg")[:200000], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		env    []string
		args   []string
		status int
		out    string
	}{
		{nil, []string{photo}, 2, "401: "},
		{[]string{"LIGHTWELL_TOKEN=wrong"}, []string{photo}, 2, "401: "},
		{good, []string{photo, cut}, 1, "422: "},
		{good, []string{photo, "missing.jpg"}, 1, "no such file"},
		{good, []string{photo}, 0, "1 skipped"},
		{good, []string{"--instructions={\"w\":40,\"fm\":\"webp\"}", photo}, 0, "w=40"},
		{good, []string{"--instructions={\"w\":40,\"fm\":\"webp\"}", photo}, 0, "w=40"},
		{good, []string{"--instructions={\"w\":-40}", photo, testdataPath(t, "logo.svg")}, 2, "w: "},
		{good, []string{"--instructions={", photo}, 2, "not JSON"},
		{good, []string{"--server=http://127.0.0.1:1", photo}, 2, "cannot be reached"},
		{good, []string{"--server=" + p.images, photo}, 2, "no upload door"},
		{good, []string{"--server=" + p.admin, photo}, 2, "no upload door"},
		{good, []string{"--server=localhost", photo}, 2, "not a server's address"},
		{good, []string{"--json", "--srcset", photo}, 2, "--srcset"},
		{good, []string{"--parallel=0", photo}, 2, "--parallel"},
		{good, []string{"--parallels=4", photo}, 2, "--parallels"},
		{good, nil, 2, "<source>"},
		{good, []string{dir + "/cut.jpg/", photo}, 1, "not a directory"},
		{good, []string{t.TempDir()}, 0, "nothing uploaded"},
	} {
		out, errs, status := uploads(t, p.uploads, filepath.Join(dir, "state"), tt.env, tt.args...)
		if status != tt.status || !strings.Contains(out+errs, tt.out) || strings.Contains(out+errs, good[0][16:]) {
			t.Errorf("upload %q = %d, want %d and %q:\n%s%s", tt.args, status, tt.status, tt.out, out, errs)
		}
	}
	if out, err := lightwell(t, good, "config"); err != nil {
		t.Errorf("config with LIGHTWELL_TOKEN = %v\n%s", err, out)
	}
}
