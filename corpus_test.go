package main_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightwell/transform"

	"golang.org/x/sync/errgroup"
)

// refused are the files that are valid and not taken, with the status and a
// fragment of the reason.
var refused = map[string]struct {
	status int
	reason string
}{
	"avif-animated-8bit.avif": {http.StatusUnprocessableEntity, "cannot be decoded"}, // libheif 1.15 reads no sequences
	"jpeg-12bit-extended.jpg": {http.StatusUnprocessableEntity, "precision 12"},
}

// corpus lists files of testdata, and of the folder that LIGHTWELL_CORPUS names,
// where there is one.
func corpus(t *testing.T) []string {
	t.Helper()
	return found(t, "testdata/*.*", "photos", "formats", "graphics")
}

// found lists what matches a pattern here, and all files of some folders of
// LIGHTWELL_CORPUS. Finding none of a kind is a failure.
func found(t *testing.T, here string, folders ...string) (paths []string) {
	t.Helper()
	patterns := []string{here}
	if dir := os.Getenv("LIGHTWELL_CORPUS"); dir != "" {
		for _, folder := range folders {
			patterns = append(patterns, filepath.Join(dir, folder, "*"))
		}
	}
	for _, pattern := range patterns {
		matches, err := filepath.Glob(pattern)
		if err != nil || len(matches) == 0 {
			t.Fatalf("no files at %s: %v", pattern, err)
		}
		paths = append(paths, matches...)
	}
	return paths
}

// Every file goes in and comes out at 400 pixels in three formats, or is refused
// for the reason above.
func TestEveryFileIsRenderedOrRefusedForAReason(t *testing.T) {
	t.Parallel()
	p := serve(t, t.TempDir(), []string{"--sync-wait=" + patience.String()})
	var all errgroup.Group
	all.SetLimit(2) // of three render processes, on two cores
	stored := 0
	for _, path := range corpus(t) {
		name := filepath.Base(path)
		if name == "SOURCES.md" {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if want, ok := refused[name]; ok {
			if a := p.post(data); a.status != want.status || !strings.Contains(a.problem().Detail, want.reason) {
				t.Errorf("POST of %s = %d %s, want %d for %q", name, a.status, a.body, want.status, want.reason)
			}
			continue
		}
		stored++
		all.Go(func() error {
			p.wantRendered(name, data)
			return nil
		})
	}
	_ = all.Wait() // each has said what is wrong
	if n := p.metric("lightwell_pool_restarts_total", ""); n != 0 {
		t.Errorf("%v render processes were ended on the way", n)
	}
	t.Logf("%d files stored and rendered, %d files refused", stored, len(refused))
}

// wantRendered may be called by any goroutine.
func (p *process) wantRendered(name string, data []byte) {
	id, err := p.stored(data)
	if err != nil {
		p.t.Errorf("%s: %v", name, err)
		return
	}
	for fm, format := range map[string]transform.Format{"jpg": transform.JPEG, "webp": transform.WebP, "avif": transform.AVIF} {
		a, err := try(request(p.t, http.MethodGet, p.images+"/image/"+id+"?w=400&fm="+fm, nil))
		if err != nil || a.status != http.StatusOK || transform.Sniff(a.body) != format {
			p.t.Errorf("%s at w=400 as %s = %d %.200s, %v", name, fm, a.status, a.body, err)
		}
	}
}

// The same scene stored in all eight orientations comes out the same, but for the
// orientation's own number, which is painted in the middle of each: that makes 12
// to 15 levels; a scene the wrong way round makes 67 to 98.
func TestAllOrientationsOfARealPhotographComeOutAlike(t *testing.T) {
	t.Parallel()
	dir := os.Getenv("LIGHTWELL_CORPUS")
	if dir == "" {
		t.Skip("LIGHTWELL_CORPUS is not set; package engine tests orientation on its own images")
	}
	p := serve(t, t.TempDir(), nil)
	var first image.Image
	for orientation := 1; orientation <= 8; orientation++ {
		path := filepath.Join(dir, "formats", "exif-landscape-"+string(rune('0'+orientation))+".jpg")
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		a := p.get("/image/" + p.upload(data) + "?w=300&fm=jpg&q=90")
		img, err := jpeg.Decode(bytes.NewReader(a.body))
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = img
		}
		if d := distance(first, img); img.Bounds() != first.Bounds() || d > 20 {
			t.Errorf("orientation %d: %v, %.1f levels from orientation 1, want at most 20", orientation, img.Bounds(), d)
		}
	}
}

// distance is the root mean square difference of two pictures' green, in levels of 255.
func distance(a, b image.Image) float64 {
	sum, n := 0.0, 0
	for y := range a.Bounds().Dy() {
		for x := range a.Bounds().Dx() {
			_, ga, _, _ := a.At(x, y).RGBA()
			_, gb, _, _ := b.At(x, y).RGBA()
			d := (float64(ga) - float64(gb)) / 257
			sum += d * d
			n++
		}
	}
	return math.Sqrt(sum / float64(n))
}
