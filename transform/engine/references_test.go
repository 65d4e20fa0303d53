package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"lightwell/transform"
	"lightwell/transform/pool/pooltest"

	"github.com/lucasb-eyer/go-colorful"
)

// canvas is what Chromium shows of a file.
type canvas struct {
	Refused       string // why it shows nothing
	Width, Height int
	path          string // of the pixels, without the colour space
}

// inChromium has files drawn.
func inChromium(t *testing.T, files []colorFile) (shown []canvas) {
	t.Helper()
	var paths []string
	for _, f := range files {
		paths = append(paths, f.path)
	}
	out := chromium(t, "colors.mjs", paths, &shown)
	for n := range shown {
		shown[n].path = fmt.Sprintf("%s/%d.", out, n)
	}
	return shown
}

// chromium has a script show files, and says where it has written their pixels; what it says of
// each is appended to told.
func chromium[T any](t *testing.T, script string, files []string, told *[]T) (out string) {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal(err)
	}
	out = t.TempDir()
	args := append([]string{filepath.Join(pooltest.Clients(t, "../.."), script), browser, t.TempDir(), out}, files...)
	cmd := exec.Command("node", args...)
	cmd.Env = append(os.Environ(), "HOME="+t.TempDir(), "TMPDIR="+t.TempDir())
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	lines, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", script, err, &stderr)
	}
	for said := json.NewDecoder(bytes.NewReader(lines)); said.More(); {
		var one T
		if err := said.Decode(&one); err != nil {
			t.Fatal(err)
		}
		*told = append(*told, one)
	}
	if len(*told) != len(files) {
		t.Fatalf("%s tells of %d files of %d", script, len(*told), len(files))
	}
	return out
}

// colors are those of a canvas in a space, every so many pixels.
func (c canvas) colors(t *testing.T, space string) (colors []colorful.Color) {
	t.Helper()
	pixels, err := os.ReadFile(c.path + space)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < c.Width*c.Height; i += every {
		if p := pixels[4*i:]; p[3] == 255 {
			in := map[string]transform.Space{"srgb": transform.SpaceSRGB, "display-p3": transform.SpaceP3}[space]
			colors = append(colors, colorIn(in, float64(p[0])/255, float64(p[1])/255, float64(p[2])/255))
		}
	}
	return colors
}

// byLittleCMS is a CMYK file's colours, every so many pixels, by its profile or the one that
// libvips has for files without.
func byLittleCMS(t *testing.T, data []byte) (colors []colorful.Color) {
	t.Helper()
	icc := filepath.Join(t.TempDir(), "inks.icc")
	by := profile(t, data)
	if len(by) == 0 {
		with, err := os.ReadFile(printed(t))
		if err != nil {
			t.Fatal(err)
		}
		by = profile(t, with)
	}
	if err := os.WriteFile(icc, by, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("transicc", "-n", "-t0", "-i", icc, "-o", "*sRGB") // of inks in percent, to levels of 255
	cmd.Stdin = strings.NewReader(inksOf(t, data))
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("transicc: %v", err)
	}
	for line := range strings.Lines(string(out)) {
		var r, g, b float64
		if _, err := fmt.Sscan(line, &r, &g, &b); err != nil {
			t.Fatalf("transicc says %q: %v", line, err)
		}
		colors = append(colors, colorful.Color{R: r / 255, G: g / 255, B: b / 255}.Clamped())
	}
	return colors
}

// inksOf is the percentages of a file's inks, every so many pixels one line. Go decodes JPEGs,
// and nothing but libvips TIFFs; how inks are read there is not what is compared.
func inksOf(t *testing.T, data []byte) string {
	t.Helper()
	inks, err := jpegInks(data)
	if err != nil {
		if inks, err = header(t, data).ToBytes(); err != nil {
			t.Fatal(err)
		}
	}
	var lines strings.Builder
	for i := 0; i < len(inks); i += 4 * every {
		for _, level := range inks[i : i+4] {
			fmt.Fprintf(&lines, "%.3f ", float64(level)/2.55)
		}
		lines.WriteByte('\n')
	}
	return lines.String()
}

func jpegInks(data []byte) ([]byte, error) {
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	cmyk, ok := img.(*image.CMYK)
	if !ok {
		return nil, fmt.Errorf("a JPEG of %T", img)
	}
	return cmyk.Pix, nil
}
