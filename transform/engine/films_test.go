package engine

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// outcomesOfMoving are what animations are made into, and how far frames may look from the source's.
var outcomesOfMoving = []struct {
	query, kind string
	most        perceived
}{
	{"fm=webp&lossless=1", "webp", perceived{0.01, 0.01}}, {"fm=webp&q=95", "webp", perceived{6, 60}}, {"fm=gif", "gif", perceived{4, 30}},
}

// An animation comes out as it went in, frame by frame: its pictures, how long each is seen, and
// how often all are. What is seen of either, Chromium says.
func TestAnimationsStayAsTheyAre(t *testing.T) {
	all := moving(t)
	names := slices.Sorted(maps.Keys(all))
	var paths []string
	for _, name := range names {
		paths = append(paths, written(t, name, all[name]))
		for _, o := range outcomesOfMoving {
			r, _ := render(t, all[name], o.query)
			paths = append(paths, written(t, "rendition."+o.kind, r.Body))
		}
	}
	films := playedInChromium(t, paths)
	for _, name := range names {
		want := films[0]
		t.Logf("%s: %d frames, %d ms, loops %d", name, len(want.pictures), want.ends, want.loop)
		for i, o := range outcomesOfMoving {
			films[1+i].wantLike(t, name+" with "+o.query, want, o.most, o.kind == "gif")
		}
		films = films[1+len(outcomesOfMoving):]
	}
}

// playedInChromium plays files.
func playedInChromium(t *testing.T, paths []string) (films []film) {
	t.Helper()
	var told []struct {
		Width, Height, Loop int
		Delays              []int
	}
	out := chromium(t, "frames.mjs", paths, &told)
	for n, one := range told {
		pixels, err := os.ReadFile(filepath.Join(out, fmt.Sprint(n)))
		if err != nil {
			t.Fatal(err)
		}
		f := film{loop: one.Loop}
		for _, delay := range one.Delays {
			var frame []byte
			frame, pixels = pixels[:4*one.Width*one.Height], pixels[4*one.Width*one.Height:]
			f.add(picture{one.Width, one.Height, frame}, delay)
		}
		films = append(films, f)
	}
	return films
}

// wantLike compares two films where either changes, a dozen times at most, and their loops.
func (f film) wantLike(t *testing.T, name string, want film, most perceived, binary bool) {
	t.Helper()
	if f.ends != want.ends || f.loop != want.loop {
		t.Errorf("%s lasts %d ms and loops %d, want %d and %d", name, f.ends, f.loop, want.ends, want.loop)
	}
	for _, moments := range [][]int{f.from, want.from} {
		for i := 0; i < len(moments); i += 1 + len(moments)/12 {
			ms := moments[i]
			expected := want.at(ms)
			if binary {
				expected = expected.allOrNothing()
			}
			if d := perceive(f.at(ms), expected); !d.within(most) {
				t.Errorf("%s looks %.1f (%.1f) from the original after %d ms, want %v at most", name, d.mean, d.p99, ms, most)
				return
			}
		}
	}
}

// moving are animations of every format, from several encoders: with frames that are taken away
// and put back, of parts of the picture, partly transparent, shown for different times, and
// once, a few times or without end.
func moving(t *testing.T) map[string][]byte {
	t.Helper()
	const none, background, previous = gif.DisposalNone, gif.DisposalBackground, gif.DisposalPrevious
	const once, forever = -1, 0 // of what Go counts
	all := map[string][]byte{
		"iss634.gif": fixture(t, "iss634.gif"), "blink.png": blinking(t), "pan.gif": pan(t, 12, 120, 68),
		"forever.gif":        dots(t, forever, none, 10, 20, 30, 40),
		"once.gif":           dots(t, once, none, 7, 7, 7),
		"three-times.gif":    dots(t, 2, none, 3, 100, 3),
		"background.gif":     dots(t, forever, background, 10, 5, 10, 5),
		"previous.gif":       dots(t, 1, previous, 25, 10, 50),
		"uneven.gif":         dots(t, forever, none, 2, 3, 5, 7, 11, 13, 17, 19, 23),
		"as-fast-as-can.gif": dots(t, forever, none, 0, 1, 0, 2),
	}
	all["lossless.webp"] = byGIF2WebP(t, all["pan.gif"])
	all["once.webp"] = byGIF2WebP(t, all["once.gif"], "-lossy")
	all["mixed.webp"] = byGIF2WebP(t, all["background.gif"], "-mixed", "-kmax", "3")
	all["three-times.webp"] = byGIF2WebP(t, all["three-times.gif"])
	for _, name := range []string{
		"gif-dispose-background.gif", "gif-dispose-previous.gif", "apng-dispose-previous.png", "apng-iss634.png", "webp-animated-iss634.webp",
	} {
		if data, err := os.ReadFile(filepath.Join(os.Getenv("LIGHTWELL_CORPUS"), "formats", name)); err == nil {
			all[name] = data
		}
	}
	return all
}

// dots is a GIF of 60 x 40 pixels: dots that come one by one on a field, each disposed of in the
// same way, shown for some hundredths of a second.
func dots(t *testing.T, loops int, disposal byte, delays ...int) []byte {
	t.Helper()
	palette := color.Palette{color.RGBA{}, color.RGBA{30, 60, 120, 255}, color.RGBA{250, 200, 40, 255}, color.RGBA{200, 30, 60, 255}}
	all := gif.GIF{LoopCount: loops, Config: image.Config{ColorModel: palette, Width: 60, Height: 40}}
	for n, delay := range delays {
		area := image.Rect(0, 0, 60, 40)
		if n > 0 {
			area = image.Rect(5*n, 4*n%25, 5*n+12, 4*n%25+12)
		}
		frame := image.NewPaletted(area, palette)
		for y := area.Min.Y; y < area.Max.Y; y++ {
			for x := area.Min.X; x < area.Max.X; x++ {
				switch dx, dy := x-area.Min.X-6, y-area.Min.Y-6; {
				case n == 0 && x+y > 20: // else nothing
					frame.SetColorIndex(x, y, 1)
				case n > 0 && dx*dx+dy*dy < 36:
					frame.SetColorIndex(x, y, uint8(2+n%2))
				}
			}
		}
		all.Image, all.Delay, all.Disposal = append(all.Image, frame), append(all.Delay, delay), append(all.Disposal, disposal)
	}
	var data bytes.Buffer
	if err := gif.EncodeAll(&data, &all); err != nil {
		t.Fatal(err)
	}
	return data.Bytes()
}

// byGIF2WebP is a GIF as another encoder has it.
func byGIF2WebP(t *testing.T, data []byte, options ...string) []byte {
	t.Helper()
	from := written(t, "from.gif", data)
	to := strings.TrimSuffix(from, ".gif") + ".webp"
	if said, err := exec.Command("gif2webp", append(options, "-quiet", from, "-o", to)...).CombinedOutput(); err != nil {
		t.Fatalf("gif2webp: %v: %s", err, said)
	}
	made, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	return made
}
