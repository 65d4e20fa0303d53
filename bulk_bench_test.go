package main_test

import (
	"archive/tar"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"
)

// BenchmarkBulk takes a bulk of so many small photographs, in one tar, to its end: run it
// with -benchtime=100000x. Compare the peak of memory with that of -benchtime=10000x: what
// is remembered is bounded low, so that it is full by then.
func BenchmarkBulk(b *testing.B) {
	b.StopTimer()
	archive := thumbnails(b, b.N)
	p := serve(b, b.TempDir(), []string{fmt.Sprintf("--bulk-items=%d", b.N+1), "--bulk-bytes=1TiB", "--cache-memory=64MiB", "--metadata-entries=1000"})
	var peak atomic.Int64
	stop := watch(p, &peak)
	b.StartTimer()
	start := time.Now()
	body, err := os.Open(archive)
	if err != nil {
		b.Fatal(err)
	}
	defer body.Close()
	req, err := http.NewRequest(http.MethodPost, p.uploads+"/upload", body)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-tar")
	a := do(b, req)
	var queued struct{ JobID string }
	if err := json.Unmarshal(a.body, &queued); err != nil || a.status != http.StatusAccepted {
		b.Fatalf("POST of a bulk = %d %s", a.status, a.body)
	}
	accepted := time.Since(start)
	var s jobStatus
	for tick := time.NewTicker(250 * time.Millisecond); s.Status != "completed"; <-tick.C {
		s = p.job(b, queued.JobID, "")
		if s.Status == "failed" || s.Failed > 0 {
			b.Fatalf("the bulk is %s with %d failed", s.Status, s.Failed)
		}
	}
	took := time.Since(start)
	b.StopTimer()
	stop()
	if lost := b.N - s.Completed; lost != 0 || s.Total != b.N {
		b.Errorf("%d of %d images completed, %d are lost", s.Completed, s.Total, lost)
	}
	if kept := count(b, filepath.Join(p.data, "objects", "assets")); kept != b.N {
		b.Errorf("%d assets are kept, want %d", kept, b.N)
	}
	eventually(b, 10*time.Second, "nothing of what was accepted is left", func() bool {
		return count(b, filepath.Join(p.data, "objects", "accepted")) == 0
	})
	asked := time.Now()
	if page := p.job(b, queued.JobID, fmt.Sprint(b.N/2)); len(page.Items) != min(1000, b.N-b.N/2) {
		b.Errorf("a page from the middle has %d images", len(page.Items))
	}
	b.ReportMetric(float64(time.Since(asked).Microseconds())/1000, "ms-a-page")
	p.stop()
	used := p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime() // with the children, which it has waited for
	b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), "cpu-ms/image")
	rate := float64(b.N) / took.Seconds()
	b.ReportMetric(rate, "images/s")
	b.ReportMetric(accepted.Seconds(), "s-to-202")
	b.ReportMetric(rate*86400/1e6, "millions/day")
	b.ReportMetric(float64(peak.Load())/(1<<20), "peak-MiB")
}

// thumbnails is a tar of so many different small parts of a photograph, as JPEGs.
func thumbnails(b *testing.B, n int) string {
	b.Helper()
	photo, err := jpeg.Decode(bytes.NewReader(testdata(b, "photo.jpg")))
	if err != nil {
		b.Fatal(err)
	}
	const width, height, step = 160, 120, 7
	across := (photo.Bounds().Dx() - width) / step
	file, err := os.Create(filepath.Join(b.TempDir(), "bulk.tar"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	out := bufio.NewWriterSize(file, 1<<20)
	archive := tar.NewWriter(out)
	var small bytes.Buffer
	for i := range n {
		small.Reset()
		at := image.Pt(i%across*step, i/across*step)
		part := photo.(*image.YCbCr).SubImage(image.Rectangle{at, at.Add(image.Pt(width, height))})
		if err := jpeg.Encode(&small, part, &jpeg.Options{Quality: 80}); err != nil {
			b.Fatal(err)
		}
		if err := archive.WriteHeader(&tar.Header{Name: fmt.Sprintf("%d.jpg", i), Size: int64(small.Len()), Mode: 0o600}); err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(archive, &small); err != nil {
			b.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		b.Fatal(err)
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	return file.Name()
}

// watch keeps the most memory that a server and its children have had resident.
func watch(p *process, peak *atomic.Int64) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for tick := time.NewTicker(100 * time.Millisecond); ; {
			select {
			case <-tick.C:
				peak.Store(max(peak.Load(), int64(p.resident())))
			case <-done:
				return
			}
		}
	}()
	return func() { close(done); <-ended }
}

// count counts the files below a folder, which may vanish meanwhile.
func count(b *testing.B, folder string) (n int) {
	b.Helper()
	err := filepath.WalkDir(folder, func(_ string, e os.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			n++
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return n
}
