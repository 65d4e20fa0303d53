package engine

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"testing"

	"lightwell/transform"
)

// framed is a PNG of 120 x 80 whose border is of one colour, 10 pixels wide on the
// left, 20 at the top, 30 on the right and 15 at the bottom, around a chequered
// picture of 80 x 45. speckle are other pixels.
func framed(t testing.TB, ground color.Color, speckle map[image.Point]color.Color) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 120, 80))
	draw.Draw(img, img.Rect, image.NewUniform(ground), image.Point{}, draw.Src)
	for y := 20; y < 65; y++ {
		for x := 10; x < 90; x++ {
			c := color.NRGBA{200, 40, 40, 255}
			if (x/5+y/5)%2 == 0 {
				c = color.NRGBA{20, 90, 160, 255}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	for at, c := range speckle {
		img.Set(at.X, at.Y, c)
	}
	return encodePNG(t, img)
}

var (
	inner    = transform.Area{X: 10, Y: 20, Width: 80, Height: 45}
	offWhite = color.NRGBA{250, 250, 250, 255}
	clear    = color.NRGBA{}
)

// trimmed is the outcome of a query's trim, in a file that is turned upright by o.
func trimmed(t testing.TB, data []byte, query string, o int) transform.Area {
	t.Helper()
	s, err := sourceOf(data)
	if err != nil {
		t.Fatal(err)
	}
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		t.Fatalf("ParseQuery(%q): %v", query, err)
	}
	r, _ := req.Recipe.Resolve(s, "", transform.AllFormats)
	found, err := Search(data, s, transform.Search{Orientation: o, Trim: r.Trim}, transform.DefaultLimits)
	if err != nil {
		t.Fatalf("Search(%q): %v", query, err)
	}
	return found.Trimmed
}

func TestTrim(t *testing.T) {
	white := framed(t, color.White, nil)
	dirty := framed(t, color.White, map[image.Point]color.Color{{X: 3, Y: 70}: color.NRGBA{250, 252, 255, 255}})
	hollow := framed(t, clear, map[image.Point]color.Color{{X: 4, Y: 5}: color.NRGBA{90, 90, 90, 20}})
	whole := transform.Area{}
	tests := []struct {
		name  string
		data  []byte
		query string
		want  transform.Area
	}{
		{"color", white, "trim=color", inner},
		{"its own color", white, "trim=color&trim-color=white", inner},
		{"another color", white, "trim=color&trim-color=black", whole},
		{"a color near by", white, "trim=color&trim-color=fafafa&trim-tol=4", whole},
		{"a color within the tolerance", white, "trim=color&trim-color=fafafa&trim-tol=5", inner},
		{"a speckle", dirty, "trim=color", transform.Area{X: 3, Y: 20, Width: 87, Height: 51}},
		{"a speckle within the tolerance", dirty, "trim=color&trim-tol=5", inner},
		{"padding", white, "trim=color&trim-pad=6", transform.Area{X: 4, Y: 14, Width: 92, Height: 57}},
		{"padding over the edge", white, "trim=color&trim-pad=18", transform.Area{X: 0, Y: 2, Width: 108, Height: 78}},
		{"padding to the edges", white, "trim=color&trim-pad=30", whole},
		{"less than is left", white, "trim=color&trim-pad=-10", transform.Area{X: 20, Y: 30, Width: 60, Height: 25}},
		{"less than anything", white, "trim=color&trim-pad=-100", transform.Area{X: 50, Y: 42, Width: 1, Height: 1}},
		{"auto", white, "trim=auto", inner},
		{"auto with a speckle", dirty, "trim=auto", inner},
		{"auto without tolerance", dirty, "trim=auto&trim-sd=0&trim-md=0", transform.Area{X: 3, Y: 20, Width: 87, Height: 51}},
		{"auto with all tolerance", white, "trim=auto&trim-sd=255&trim-md=255", whole}, // nothing would be left
		{"auto around transparency", hollow, "trim=auto", inner},
		{"alpha", hollow, "trim=alpha", transform.Area{X: 4, Y: 5, Width: 86, Height: 60}},
		{"alpha up to a speckle's", hollow, "trim=alpha&trim-alpha=19", transform.Area{X: 4, Y: 5, Width: 86, Height: 60}},
		{"alpha over a speckle's", hollow, "trim=alpha&trim-alpha=20", inner},
		{"alpha of nothing", transparent(t), "trim=alpha&trim-alpha=255", whole},
		{"alpha where there is none", fixture(t, "photo.webp"), "trim=alpha", whole},
		{"color unless alpha", framed(t, offWhite, nil), "trim=colorunlessalpha", inner},
		{"alpha, not color", hollow, "trim=colorunlessalpha&trim-alpha=20", inner},
		{"a photograph", fixture(t, "photo.jpg"), "trim=auto&trim-sd=3", whole},
	}
	for _, tt := range tests {
		if got := trimmed(t, tt.data, tt.query, 1); got != tt.want {
			t.Errorf("%s: %q leaves %v, want %v", tt.name, tt.query, got, tt.want)
		}
	}
}

// What is found is where a viewer sees it; and the first pixel is that of the
// upright picture, wherever it is in the file.
func TestTrimIsUpright(t *testing.T) {
	// One pixel of the border is red. Where it is the first, nothing else is border;
	// where it is not, it is part of the picture.
	speckled := framed(t, color.White, map[image.Point]color.Color{{}: color.NRGBA{255, 0, 0, 255}})
	file := transform.Size{Width: 120, Height: 80}
	for o := 1; o <= 8; o++ {
		if got := trimmed(t, framed(t, color.White, nil), "trim=color", o); got.Stored(o, file) != inner {
			t.Errorf("orientation %d: what is left is %v in the file, want %v", o, got.Stored(o, file), inner)
		}
		want := transform.Area{X: 0, Y: 0, Width: 90, Height: 65}
		if o == 1 || o == 5 {
			want = transform.Area{}
		}
		if got := trimmed(t, speckled, "trim=color", o); got != (transform.Area{}) && got.Stored(o, file) != want || (got == transform.Area{}) != (want == transform.Area{}) {
			t.Errorf("orientation %d: beside a red pixel %v is left, want %v in the file", o, got, want)
		}
	}
}

// After trimming, the size asked for is that of what is left.
func TestTrimmedRendition(t *testing.T) {
	data := framed(t, color.White, nil)
	s, err := sourceOf(data)
	if err != nil {
		t.Fatal(err)
	}
	req, err := transform.Parser{}.ParseQuery("trim=color&w=40")
	if err != nil {
		t.Fatal(err)
	}
	r, _ := req.Recipe.Resolve(s, "", transform.AllFormats)
	var found transform.Found
	for _, search := range r.Searches(s) {
		one, err := Search(data, s, search, transform.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		found = found.Join(one)
	}
	plan, err := r.Plan(s, found, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	made, err := Render(data, Layers{}, &plan)
	if err != nil || made.Size != (transform.Size{Width: 40, Height: 23}) {
		t.Fatalf("Render = %v, %v, want 40 x 23", made.Size, err)
	}
	p := decodePicture(t, made.Body)
	for _, corner := range [][2]float64{{0, 0}, {0.999, 0}, {0, 0.999}, {0.999, 0.999}} {
		if c := p.at(corner[0], corner[1]); c[1] > 120 {
			t.Errorf("the corner %v is %v, so of the white border", corner, c)
		}
	}
}

// Nothing of a border is left where the loader shrinks, though its pixels are then
// of both.
func TestNoBorderIsLeftByShrinking(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 1601, 1203))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(img, image.Rect(13, 21, 1590, 1195), image.Black, image.Point{}, draw.Src)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	s := transform.Source{Format: transform.JPEG, Width: 1601, Height: 1203, Orientation: 1, Frames: 1}
	for _, trimmed := range []bool{true, false} {
		r := transform.Recipe{Width: 100, Format: transform.PNG}
		found := transform.Found{Trimmed: transform.Area{X: 13, Y: 21, Width: 1577, Height: 1174}}
		if !trimmed {
			found = transform.Found{}
			r.Rect = transform.Rect{X: transform.Position{Value: 13}, Y: transform.Position{Value: 21}, Width: 1577, Height: 1174}
		}
		plan, err := r.Plan(s, found, transform.DefaultLimits)
		if err != nil || plan.Shrink < 4 {
			t.Fatalf("Plan = shrink %d, %v", plan.Shrink, err)
		}
		made, err := Render(out.Bytes(), Layers{}, &plan)
		if err != nil {
			t.Fatal(err)
		}
		p := decodePicture(t, made.Body)
		brightest := 0
		for i := range 1000 {
			at := float64(i) / 1000
			for _, c := range [][4]int{p.at(at, 0), p.at(at, 0.999), p.at(0, at), p.at(0.999, at)} {
				brightest = max(brightest, c[0])
			}
		}
		if trimmed != (brightest < 6) {
			t.Errorf("trimmed %v: the brightest pixel of the rim is %d", trimmed, brightest)
		}
	}
}

// A file that ends in the middle is no border, and is not trimmed.
func TestSearchFailsOnTruncation(t *testing.T) {
	data := fixture(t, "photo.jpg")
	s, err := sourceOf(data)
	if err != nil {
		t.Fatal(err)
	}
	for _, search := range []transform.Search{
		{Orientation: 1, Trim: transform.Trim{Mode: transform.TrimColor}}, {Orientation: 1, Faces: true},
	} {
		if _, err := Search(data[:len(data)/2], s, search, transform.DefaultLimits); err == nil {
			t.Errorf("Search(%+v) of half a file found something", search)
		}
	}
	small := transform.DefaultLimits
	small.Pixels = 1000
	if _, err := Search(data, s, transform.Search{Orientation: 1, Faces: true}, small); err == nil {
		t.Error("Search of a file over the limits found something")
	}
}
