package main_test

import (
	stdbinary "encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightwell/transform/pool/pooltest"
)

// wantGone wants processes to end.
func wantGone(t *testing.T, pids []int) {
	t.Helper()
	if len(pids) == 0 {
		t.Error("there was no render process to end")
	}
	pooltest.Until(t, fmt.Sprintf("processes %v are gone", pids), func() bool {
		for _, pid := range pids {
			if !pooltest.Ended(pid) {
				return false
			}
		}
		return true
	})
}

func TestKill9LeavesNoRenderProcess(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	id := p.upload(testdata(t, "photo.jpg"))
	var asking sync.WaitGroup
	asking.Go(func() { try(request(t, http.MethodGet, p.images+"/image/"+id+"?w=1900&fm=avif", nil)) })
	busy := p.busyChild()
	children := p.children()
	if err := syscall.Kill(busy, syscall.SIGSTOP); err != nil { // even one that does not run
		t.Fatal(err)
	}
	p.cmd.Process.Kill()
	<-p.exited
	killed := time.Now()
	wantGone(t, children)
	if took := time.Since(killed); took > 4*time.Second {
		t.Errorf("render processes lived for %v, want them gone at once", took)
	}
	asking.Wait()
}

// A signal to the render process in mid-render: one that ends it has the request done by another process, one that
// stops it fails that request with a 5xx; fifty others at the same time do not notice.
func TestARenderProcessThatDiesCostsOneRequest(t *testing.T) {
	for _, test := range []struct {
		signal syscall.Signal
		cause  string
		status int
	}{
		{syscall.SIGSEGV, "crash", http.StatusOK},
		{syscall.SIGSTOP, "deadline", http.StatusGatewayTimeout},
	} {
		t.Run(test.signal.String(), func(t *testing.T) {
			p := serve(t, t.TempDir(), []string{"--render-deadline=4s", "--pool-queue-wait=30s"})
			id := p.upload(testdata(t, "photo.jpg"))
			victim := make(chan answer, 1)
			go func() {
				a, err := try(request(t, http.MethodGet, p.images+"/image/"+id+"?w=3000&fm=avif&q=90", nil))
				if err != nil {
					t.Errorf("the request at hand: %v", err)
				}
				victim <- a
			}()
			if err := syscall.Kill(p.busyChild(), test.signal); err != nil {
				t.Fatal(err)
			}
			var others sync.WaitGroup
			for i := range 50 {
				others.Go(func() {
					a, err := try(request(t, http.MethodGet, fmt.Sprintf("%s/image/%s?w=%d", p.images, id, 20+i), nil))
					if err != nil || a.status != http.StatusOK {
						t.Errorf("another request: %d, %v", a.status, err)
					}
				})
			}
			others.Wait()
			a := <-victim
			failed := a.status != http.StatusOK
			if a.status != test.status || failed && (a.problem().Status != test.status || a.header.Get("Cache-Control") != "no-store") {
				t.Errorf("the request at hand = %d %s, want %d, and a failure as a problem document that is not to be stored", a.status, a.body, test.status)
			}
			if n := p.metric("lightwell_pool_restarts_total", test.cause); n != 1 {
				t.Errorf("%v restarts for %s, want 1", n, test.cause)
			}
		})
	}
}

// A file that takes the decoder longer than it may is refused, and nothing is kept.
func TestAnUploadThatEndsItsDecoderIsRefused(t *testing.T) {
	p := serve(t, t.TempDir(), []string{"--intake-deadline=1s"})
	if a := p.post(testdata(t, "hostile/slow.svg")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.problem().Detail, "longer") {
		t.Errorf("POST of a slow SVG = %d %s, want 422", a.status, a.body)
	}
	// The same again is refused at once, and ends no other process.
	if a := p.post(testdata(t, "hostile/slow.svg")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.problem().Detail, "before") {
		t.Errorf("POST of the same again = %d %s, want 422 from memory", a.status, a.body)
	}
	if n := p.metric("lightwell_pool_restarts_total", "deadline"); n != 1 {
		t.Errorf("%v restarts, want 1", n)
	}
	// What was accepted is let go just after the answer.
	eventually(t, patience, "no objects are left", func() bool { return len(files(t, filepath.Join(p.data, "objects"))) == 0 })
	p.upload(testdata(t, "photo.jpg"))
}

