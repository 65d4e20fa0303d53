package show

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lightwell/uploader/client"
)

// sources are files of so many bytes each.
func sources(t *testing.T, sizes map[string]int) client.Found {
	t.Helper()
	dir := t.TempDir()
	for name, size := range sizes {
		if err := os.WriteFile(filepath.Join(dir, name), append([]byte("\xff\xd8\xff"), make([]byte, size-3)...), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
	found, err := client.Find(context.Background(), []string{"."})
	if err != nil || len(found.Sources) != len(sizes) {
		t.Fatalf("Find = %+v, %v", found, err)
	}
	return found
}

var failed = client.Result{Path: "b.jpg", Status: client.Failed, Bytes: 2000, Error: &client.Problem{Status: 422, Detail: "It is\nbroken."}}

func TestTable(t *testing.T) {
	found := sources(t, map[string]int{"a.jpg": 100, "b.jpg": 2000, "日本\x1b[2J.jpg": 2 << 20})
	var out bytes.Buffer
	err := Table(&out, found, []client.Result{
		{Path: found.Sources[2].Path, Status: client.Skipped, URL: "http://images/image/c?w=1&h=2", Width: 4000, Height: 3000, Bytes: 2 << 20},
		failed,
		{Path: "a.jpg", Status: client.Uploaded, URL: "http://images/image/a", Width: 30, Height: 20, Bytes: 100},
	})
	want := `
STATUS    NAME             SIZE  DIMENSIONS   URL
uploaded  a.jpg           100 B  30 x 20      http://images/image/a
failed    b.jpg         2.0 KiB               422: It is?broken.
skipped   日本?[2J.jpg  2.0 MiB  4000 x 3000  http://images/image/c?w=1&h=2

`
	if err != nil || "\n"+out.String() != want {
		t.Errorf("Table = %v,\n%s\nwant%s", err, out.String(), want)
	}
}

func TestTotals(t *testing.T) {
	for _, tt := range []struct {
		sum    client.Summary
		others int
		want   string
	}{
		{client.Summary{Total: 3, Uploaded: 2, Failed: 1, Sent: 3 << 20}, 2, "2 uploaded, 1 failed, 2 files left out that are no images; 3.0 MiB in 1.5s, 2.0 MiB/s\n"},
		{client.Summary{Total: 5, Skipped: 1, Interrupted: 1}, 0, "1 skipped, 1 interrupted, 3 not begun\n"},
		{client.Summary{}, 0, "nothing uploaded\n"},
	} {
		var out bytes.Buffer
		if err := Totals(&out, client.Found{Others: tt.others}, tt.sum, 1500*time.Millisecond); err != nil || out.String() != tt.want {
			t.Errorf("Totals(%+v) = %q, %v, want %q", tt.sum, out.String(), err, tt.want)
		}
	}
}

func TestJSONAndSrcset(t *testing.T) {
	var out bytes.Buffer
	done := client.Result{Path: "a\t.jpg", Status: client.Uploaded, ImageID: "1", URL: "http://i/1?a&b", Srcset: "http://i/1?w=1 1w", Width: 1, Height: 2, Format: "jpeg", Bytes: 3, Placeholder: "p"}
	err := errors.Join(JSON(&out, done), JSON(&out, failed), Srcset(&out, done), Srcset(&out, failed))
	want := `{"path":"a\t.jpg","status":"uploaded","imageId":"1","url":"http://i/1?a&b","srcset":"http://i/1?w=1 1w","width":1,"height":2,"format":"jpeg","bytes":3,"placeholder":"p"}
{"path":"b.jpg","status":"failed","bytes":2000,"error":{"status":422,"detail":"It is\nbroken."}}
` + "a?.jpg\thttp://i/1?w=1 1w\n"
	if err != nil || out.String() != want {
		t.Errorf("%v,\n%s\nwant\n%s", err, out.String(), want)
	}
}

func TestText(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 1023: "1023 B", 1024: "1.0 KiB", 1<<20 - 1: "1.0 MiB", 1 << 20: "1.0 MiB", 1536 << 20: "1.5 GiB"} {
		if got := size(n); got != want {
			t.Errorf("size(%d) = %q, want %q", n, got, want)
		}
	}
	for got, want := range map[string]string{
		sizes(1<<20, 3<<20): "1.0 of 3.0 MiB", sizes(10, 3<<20): "10 B of 3.0 MiB",
		clock(61 * time.Second): "1:01", clock(3*time.Hour + 5*time.Minute): "3h05m",
		tail("photos/a.jpg", 6): "…a.jpg", tail("a.jpg", 6): "a.jpg",
		longest(9, "1 of 2", ", 3"): "1 of 2, 3", longest(8, "1 of 2", ", 3"): "1 of 2",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// What is skipped is nothing to send, and what is sent twice counts once.
func TestTally(t *testing.T) {
	found := sources(t, map[string]int{"a.jpg": 100, "b.jpg": 200, "c.jpg": 400, "d.jpg": 800})
	now := time.Unix(0, 0)
	ta := newTally(found, 1)
	ta.now = func() time.Time { return now }
	want := func(what string, sent, bytes int64, ended int, rate float64) {
		t.Helper()
		if s := ta.shot(); s.sent != sent || s.bytes != bytes || s.ended != ended || s.rate != rate || s.images != 4 {
			t.Errorf("%s: %+v, want %d of %d bytes, %d ended, %v a second", what, s, sent, bytes, ended, rate)
		}
	}
	a, b, c, d := found.Sources[0], found.Sources[1], found.Sources[2], found.Sources[3]
	want("at first", 0, 1500, 0, 0)
	ta.Begin(a)
	ta.Begin(b) // one more than there are slots
	ta.End(a, client.Result{Status: client.Skipped})
	want("one skipped", 0, 1400, 1, 0)
	now = now.Add(time.Second)
	ta.Moved(b, 150)
	ta.Moved(b, -150)
	ta.Moved(b, 200)
	ta.Waiting(b)
	if w, ok := ta.slot(1); !ok || w.doing != "processing" || w.sent != 200 {
		t.Errorf("slot(1) = %+v, %v", w, ok)
	}
	want("one sent", 200, 1400, 1, 200)
	ta.End(b, client.Result{Status: client.Uploaded})
	ta.Begin(c)
	ta.Resumed(c, 300)
	want("one resumed", 500, 1400, 2, 200)
	ta.End(c, client.Result{Status: client.Failed})
	want("one failed", 500, 1300, 3, 200)
	ta.Begin(d)
	now = now.Add(time.Second)
	ta.End(d, client.Result{Status: client.Uploaded}) // by an earlier run
	want("all", 1300, 1300, 4, 100)
	if _, ok := ta.slot(0); ok {
		t.Error("something is under way in the end")
	}
}

// lockedBuffer is for several goroutines.
type lockedBuffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

func wantShown(t *testing.T, out *lockedBuffer, texts ...string) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for _, text := range texts {
		for !strings.Contains(out.String(), text) {
			select {
			case <-deadline:
				t.Fatalf("%q is not shown:\n%s", text, out.String())
			case <-time.After(time.Millisecond):
			}
		}
	}
}

func TestBars(t *testing.T) {
	found := sources(t, map[string]int{"a.jpg": 1 << 20, "b.jpg": 1 << 20})
	out := &lockedBuffer{}
	b := newBars(out, found, 4)
	a := found.Sources[0]
	b.Begin(a)
	wantShown(t, out, "a.jpg ", "checking", "0 of 2")
	b.Moved(a, 1<<19)
	wantShown(t, out, "512.0 KiB of 1.0 MiB", "512.0 KiB of 2.0 MiB")
	b.Moved(a, 1<<19)
	b.Waiting(a)
	wantShown(t, out, "processing")
	b.End(a, client.Result{Path: "a.jpg", Status: client.Uploaded})
	b.Begin(found.Sources[1])
	b.End(found.Sources[1], failed)
	b.Close()
	wantShown(t, out, "b.jpg: 422: It is?broken.\n", "2 of 2, 1 failed", "1.0 of 1.0 MiB")
	if last := out.String()[strings.LastIndex(out.String(), "\x1b"):]; strings.Contains(last, "a.jpg") || strings.Count(last, "\n") != 2 {
		t.Errorf("left at the end is %q, want the two sums", last)
	}
}

func TestLines(t *testing.T) {
	found := sources(t, map[string]int{"a.jpg": 1 << 20, "b.jpg": 1 << 20})
	out := &lockedBuffer{}
	l := newLines(out, found, 4, time.Millisecond)
	l.Begin(found.Sources[0])
	l.Moved(found.Sources[0], 1<<19)
	wantShown(t, out, "0 of 2 images, 512.0 KiB of 2.0 MiB")
	l.Begin(found.Sources[1])
	l.End(found.Sources[1], failed)
	wantShown(t, out, "b.jpg: 422: It is?broken.\n", "1 of 2 images", "1 failed")
	l.Close()
}
