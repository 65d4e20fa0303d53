package engine

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/davidbyttow/govips/v2/vips"
)

// toldOf is a file of a photograph whose colours are told in numbers, and others than it was
// taken in.
func toldOf(t *testing.T, fm string, c cicp) []byte {
	t.Helper()
	r, _ := render(t, fixture(t, "photo.jpg"), "w=300&chromasub=444&q=100&fm="+fm)
	body, told := r.Body, []byte{0, byte(c.primaries), 0, byte(c.transfer)}
	if fm == "avif" {
		at := bytes.Index(body, []byte("nclx")) + len("nclx")
		copy(body[at:], told)
	} else {
		const ihdr = 8 + chunkFrame + 13 // where it ends
		with := appendChunk(bytes.Clone(body[:ihdr]), "cICP", []byte{told[1], told[3], 0, 1})
		body = append(with, body[ihdr:]...)
	}
	return body
}

func written(t *testing.T, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// printed is a file of a photograph in CMYK, with its profile.
func printed(t *testing.T) string {
	t.Helper()
	img := header(t, fixture(t, "photo.jpg"))
	if err := img.Resize(0.15, vips.KernelLanczos3); err != nil {
		t.Fatal(err)
	}
	if err := byProfile(img, "cmyk", "srgb"); err != nil {
		t.Fatal(err)
	}
	data, err := save(img, "jpegsave_buffer", "Q=95")
	if err != nil {
		t.Fatal(err)
	}
	return written(t, "printed.jpg", data)
}
