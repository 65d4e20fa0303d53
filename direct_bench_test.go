package main_test

import (
	"archive/tar"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"lightwell/origin/store/s3test"
)

// BenchmarkDirect brings small photographs one by one and completes them, with a disk and with a bucket, and for
// comparison by POST /upload: run it with -benchtime=10000x. What the uploader itself uses of the processor is told apart
// from what the worker does, and the uploader's memory after a fifth of them from that at the end.
func BenchmarkDirect(b *testing.B) {
	for _, at := range []struct {
		name  string
		flags func() []string
	}{
		{"disk", func() []string { return nil }},
		{"S3", func() []string {
			server := s3test.Start(b)
			s3test.Open(b, server.Options("images"))
			return []string{"--s3-endpoint=" + server.URL(), "--s3-bucket=images", "--s3-access-key=" + s3test.AccessKey, "--s3-secret-key=" + s3test.SecretKey}
		}},
	} {
		for name, bring := range map[string]func(p *process, photos <-chan []byte, done func()){"presigned": bringPresigned, "posted": bringPosted} {
			b.Run(at.name+"/"+name, func(b *testing.B) { benchDirect(b, at.flags(), bring) })
		}
	}
}

func benchDirect(b *testing.B, flags []string, bring func(p *process, photos <-chan []byte, done func())) {
	b.StopTimer()
	archive, data := thumbnails(b, b.N), b.TempDir()
	flags = append(flags, "--sync-wait=60s", "--metadata-entries=1000")
	up, work := launch(b, "uploader", data, flags), launch(b, "worker", data, flags)
	var peak atomic.Int64
	stop := watch(up, &peak)
	photos := make(chan []byte)
	go func() {
		defer close(photos)
		b.Helper()
		eachFile(b, archive, func(photo []byte) { photos <- photo })
	}()
	var done atomic.Int64
	var early int64 // the peak after a fifth
	b.StartTimer()
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			bring(up, photos, func() {
				if done.Add(1) == int64(b.N/5) {
					atomic.StoreInt64(&early, peak.Load())
				}
			})
		})
	}
	clients.Wait()
	took := b.Elapsed()
	b.StopTimer()
	stop()
	if int(done.Load()) != b.N {
		b.Errorf("%d of %d images are completed", done.Load(), b.N)
	}
	up.stop()
	work.stop()
	for name, p := range map[string]*process{"uploader": up, "worker": work} {
		used := p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()
		b.ReportMetric(float64(used.Microseconds())/1000/float64(b.N), name+"-cpu-ms/image")
	}
	b.ReportMetric(float64(b.N)/took.Seconds(), "images/s")
	b.ReportMetric(float64(atomic.LoadInt64(&early))/(1<<20), "MiB-at-a-fifth")
	b.ReportMetric(float64(peak.Load())/(1<<20), "peak-MiB")
}

// eachFile shows the files of a tar.
func eachFile(b *testing.B, path string, show func([]byte)) {
	file, err := os.Open(path)
	if err != nil {
		b.Error(err)
		return
	}
	defer file.Close()
	for archive := tar.NewReader(file); ; {
		_, err := archive.Next()
		if err == io.EOF {
			return
		}
		photo, readErr := io.ReadAll(archive)
		if err != nil || readErr != nil {
			b.Error(err, readErr)
			return
		}
		show(photo)
	}
}

// bringPresigned asks for leave for some at once, as a backend does.
func bringPresigned(p *process, photos <-chan []byte, done func()) {
	const together = 50
	for {
		var some [][]byte
		body := `{"uploads":[`
		for photo := range photos {
			some = append(some, photo)
			body += announce("image/jpeg", photo, "") + ","
			if len(some) == together {
				break
			}
		}
		if len(some) == 0 {
			return
		}
		var all struct{ Uploads []presigned }
		a := p.api(http.MethodPost, "/upload/presign", body[:len(body)-1]+"]}")
		if err := json.Unmarshal(a.body, &all); err != nil || len(all.Uploads) != len(some) {
			p.t.Errorf("POST /upload/presign = %d %s", a.status, a.body)
			return
		}
		for i, w := range all.Uploads {
			if a := w.bring(p.t, some[i]); a.status != http.StatusOK {
				p.t.Errorf("PUT = %d %s", a.status, a.body)
			}
			if a := w.complete(p.t); a.status != http.StatusOK {
				p.t.Errorf("complete = %d %s", a.status, a.body)
			}
			done()
		}
	}
}

// bringPosted posts each.
func bringPosted(p *process, photos <-chan []byte, done func()) {
	for photo := range photos {
		if a := p.post(photo); a.status != http.StatusOK {
			p.t.Errorf("POST /upload = %d %s", a.status, a.body)
		}
		done()
	}
}
