package client_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"lightwell/uploader/client"
)

func zipped(text string) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text))
	w.Close()
	return b.Bytes()
}

func TestFind(t *testing.T) {
	dir := folder(t, map[string][]byte{
		"b.jpg": jpeg(1, 10), "a/z.png": []byte("\x89PNG\r\n\x1a\n..."), "a/a.jpg.txt": jpeg(2, 10), "c.svgz": zipped("<svg/>"),
		".hidden.jpg": jpeg(3, 10), ".git/x.jpg": jpeg(4, 10),
		"text.jpg": []byte("no image"), "empty.jpg": nil, "archive.tar.gz": zipped("no image"), "paper.pdf": []byte("%PDF-1.7"),
	})
	for link, to := range map[string]string{"loop": ".", "a/up": "..", "nowhere": "missing", "e-link.jpg": "b.jpg"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	found, err := client.Find(context.Background(), []string{dir, filepath.Join(dir, "a", "..", "b.jpg"), "HTTPS://example.com/x"})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range found.Sources {
		got = append(got, strings.TrimPrefix(s.Path, dir+"/"))
	}
	want := []string{"a/a.jpg.txt", "a/z.png", "b.jpg", "c.svgz", "e-link.jpg", "HTTPS://example.com/x"}
	if !slices.Equal(got, want) || found.Others != 8 {
		t.Errorf("Find = %q and %d others, want %q and 8", got, found.Others, want)
	}
	if n := found.Bytes(); n != 10+10+10+11+int64(len(zipped("<svg/>"))) {
		t.Errorf("Bytes = %d", n)
	}
	link, err := client.Find(context.Background(), []string{filepath.Join(dir, "loop")})
	if err != nil || len(link.Sources) != 5 {
		t.Errorf("Find of a link to a folder = %+v, %v, want what is in it", link, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := client.Find(ctx, []string{dir}); !errors.Is(err, context.Canceled) {
		t.Errorf("Find once it is cancelled = %v", err)
	}
}

// What was named itself and cannot be uploaded fails, and the others do not.
func TestNamedAndUnfit(t *testing.T) {
	s := newServer(t)
	dir := folder(t, map[string][]byte{"a.jpg": jpeg(1, 10), "text.jpg": []byte("no image"), "empty.jpg": nil, ".hidden.jpg": jpeg(2, 10)})
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	var args []string
	for _, name := range []string{"a.jpg", "text.jpg", "empty.jpg", "pipe", "missing.jpg", ".hidden.jpg"} {
		args = append(args, filepath.Join(dir, name))
	}
	got := s.attempt(context.Background(), filepath.Join(dir, "state"), args, nil)
	if got.Uploaded != 2 || got.Failed != 4 {
		t.Errorf("Upload = %+v, want two uploaded and four failed", got)
	}
	for name, want := range map[string]string{"text.jpg": "not an image", "empty.jpg": "not an image", "pipe": "no regular file", "missing.jpg": "no such file"} {
		if r := got.results[name]; r.Status != client.Failed || !strings.Contains(r.Error.Detail, want) {
			t.Errorf("%s: %+v, want it to fail with %q", name, r, want)
		}
	}
}
