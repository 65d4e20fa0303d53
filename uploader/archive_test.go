package uploader_test

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// entry is a file of an archive.
type entry struct{ name, body string }

func zipped(t *testing.T, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) { return flate.NewWriter(to, flate.BestSpeed) })
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err != nil {
			t.Fatal(err)
		}
		f.Write([]byte(e.body))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func tarred(t *testing.T, entries ...entry) string {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Size: int64(len(e.body)), Mode: 0o644, Typeflag: tar.TypeReg}
		switch {
		case strings.HasSuffix(e.name, "/"):
			h.Typeflag = tar.TypeDir
		case strings.HasPrefix(e.body, "-> "):
			h.Typeflag, h.Linkname, h.Size, e.body = tar.TypeSymlink, e.body[3:], 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(e.body))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	w.Write([]byte(s))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestArchives(t *testing.T) {
	entries := []entry{
		{"photos/", ""}, {"photos/a.jpg", jpeg}, {"photos/deep/er/b.png", png}, {"__MACOSX/._a.jpg", "junk"}, {".DS_Store", "junk"},
		{"readme.txt", "no image"}, {"nested.zip", "PK\x03\x04"}, {"..jpg..", jpeg},
	}
	want := []string{"a.jpg completed", "b.png completed", "readme.txt failed 415", "nested.zip failed 415"}
	for _, tt := range []struct{ contentType, body string }{
		{"application/zip", zipped(t, entries[:7]...)},
		{"application/x-tar", tarred(t, append([]entry{{"link.jpg", "-> /etc/passwd"}}, entries[:7]...)...)},
		{"application/gzip", gzipped(t, tarred(t, entries[:7]...))},
	} {
		d := openDoor(t)
		wantStatus(t, tt.contentType, d.ended(d.bulk(tt.contentType, tt.body)), "completed", 2, 2, want...)
		d.eventually("nothing is left of what was accepted", func() bool { return d.accepted() == 0 })
	}
}

func TestRefusedArchives(t *testing.T) {
	many := make([]entry, bulkItems+1)
	for i := range many {
		many[i] = entry{fmt.Sprintf("%d.jpg", i), jpeg}
	}
	good := entry{"a.jpg", jpeg}
	bomb := entry{"bomb.svg", strings.Repeat(" ", 20<<20)}
	whole := zipped(t, good, entry{"b.png", png})
	d := openDoor(t)
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
		param                   string
	}{
		{"zip slip", "application/zip", zipped(t, good, entry{"../../etc/cron.d/x", jpeg}), 400, "name"},
		{"zip slip in the middle", "application/zip", zipped(t, good, entry{"a/../../x.jpg", jpeg}), 400, "name"},
		{"absolute", "application/zip", zipped(t, good, entry{"/etc/x.jpg", jpeg}), 400, "name"},
		{"drive", "application/zip", zipped(t, good, entry{"c:/x.jpg", jpeg}), 400, "name"},
		{"backslashes", "application/zip", zipped(t, good, entry{`..\..\x.jpg`, jpeg}), 400, "name"},
		{"too deep", "application/zip", zipped(t, good, entry{strings.Repeat("a/", 40) + "x.jpg", jpeg}), 400, "name"},
		{"zip bombs", "application/zip", zipped(t, bomb, bomb, bomb), 413, ""},
		{"too many", "application/zip", zipped(t, many...), 413, ""},
		{"nothing", "application/zip", zipped(t), 400, "file"},
		{"only junk", "application/zip", zipped(t, entry{".DS_Store", "x"}), 400, "file"},
		{"no image", "application/zip", zipped(t, entry{"a.txt", "x"}, entry{"b.txt", "y"}), 415, ""},
		{"cut off", "application/zip", whole[:len(whole)-10], 400, ""},
		{"no zip", "application/zip", "PK\x03\x04", 400, ""},
		{"empty", "application/zip", "", 400, ""},
		{"flipped bit", "application/zip", strings.Replace(zipped(t, good), "PK\x03\x04", "PK\x03\x05", 1), 400, ""},
		{"tar slip", "application/x-tar", tarred(t, good, entry{"../x.jpg", jpeg}), 400, "name"},
		{"tar cut off", "application/x-tar", tarred(t, good, good)[:1500], 400, ""},
		{"no tar", "application/x-tar", strings.Repeat("no tar", 200), 400, ""},
		{"too many in a tar", "application/x-tar", tarred(t, many...), 413, ""},
		{"tar bomb", "application/gzip", gzipped(t, tarred(t, good, bomb, bomb)), 413, ""},
		{"gzip bomb after the tar", "application/gzip", gzipped(t, tarred(t, good)+strings.Repeat("\x00", 40<<20)), 413, ""},
		{"no gzip", "application/gzip", "nothing of the kind", 400, ""},
		{"gzip cut off", "application/gzip", gzipped(t, tarred(t, good, entry{"b.png", png}))[:60], 400, ""},
		{"too many bytes", "application/x-tar", tarred(t, slices.Repeat([]entry{{"a.jpg", jpeg + strings.Repeat("x", maxBytes-100)}}, 21)...), 413, ""},
	} {
		wantProblem(t, tt.name, d.post(tt.contentType, tt.body), tt.status, tt.param, nil)
		d.nothingKept(tt.name)
	}
}
