package main_test

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// slowLine is a line to a server that breaks after so many bytes were sent over a connection.
type slowLine struct {
	url     string
	sent    atomic.Int64 // bytes, over all connections
	breaks  atomic.Int64 // after so many bytes; 0 for never
	broken  atomic.Int64 // connections
	stalls  atomic.Bool  // it does not break, it hangs
	stalled chan struct{}
}

func newSlowLine(t *testing.T, to string) *slowLine {
	t.Helper()
	door, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &slowLine{url: "http://" + door.Addr().String(), stalled: make(chan struct{}, 100)}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := door.Accept()
			if err != nil {
				return
			}
			all.Go(func() { l.carry(t, conn, strings.TrimPrefix(to, "http://")) })
		}
	})
	t.Cleanup(func() { door.Close(); all.Wait() })
	return l
}

// carry carries a connection's bytes until either side has enough, or it breaks.
func (l *slowLine) carry(t *testing.T, from net.Conn, address string) {
	defer from.Close()
	to, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	var back sync.WaitGroup
	back.Go(func() {
		io.Copy(from, to) // an error is the connection's end
		from.Close()
	})
	defer back.Wait()
	defer to.Close()
	buf := make([]byte, 64<<10)
	for n := int64(0); ; {
		read, err := from.Read(buf)
		if err != nil {
			return
		}
		l.sent.Add(int64(read))
		n += int64(read)
		if most := l.breaks.Load(); most > 0 && n > most {
			l.broken.Add(1)
			if l.stalls.Load() {
				l.stalled <- struct{}{}
				io.Copy(io.Discard, from) // until the client ends
			}
			return
		}
		if _, err := to.Write(buf[:read]); err != nil {
			return
		}
	}
}

// large is a picture of so many bytes.
func large(t *testing.T, size int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "large.jpg")
	if err := os.WriteFile(path, append(testdata(t, "photo.jpg"), make([]byte, size-len(testdata(t, "photo.jpg")))...), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// A client that is killed in a large file goes on where the server has got to, once it is run again.
func TestUploadResumes(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	line := newSlowLine(t, p.uploads)
	const size = 45 << 20
	path, state := large(t, size), filepath.Join(t.TempDir(), "state")
	line.breaks.Store(25 << 20)
	line.stalls.Store(true)
	cmd := uploading(line.url, state, nil, path)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-line.stalled:
	case <-time.After(time.Minute):
		t.Error("the client has not sent half of it in a minute")
	}
	cmd.Process.Kill()
	cmd.Wait() // it was killed
	line.breaks.Store(0)
	line.sent.Store(0)
	out, errs, status := uploads(t, line.url, state, nil, path)
	if sent := line.sent.Load(); status != 0 || !strings.Contains(out, "\nuploaded ") || sent > size-(16<<20) {
		t.Errorf("the second run = %d and sent %d of %d bytes, want what was missing:\n%s%s", status, sent, size, out, errs)
	}
	wantAlbum(t, p, filepath.Dir(path))
	if out, _, status := uploads(t, line.url, state, nil, path); status != 0 || !strings.HasSuffix(out, "\n1 skipped\n") {
		t.Errorf("the third run = %d\n%s", status, out)
	}
}

// A line that breaks again and again is no reason to begin anew.
func TestUploadOverABrokenLine(t *testing.T) {
	p := serve(t, t.TempDir(), nil)
	line := newSlowLine(t, p.uploads)
	line.breaks.Store(5 << 20)
	const size = 20 << 20
	path := large(t, size)
	out, errs, status := uploads(t, line.url, filepath.Join(t.TempDir(), "state"), nil, path)
	if sent := line.sent.Load(); status != 0 || line.broken.Load() < 3 || sent > 2*size {
		t.Errorf("upload = %d over a line that broke %d times, and sent %d of %d bytes:\n%s%s", status, line.broken.Load(), sent, size, out, errs)
	}
	wantAlbum(t, p, filepath.Dir(path))
}
