package engine

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

// outcomes are the values of fm, and how far a rendition may look from the same as PNG.
var outcomes = []struct {
	fm   string
	most perceived
}{
	{"jpg", perceived{3, 12}}, {"pjpg", perceived{3, 12}}, {"png", perceived{}}, {"png8", perceived{4, 20}}, {"webp", perceived{5, 30}},
	{"avif", perceived{4, 16}}, {"gif", perceived{6, 25}}, {"jxl", perceived{3, 12}}, {"tiff", perceived{0.01, 0.01}},
}

// refusals are the files of the corpus that are no images to Lightwell, and why.
var refusals = map[string]error{
	"formats/avif-animated-8bit.avif": transform.ErrUndecodable, // libheif 1.15 knows no sequences
	"formats/jpeg-12bit-extended.jpg": transform.ErrUndecodable, // libjpeg-turbo 2.1 decodes 8 bits
}

// Every file that is admitted comes out in every format, of the right size, with its frames, and
// looking alike; LIGHTWELL_UPDATE=1 writes the table of it.
func TestEveryFormatThroughEveryOther(t *testing.T) {
	var table strings.Builder
	fmt.Fprint(&table, formatsHead)
	for _, o := range outcomes {
		fmt.Fprintf(&table, " %s |", o.fm)
	}
	fmt.Fprintf(&table, "\n| --- | --- | --- |%s\n", strings.Repeat(" ---: |", len(outcomes)))
	for _, path := range formatFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(path)) + "/" + filepath.Base(path)
		t.Run(name, func(t *testing.T) { fmt.Fprintln(&table, throughEvery(t, name, data)) })
	}
	if os.Getenv("LIGHTWELL_UPDATE") != "" {
		if err := os.WriteFile("../../docs/formats.md", []byte(table.String()), 0o644); err != nil {
			t.Error(err)
		}
	}
}

const formatsHead = `# Every format through every other

Files as cameras, phones, scanners and editors write them, 64 pixels wide in each format: how far the result looks from the PNG (mean ΔE*ab, of which 1 is about the least that is seen), and its frames where it moves. Written by:

    LIGHTWELL_UPDATE=1 go test -run=TestEveryFormatThroughEveryOther ./transform/engine

| file | is | pixels |`

// formatFiles are those of the corpus' formats and graphics, and those of testdata; with the
// table the photographs, too, which take most of the time.
func formatFiles(t *testing.T) (paths []string) {
	t.Helper()
	dirs := []string{"formats", "graphics"}
	if os.Getenv("LIGHTWELL_UPDATE") != "" {
		dirs = append(dirs, "photos")
	}
	for _, dir := range dirs {
		more, err := filepath.Glob(filepath.Join(os.Getenv("LIGHTWELL_CORPUS"), dir, "*"))
		if err != nil {
			t.Fatal(err)
		}
		if os.Getenv("LIGHTWELL_CORPUS") != "" {
			paths = append(paths, more...)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(fixtures)) {
		paths = append(paths, filepath.Join("../../testdata", name))
	}
	return paths
}

// throughEvery is a file's line of the table.
func throughEvery(t *testing.T, name string, data []byte) string {
	s, err := sourceOf(data)
	if want := refusals[name]; err != nil || want != nil {
		if want == nil || !errors.Is(err, want) {
			t.Errorf("Inspect = %v, want %v", err, want)
			return ""
		}
		return fmt.Sprintf("| %s | refused: %v | |%s", name, err, strings.Repeat(" |", len(outcomes)))
	}
	line := fmt.Sprintf("| %s | %s | %d x %d |", name, kind(s), s.Upright().Width, s.Upright().Height)
	still, _ := render(t, data, "w=64&fm=png")
	first, _ := render(t, data, "w=64&fm=png&frame=1") // which in an APNG may be another picture
	for _, o := range outcomes {
		r, plan := render(t, data, "w=64&q=95&fm="+o.fm)
		want := decodePicture(t, still.Body)
		if plan.Animated {
			want = decodePicture(t, first.Body)
		}
		line += " " + throughOne(t, s, o.fm, o.most, r.Body, want) + " |"
	}
	return line
}

func kind(s transform.Source) string {
	said := s.Format.String()
	if s.Depth > 0 {
		said += fmt.Sprintf(", %d bits", s.Depth)
	}
	if s.Grey {
		said += ", grey"
	}
	if s.Alpha {
		said += ", alpha"
	}
	switch {
	case s.Moves():
		said += fmt.Sprintf(", %d frames", s.Frames)
	case s.Frames > 1:
		said += fmt.Sprintf(", %d pages", s.Frames)
	}
	return said
}

// throughOne checks one result, and says how far it looks from the PNG.
func throughOne(t *testing.T, s transform.Source, fm string, most perceived, body []byte, want picture) string {
	seen, err := Inspect(body, transform.DefaultLimits)
	if err != nil {
		t.Errorf("Inspect(fm=%s) = %v", fm, err)
		return "error"
	}
	frames := 1
	if s.Moves() && seen.Source.Format.Animates() {
		frames = s.Frames
	}
	got := decodePicture(t, body)
	// Frames that are equal at this size are one in a WebP, for as long as both.
	joined := seen.Source.Format == transform.WebP && seen.Source.Frames > frames/2 && seen.Source.Frames < frames
	if seen.Source.Frames != frames && !joined || got.width != want.width || got.height != want.height {
		t.Errorf("fm=%s is %+v and %d x %d pixels, want %d frames of %d x %d", fm, seen.Source, got.width, got.height, frames, want.width, want.height)
		return "error"
	}
	switch {
	case !seen.Source.Format.Alpha():
		want = want.onWhite()
	case seen.Source.Format == transform.GIF:
		want = want.allOrNothing()
	}
	d := perceive(got, want)
	if !d.within(most) {
		t.Errorf("fm=%s looks %.2f (%.2f) from the PNG, want %v at most", fm, d.mean, d.p99, most)
	}
	said := fmt.Sprintf("%.1f", d.mean)
	if frames > 1 {
		said += fmt.Sprintf(", %d frames", seen.Source.Frames)
	}
	return said
}

// allOrNothing has each pixel either opaque or not there.
func (p picture) allOrNothing() picture {
	cut := picture{p.width, p.height, append([]byte(nil), p.rgba...)}
	for i := 0; i < len(cut.rgba); i += 4 {
		if cut.rgba[i+3] < 128 {
			copy(cut.rgba[i:i+4], make([]byte, 4))
		} else {
			cut.rgba[i+3] = 255
		}
	}
	return cut
}

// onWhite is without alpha.
func (p picture) onWhite() picture {
	flat := picture{p.width, p.height, append([]byte(nil), p.rgba...)}
	for i := 0; i < len(flat.rgba); i += 4 {
		alpha := int(flat.rgba[i+3])
		for c := range 3 {
			flat.rgba[i+c] = byte((int(flat.rgba[i+c])*alpha + 255*(255-alpha) + 127) / 255)
		}
		flat.rgba[i+3] = 255
	}
	return flat
}