// A full disk refuses with 507 and leaves nothing of what was refused; once there
// is room the same upload works.
func TestAFullDisk(t *testing.T) {
	data := t.TempDir()
	p := serve(t, data, []string{"--sweep-every=1s", "--sweep-grace=0s"}, onSmallDisk(data, "8m")...)
	seen := fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, data) // as the server sees it
	photo := testdata(t, "photo.jpg")
	numbered := func(n uint32) []byte { return stdbinary.BigEndian.AppendUint32(append([]byte{}, photo...), n) }
	var ids []string
	var refused answer
	n := uint32(0)
	for ; n < 20; n++ {
		a := p.post(numbered(n))
		if a.status != http.StatusOK {
			refused = a
			break
		}
		var done struct{ ImageID string }
		if err := json.Unmarshal(a.body, &done); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, done.ImageID)
	}
	if refused.status != http.StatusInsufficientStorage || refused.problem().Status != http.StatusInsufficientStorage {
		t.Fatalf("upload %d to a full disk = %d %s, want 507", n, refused.status, refused.body)
	}
	if stored := files(t, seen+"/objects/originals"); len(stored) != int(n) {
		t.Errorf("%d originals are stored after %d uploads that were accepted: %v", len(stored), n, stored)
	}
	if a := p.get("/image/" + ids[0] + "?w=100"); a.status != http.StatusOK {
		t.Errorf("a rendition while the disk is full = %d %s, want 200", a.status, a.body)
	}
	for _, left := range files(t, seen+"/tmp") {
		if filepath.Base(left) != "lock" {
			t.Errorf("the temporary file %s is left", left)
		}
	}
	deleteAll(t, p)
	pooltest.Until(t, "the sweep makes room", func() bool { return len(files(t, seen+"/objects/originals")) == 0 })
	p.upload(numbered(n))
}

func deleteAll(t *testing.T, p *process) {
	t.Helper()
	a := do(t, request(t, http.MethodGet, p.uploads+"/images?limit=1000", nil))
	for _, part := range strings.Split(string(a.body), `"imageId":"`)[1:] {
		id, _, _ := strings.Cut(part, `"`)
		if a := do(t, request(t, http.MethodDelete, p.uploads+"/image/"+id, nil)); a.status != http.StatusNoContent {
			t.Errorf("DELETE = %d %s", a.status, a.body)
		}
	}
}

// An upload that is under way when the server is killed leaves no file.
func TestKill9InMidUploadLeavesNoFile(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	conn, err := net.Dial("tcp", strings.TrimPrefix(p.uploads, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	photo := testdata(t, "photo.jpg")
	fmt.Fprintf(conn, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", len(photo))
	if _, err := conn.Write(photo[:len(photo)/2]); err != nil {
		t.Fatal(err)
	}
	pooltest.Until(t, "the server writes the upload down", func() bool {
		links, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", p.cmd.Process.Pid))
		for _, link := range links {
			if to, _ := os.Readlink(link); strings.HasPrefix(to, p.data+"/tmp/") && strings.HasSuffix(to, "(deleted)") {
				return true
			}
		}
		return false
	})
	p.cmd.Process.Kill()
	<-p.exited
	p = serve(t, p.data, nil)
	for _, left := range files(t, p.data) {
		if filepath.Base(left) != "lock" && !strings.HasPrefix(left, "queue/") {
			t.Errorf("%s is left", left)
		}
	}
}

// A client that hangs up in the middle of its upload leaves nothing.
func TestAnUploadCutOffLeavesNothing(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	photo := testdata(t, "photo.jpg")
	for _, half := range []int{0, 1, 4096, len(photo) / 2, len(photo) - 1} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(p.uploads, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n", len(photo))
		conn.Write(photo[:half])
		conn.(*net.TCPConn).CloseWrite()
		answer, _ := io.ReadAll(conn)
		conn.Close()
		if !strings.HasPrefix(string(answer), "HTTP/1.1 400 ") {
			t.Errorf("%d of %d bytes: answered %.60q, want 400", half, len(photo), answer)
		}
	}
	if left := files(t, filepath.Join(p.data, "objects")); len(left) > 0 {
		t.Errorf("objects %v are left", left)
	}
}
