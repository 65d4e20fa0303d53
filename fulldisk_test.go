package main_test

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/origin/store/s3test"
)

// onSmallDisk is a command before one that serves, which has its data on a disk of so many bytes.
func onSmallDisk(data, size string) []string {
	unshare := []string{"unshare", "--mount"}
	if os.Geteuid() != 0 {
		unshare = append(unshare, "--map-root-user")
	}
	return append(unshare, "sh", "-c", `mount -t tmpfs -o size=`+size+` tmpfs "$0" && exec "$@"`, data)
}

// fill fills the disk at a path to its last byte.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for part := make([]byte, 4096); err == nil; {
		_, err = f.Write(part)
	}
}

// An origin over S3 whose disk is full goes on: what it cannot keep on the disk it has in memory while it makes
// renditions. With room again it keeps originals again.
func TestAFullDiskOverS3(t *testing.T) {
	t.Parallel()
	server := s3test.Start(t)
	flags := s3Flags(server)
	push := serve(t, t.TempDir(), append(slices.Clip(flags), "--sync-wait="+patience.String()))
	ids := push.uploadCopies(testdata(t, "photo.jpg"), 12)
	data := t.TempDir()
	p := launch(t, "origin", data, append(flags, "--pool-queue-wait=30s"), onSmallDisk(data, "12m")...)
	seen := fmt.Sprintf("/proc/%d/root%s", p.cmd.Process.Pid, data) // as the origin sees it
	wantAll := func(ids []string, width int) {
		t.Helper()
		var asking sync.WaitGroup
		for _, id := range ids {
			asking.Go(func() {
				for _, path := range []string{fmt.Sprintf("/image/%s?w=%d", id, width), "/image/" + id} {
					if a := p.get(path); a.status != http.StatusOK || strings.Contains(path, "?") && wrong(a, width) != "" {
						t.Errorf("GET %s = %d %.200s", path, a.status, a.body)
					}
				}
			})
		}
		asking.Wait()
	}
	wantAll(ids[:2], 50)
	fill(t, seen+"/filler")
	wantAll(ids, 50) // two hits, and ten whose originals are new
	wantAll(ids, 60)
	p.wantLine(`level=WARN msg="cache of originals failed" .*full`)
	if err := os.Remove(seen + "/filler"); err != nil {
		t.Fatal(err)
	}
	cached := func() int { return len(files(t, filepath.Join(seen, "originals-cache", "objects"))) }
	width := 100
	eventually(t, 20*time.Second, "originals are kept again", func() bool {
		before := cached()
		width++
		wantAll(ids[:6], width)
		return cached() > before
	})
	p.stop()
}

// A bucket without room for renditions is no reason not to make them.
func TestNoRoomForRenditions(t *testing.T) {
	server := s3test.Start(t)
	f := startFront(t, server)
	p := serve(t, t.TempDir(), append(s3Flags(server), "--s3-endpoint="+f.url, "--cache-objects"))
	id := p.upload(testdata(t, "photo.jpg"))
	f.talking(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if r.Method != http.MethodPut || !strings.Contains(r.URL.Path, "/renditions/") {
			return false
		}
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(http.StatusInsufficientStorage)
		io.WriteString(w, "<Error><Code>InsufficientStorage</Code></Error>")
		return true
	})
	for width := 50; width < 60; width++ {
		if a := p.get(fmt.Sprintf("/image/%s?w=%d", id, width)); a.status != http.StatusOK || wrong(a, width) != "" {
			t.Errorf("GET ?w=%d = %d %s", width, a.status, a.body)
		}
	}
	eventually(t, 10*time.Second, "it is said", func() bool { return strings.Contains(p.logged(), "InsufficientStorage") })
}
