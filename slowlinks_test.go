package main_test

import (
	"bytes"
	stdbinary "encoding/binary"
	"encoding/json"
	"io"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// Many large uploads at once over slow links cost the server no memory to speak of: its
// peak is that of a tenth as many, and what net/http and a copy need for each connection.
// All images come to be, and no temporary file is left.
//
// LIGHTWELL_SLOW_CLIENTS and LIGHTWELL_SLOW_MB change the size.
func TestManyUploadsOverSlowLinks(t *testing.T) {
	t.Parallel()
	clients, size := setting(t, "LIGHTWELL_SLOW_CLIENTS", 20), setting(t, "LIGHTWELL_SLOW_MB", 2)*1_000_000
	few := max(1, clients/10)
	small, large := slowUploads(t, few, size), slowUploads(t, clients, size)
	t.Logf("peak of the server's memory: %d MiB with %d uploads of %d MB, %d MiB with %d: %.2f times as much",
		small>>20, few, size/1_000_000, large>>20, clients, float64(large)/float64(small))
	if most := small*13/10 + (clients-few)*connectionMemory; large > most {
		t.Errorf("the peak is %d MiB, want %d at most", large>>20, most>>20)
	}
}

// connectionMemory is what one upload may take: 8 KiB of net/http's, 32 KiB of the copy
// to the file, as much of stacks, and again so much until it is collected.
const connectionMemory = 150 << 10

// slowUploads has clients upload an image each at once, to a server of its own, and
// returns the server's peak of memory.
func slowUploads(t *testing.T, clients, size int) int {
	t.Helper()
	p := serve(t, t.TempDir(), []string{"--sync-wait=1s"})
	image := tiff(size)
	began := time.Now()
	var all sync.WaitGroup
	for client := range clients {
		all.Go(func() { p.slowUpload(image, client) })
	}
	all.Wait()
	came := time.Since(began)
	within := time.Minute + time.Duration(clients)*2*time.Second
	eventually(t, within, "all images are done", func() bool { return len(listAll(t, p)) == clients })
	for _, left := range files(t, filepath.Join(p.data, "tmp")) {
		if filepath.Base(left) != "lock" {
			t.Errorf("the temporary file %s is left", left)
		}
	}
	eventually(t, within, "no accepted bytes are left", func() bool { return len(files(t, filepath.Join(p.data, "objects", "accepted"))) == 0 })
	t.Logf("%d uploads of %d bytes were answered after %v and done after %v", clients, len(image), came.Round(time.Millisecond), time.Since(began).Round(time.Millisecond))
	peak := p.peak()
	p.stop()
	return peak
}

// slowUpload uploads an image that is the client's own over a link of 1 to 2 MB/s, and
// waits until it is done.
func (p *process) slowUpload(image []byte, client int) {
	own := stdbinary.LittleEndian.AppendUint32(nil, uint32(client)) // the last pixel, and something
	body := io.MultiReader(bytes.NewReader(image[:len(image)-len(own)]), bytes.NewReader(own))
	req, err := http.NewRequest(http.MethodPost, p.uploads+"/upload", &link{from: body, rate: 1_000_000 + 50_000*(client%20)})
	if err != nil {
		p.t.Error(err)
		return
	}
	req.ContentLength = int64(len(image))
	req.Header.Set("Content-Type", "image/tiff")
	a, err := try(req)
	var taken struct{ Status, ImageID string }
	if err != nil || a.status != http.StatusOK && a.status != http.StatusAccepted || json.Unmarshal(a.body, &taken) != nil || taken.ImageID == "" {
		p.t.Errorf("a slow upload = %d %s, %v, want 200 or 202", a.status, a.body, err)
		return
	}
	for end := time.Now().Add(15 * time.Minute); taken.Status == "processing"; time.Sleep(200 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Errorf("upload %s is not done", taken.ImageID)
			return
		}
		taken.Status = p.job(p.t, taken.ImageID, "").Status
	}
	if taken.Status != "completed" {
		p.t.Errorf("upload %s is %s, want completed", taken.ImageID, taken.Status)
	}
}

// link carries so many bytes a second.
type link struct {
	from    io.Reader
	rate    int
	began   time.Time
	carried int
}

func (l *link) Read(b []byte) (int, error) {
	if l.began.IsZero() {
		l.began = time.Now()
	}
	n, err := l.from.Read(b[:min(len(b), 16<<10)])
	l.carried += n
	time.Sleep(time.Until(l.began.Add(time.Duration(l.carried) * time.Second / time.Duration(l.rate))))
	return n, err
}

// tiff is an image of about so many bytes that is quickly decoded: gray, not
// compressed, in strips (TIFF 6.0, section 2 and 4).
func tiff(size int) []byte {
	const width, rows = 2000, 100
	strips := size / (width * rows)
	order := stdbinary.LittleEndian
	const entries = 8
	offsets := uint32(8 + 2 + 12*entries + 4)
	counts := offsets + uint32(4*strips)
	pixels := counts + uint32(4*strips)
	b := append([]byte("II*\x00"), 8, 0, 0, 0, entries, 0)
	for _, entry := range [entries][3]uint32{ // tag, number of values, value or where they are
		{256, 1, width}, {257, 1, uint32(strips * rows)}, {258, 1, 8}, {259, 1, 1}, {262, 1, 1},
		{273, uint32(strips), offsets}, {278, 1, rows}, {279, uint32(strips), counts},
	} {
		b = order.AppendUint16(b, uint16(entry[0]))
		b = order.AppendUint16(b, 4) // all of them as LONG
		b = order.AppendUint32(b, entry[1])
		b = order.AppendUint32(b, entry[2])
	}
	b = append(b, 0, 0, 0, 0)
	for i := range strips {
		b = order.AppendUint32(b, pixels+uint32(i*width*rows))
	}
	for range strips {
		b = order.AppendUint32(b, width*rows)
	}
	for i := range strips * rows * width {
		b = append(b, byte(i%width>>3+i/width>>2))
	}
	return b
}
