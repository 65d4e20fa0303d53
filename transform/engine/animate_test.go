package engine

import (
	"testing"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// film is an animation as it is seen: which picture from when on, in milliseconds.
type film struct {
	pictures []picture
	from     []int
	ends     int
	loop     int
}

// filmed plays a file.
func filmed(t *testing.T, data []byte) (f film) {
	t.Helper()
	s, err := sourceOf(data)
	if err != nil {
		t.Fatalf("Inspect: %v", err)
	}
	defer pinned(data)()
	reel, err := openReel(data, s, transform.DefaultLimits)
	if err != nil {
		t.Fatalf("openReel: %v", err)
	}
	defer reel.close()
	delays, loop := reel.timing()
	f.loop = loop
	for _, delay := range delays {
		img, err := reel.next()
		if err != nil {
			t.Fatalf("next: %v", err)
		}
		f.add(pixelsSeen(t, img), delay)
		img.Close()
	}
	return f
}

// add shows a picture at the end, for some milliseconds.
func (f *film) add(p picture, delay int) {
	if delay <= 10 { // which browsers show for a tenth of a second, and libvips writes so
		delay = 100
	}
	f.pictures = append(f.pictures, p)
	f.from = append(f.from, f.ends)
	f.ends += delay
}

// pixelsSeen is an image as it is seen where its profile is followed.
func pixelsSeen(t *testing.T, img *vips.ImageRef) picture {
	t.Helper()
	if err := toSpace(img, &transform.Plan{}); err != nil {
		t.Fatal(err)
	}
	return withAlpha(t, img)
}

// at is what is seen at a moment.
func (f film) at(ms int) picture {
	seen := f.pictures[0]
	for i, from := range f.from {
		if from <= ms {
			seen = f.pictures[i]
		}
	}
	return seen
}

// blinking is an APNG of a red, a green and a blue frame, the second of which covers a part and
// is taken away again.
func blinking(t *testing.T) []byte {
	t.Helper()
	plain := func(width, height int, r, g, b byte) []chunk {
		pixels := make([]byte, 0, 3*width*height)
		for range width * height {
			pixels = append(pixels, r, g, b)
		}
		img, err := vips.NewImageFromMemory(pixels, width, height, 3, vips.BandFormatUchar, vips.InterpretationSRGB)
		if err != nil {
			t.Fatal(err)
		}
		defer img.Close()
		body, err := save(img, "pngsave_buffer", "strip=true")
		if err != nil {
			t.Fatal(err)
		}
		all, _ := chunks(body)
		return all
	}
	control := func(n, width, height, x, y byte, delay, dispose byte) []byte {
		return []byte{0, 0, 0, n, 0, 0, 0, width, 0, 0, 0, height, 0, 0, 0, x, 0, 0, 0, y, 0, delay, 0, 100, dispose, blendSource}
	}
	pixels := func(all []chunk) (data []byte) {
		for _, c := range all {
			if c.kind == "IDAT" {
				data = append(data, c.data...)
			}
		}
		return data
	}
	red := plain(40, 30, 255, 0, 0)
	file := appendChunk([]byte(pngSignature), "IHDR", red[0].data)
	file = appendChunk(file, "acTL", []byte{0, 0, 0, 3, 0, 0, 0, 2})
	file = appendChunk(file, "fcTL", control(0, 40, 30, 0, 0, 10, disposeNone))
	file = appendChunk(file, "IDAT", pixels(red))
	file = appendChunk(file, "fcTL", control(1, 20, 10, 5, 5, 20, disposePrevious))
	file = appendChunk(file, "fdAT", append([]byte{0, 0, 0, 2}, pixels(plain(20, 10, 0, 255, 0))...))
	file = appendChunk(file, "fcTL", control(3, 10, 10, 30, 20, 30, disposeNone))
	file = appendChunk(file, "fdAT", append([]byte{0, 0, 0, 4}, pixels(plain(10, 10, 0, 0, 255))...))
	return appendChunk(file, "IEND", nil)
}

func TestAnAPNGIsPlayed(t *testing.T) {
	red, green, blue := [4]int{255, 0, 0, 255}, [4]int{0, 255, 0, 255}, [4]int{0, 0, 255, 255}
	f := filmed(t, blinking(t))
	if len(f.pictures) != 3 || f.ends != 600 || f.loop != 2 {
		t.Fatalf("%d frames of %d ms, looping %d, want 3 of 600, twice", len(f.pictures), f.ends, f.loop)
	}
	for i, want := range [][2][4]int{{red, red}, {green, red}, {red, blue}} {
		if got := [2][4]int{f.pictures[i].at(0.25, 0.3), f.pictures[i].at(0.9, 0.9)}; got != want {
			t.Errorf("frame %d has %v, want %v", i+1, got, want)
		}
	}
	for frame, want := range map[string][4]int{"1": red, "2": green, "3": red} {
		r, _ := render(t, blinking(t), "fm=png&frame="+frame)
		if got := decodePicture(t, r.Body).at(0.25, 0.3); got != want {
			t.Errorf("frame=%s has %v, want %v", frame, got, want)
		}
	}
}

func TestMotion(t *testing.T) {
	data := blinking(t)
	for _, tt := range []struct {
		query  string
		frames int
		delays []int
		loop   int
		first  [4]int // at a place that the second frame covers
	}{
		{"fm=webp&lossless=1", 3, []int{100, 200, 300}, 2, [4]int{255, 0, 0, 255}},
		{"fm=gif", 3, []int{100, 200, 300}, 2, [4]int{255, 0, 0, 255}},
		{"fm=webp&lossless=1&loop=0", 3, []int{100, 200, 300}, 0, [4]int{255, 0, 0, 255}},
		{"fm=gif&loop=7", 3, []int{100, 200, 300}, 7, [4]int{255, 0, 0, 255}},
		{"fm=webp&lossless=1&reverse=1&frame=0", 1, []int{100}, 0, [4]int{255, 0, 0, 255}},
		{"fm=webp&lossless=1&fps=5", 2, []int{300, 300}, 2, [4]int{255, 0, 0, 255}},
	} {
		r, _ := render(t, data, tt.query)
		f := filmed(t, r.Body)
		var delays []int
		for i, from := range f.from {
			end := f.ends
			if i+1 < len(f.from) {
				end = f.from[i+1]
			}
			delays = append(delays, end-from)
		}
		if len(f.pictures) != tt.frames || len(delays) != len(tt.delays) || f.pictures[0].at(0.25, 0.3) != tt.first {
			t.Errorf("%s: %d frames of %v ms, beginning with %v, want %d of %v and %v", tt.query, len(f.pictures), delays, f.pictures[0].at(0.25, 0.3), tt.frames, tt.delays, tt.first)
			continue
		}
		for i := range delays {
			if delays[i] != tt.delays[i] {
				t.Errorf("%s: delays %v, want %v", tt.query, delays, tt.delays)
			}
		}
		if tt.frames > 1 && f.loop != tt.loop {
			t.Errorf("%s: loops %d, want %d", tt.query, f.loop, tt.loop)
		}
	}
}

// What an animation is made into is done to each frame, the window being the same in all.
func TestAnimationsAreMade(t *testing.T) {
	data := fixture(t, "iss634.gif")
	for query, want := range map[string]transform.Size{
		"w=100&fm=gif":                                {Width: 100, Height: 100},
		"w=120&h=60&fit=crop&crop=edges&fm=webp":      {Width: 120, Height: 60},
		"w=120&h=60&fit=crop&crop=entropy&fm=gif":     {Width: 120, Height: 60},
		"w=100&rot=90&sat=-100&fm=webp":               {Width: 100, Height: 100},
		"w=100&pad=10&bg=red&border=3,blue&fm=gif":    {Width: 100, Height: 100},
		"w=80&h=60&fit=fill&fill=blur&fm=webp&blur=9": {Width: 80, Height: 60},
	} {
		r, plan := render(t, data, query)
		s, err := sourceOf(r.Body)
		if err != nil || s.Frames < 20 || s.Width != want.Width || s.Height != want.Height || plan.Out != want {
			t.Errorf("%s = %+v, %v, want 42 frames of %v, or less where some are equal", query, s, err, want)
		}
	}
}
