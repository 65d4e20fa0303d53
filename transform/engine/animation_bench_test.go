package engine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// BenchmarkAnimation makes a WebP of a GIF of 250 frames, 480 by 270 pixels, and has gif2webp make
// one of the same file each time: with the quality and the effort that the plan has, and by
// its defaults, which are without loss. The ratios are what the engine takes of that.
func BenchmarkAnimation(b *testing.B) {
	data := pan(b, 250, 480, 270)
	path := filepath.Join(b.TempDir(), "pan.gif")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		b.Fatal(err)
	}
	_, plan := render(b, data, "fm=webp")
	e := plan.Encode
	var ours, likewise, byDefault spent
	for b.Loop() {
		ours.add(func() (int, error) { r, err := Render(data, Layers{}, &plan); return len(r.Body), err })
		likewise.add(func() (int, error) {
			return gif2webp(path, "-lossy", "-q", fmt.Sprint(e.Quality), "-m", fmt.Sprint(e.Effort))
		})
		byDefault.add(func() (int, error) { return gif2webp(path) })
	}
	if err := errors.Join(ours.err, likewise.err, byDefault.err); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(ours.wall.Nanoseconds())/float64(b.N), "ns/op")
	for name, other := range map[string]spent{"likewise": likewise, "default": byDefault} {
		b.ReportMetric(float64(ours.wall)/float64(other.wall), "wall/"+name)
		b.ReportMetric(float64(ours.cpu)/float64(other.cpu), "cpu/"+name)
		b.ReportMetric(float64(ours.bytes)/float64(other.bytes), "bytes/"+name)
	}
}

// spent is what some runs took, and the bytes that they made.
type spent struct {
	wall, cpu time.Duration
	bytes     int
	err       error
}

func (s *spent) add(do func() (bytes int, err error)) {
	start, before := time.Now(), allCPUTime()
	bytes, err := do()
	s.wall, s.cpu, s.bytes = s.wall+time.Since(start), s.cpu+allCPUTime()-before, s.bytes+bytes
	if err != nil {
		s.err = err
	}
}

// allCPUTime is what this process and the children that it has waited for have taken.
func allCPUTime() (sum time.Duration) {
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var u syscall.Rusage
		if syscall.Getrusage(who, &u) == nil {
			sum += time.Duration(u.Utime.Nano() + u.Stime.Nano())
		}
	}
	return sum
}

func gif2webp(path string, options ...string) (bytes int, err error) {
	out := path + ".webp"
	if text, err := exec.Command("gif2webp", append(options, "-quiet", path, "-o", out)...).CombinedOutput(); err != nil {
		return 0, fmt.Errorf("gif2webp: %w: %s", err, text)
	}
	made, err := os.Stat(out)
	if err != nil {
		return 0, err
	}
	return int(made.Size()), nil
}

// pan is a GIF of a camera that moves over one photograph, before which another passes.
func pan(t testing.TB, frames, width, height int) []byte {
	t.Helper()
	back, front := shrunkTo(t, "photo.jpg", 2*width), shrunkTo(t, "mona-lisa.jpg", width/4)
	strip := raster{make([]byte, 3*width*height*frames), width, height * frames, 3}
	for n := range frames {
		dx, dy := n*(back.width-width)/frames, n*(back.height-height)/frames/2
		for y := range height {
			for x := range width {
				copy(strip.at(x, n*height+y), back.at(x+dx, y+dy))
			}
		}
		for y := range min(front.height, height) {
			for x := range front.width {
				if left := x + (n*7)%width; left < width {
					copy(strip.at(left, n*height+y), front.at(x, y))
				}
			}
		}
	}
	img, err := strip.image()
	if err != nil {
		t.Fatal(err)
	}
	defer img.Close()
	err = steps("tell of the frames",
		func() error { return img.SetPages(frames) },
		func() error { return img.SetPageHeight(height) },
		func() error { return img.SetPageDelay(make([]int, frames)) },
		func() error { return img.SetLoop(0) })
	if err != nil {
		t.Fatal(err)
	}
	data, err := save(img, "gifsave_buffer", "effort=1")
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func shrunkTo(t testing.TB, name string, width int) raster {
	t.Helper()
	img := header(t, fixture(t, name))
	if err := img.Resize(float64(width)/float64(img.Width()), vips.KernelLanczos3); err != nil {
		t.Fatal(err)
	}
	if err := toSpace(img, &transform.Plan{}); err != nil {
		t.Fatal(err)
	}
	pixels, err := pixelsOf(img)
	if err != nil {
		t.Fatal(err)
	}
	return pixels
}
