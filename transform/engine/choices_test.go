package engine

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// askers are the clients of the table, by what they accept. The last takes what everybody gets.
var askers = []struct{ name, accept string }{{"AVIF", modern}, {"WebP", middle}, {"plain", old}}

// answered is what a client got for a file.
type answered struct {
	format   transform.Format
	bytes    int
	score    float64 // multi-scale structural similarity to the PNG of the same size
	lossless bool    // no pixel that can be seen is another, in a format that has another way
}

// chosenRow is a file's line of the table: what each client got.
type chosenRow struct {
	origin, name string // the package that it is from, and its file
	size         transform.Size
	drawing      bool // as the engine has it
	answers      []answered
}

// For 40 photographs and 20 graphics, auto=format never answers with more bytes than plain clients
// get, with no photograph written without loss, and no drawing with loss where none costs little.
// make choices brings the files, and with LIGHTWELL_UPDATE=1 writes docs/choices.md; without them
// it is a few of testdata.
func TestChoices(t *testing.T) {
	dir := os.Getenv("LIGHTWELL_CHOICES")
	if dir == "" {
		chosenRows(t, 240, "../../testdata/photo.jpg", "../../testdata/mona-lisa.jpg", "../../testdata/logo.svg")
		return
	}
	photographs, graphics := chosenRows(t, 800, filesIn(t, dir, "photographs")...), chosenRows(t, 800, filesIn(t, dir, "graphics")...)
	if len(photographs) != 40 || len(graphics) != 20 {
		t.Errorf("%s has %d photographs and %d graphics, want 40 and 20", dir, len(photographs), len(graphics))
	}
	for _, row := range photographs {
		if row.drawing {
			t.Errorf("%s is taken for a drawing", row.name)
		}
	}
	table := choicesTable(photographs, graphics)
	t.Logf("\n%s", table)
	if os.Getenv("LIGHTWELL_UPDATE") != "" && !t.Failed() {
		if err := os.WriteFile("../../docs/choices.md", []byte(table), 0o644); err != nil {
			t.Error(err)
		}
	}
}

// filesIn are the files of a kind, each of which lies in a folder that is called as its package.
func filesIn(t *testing.T, dir, kind string) []string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, kind, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

func chosenRows(t *testing.T, width int, paths ...string) (rows []chosenRow) {
	t.Helper()
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		row := chosenRow{origin: filepath.Base(filepath.Dir(path)), name: filepath.Base(path)}
		t.Run(row.name, func(t *testing.T) { row.fill(t, data, width) })
		rows = append(rows, row)
	}
	return rows
}

// fill asks for the file as each client does, so many pixels wide, and checks what each gets.
func (row *chosenRow) fill(t *testing.T, data []byte, width int) {
	query := fmt.Sprintf("w=%d&", width)
	png, plan := render(t, data, query+"fm=png")
	want := decodePicture(t, png.Body)
	row.size, row.drawing = plan.Out, seenAsDrawing(t, png.Body)
	for _, asker := range askers {
		r, _ := chosenFor(t, data, query+"auto=format", asker.accept)
		got := decodePicture(t, r.Body)
		row.answers = append(row.answers, answered{
			format: r.Format, bytes: len(r.Body), score: msssim(got, want),
			lossless: r.Format != transform.JPEG && bytes.Equal(got.onWhite().rgba, want.onWhite().rgba),
		})
	}
	plain := row.answers[len(askers)-1].bytes
	lossless, _ := render(t, data, query+"fm=webp&lossless=1")
	for i, a := range row.answers[:len(askers)-1] {
		if a.bytes > plain {
			t.Errorf("a client of %s gets %d bytes, and others %d", askers[i].name, a.bytes, plain)
		}
		if !row.drawing && a.lossless {
			t.Errorf("a client of %s gets %d bytes of %v without loss", askers[i].name, a.bytes, a.format)
		}
		if row.drawing && !a.lossless && len(lossless.Body) <= min(2*a.bytes, plain) {
			t.Errorf("a client of %s gets %d bytes of %v, and without loss it is %d", askers[i].name, a.bytes, a.format, len(lossless.Body))
		}
	}
}

// seenAsDrawing tells how the engine sees a picture, by the PNG of it.
func seenAsDrawing(t *testing.T, png []byte) bool {
	t.Helper()
	img := header(t, png)
	if err := img.ToColorSpace(vips.InterpretationSRGB); err != nil { // a PNG may have greys alone
		t.Fatal(err)
	}
	drawn, err := isDrawing(img)
	if err != nil {
		t.Fatal(err)
	}
	return drawn
}
