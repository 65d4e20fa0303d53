package engine

import (
	"bytes"
	"errors"
	"fmt"
	"testing"

	"lightwell/transform"
)

var outputs = map[string]transform.Format{
	"jpg": transform.JPEG, "pjpg": transform.JPEG, "png": transform.PNG,
	"webp": transform.WebP, "avif": transform.AVIF, "gif": transform.GIF,
}

func TestEveryFormatIntoEveryFormat(t *testing.T) {
	for name := range fixtures {
		data := fixture(t, name)
		for fm, want := range outputs {
			r, _ := render(t, data, "w=120&h=120&fit=crop&fm="+fm)
			if got := transform.Sniff(r.Body); got != want {
				t.Errorf("%s as %s begins like %q, want %q", name, fm, got, want)
			}
		}
	}
}

// The copies of one photograph in many formats and colour spaces must come out
// alike: at most 1.8 levels off. Without the conversion from Display P3 and Adobe
// RGB those are 5.5 and 8.1.
func TestCopiesOfAPhotographComeOutAlike(t *testing.T) {
	want, _ := render(t, fixture(t, "photo.jpg"), "w=300&h=200&fit=scale&fm=png")
	reference := decodePicture(t, want.Body)
	for _, name := range []string{
		"photo-p3.jpg", "photo-adobergb.jpg", "photo.heic", "photo.tif", "photo.jxl", "photo.webp", "photo.avif",
	} {
		got, _ := render(t, fixture(t, name), "w=300&h=200&fit=scale&fm=png")
		if d := distance(t, reference, decodePicture(t, got.Body)); d > 3 {
			t.Errorf("%s is %.1f levels off, want at most 3", name, d)
		} else {
			t.Logf("%s is %.1f levels off", name, d)
		}
	}
}

// A position or a name in the original's metadata must not be published.
func TestNoMetadataInAnyRendition(t *testing.T) {
	data := withEXIF(t, fixture(t, "photo.jpg"), 1)
	for _, secret := range []string{"Ashim", "LIGHTWELL-SECRET", "ICC_PROFILE"} {
		if !bytes.Contains(data, []byte(secret)) {
			t.Fatalf("the fixture has no %q to lose", secret)
		}
	}
	for fm := range outputs {
		r, _ := render(t, data, "w=100&fm="+fm)
		for _, secret := range []string{"Ashim", "LIGHTWELL-SECRET", "ICC_PROFILE", "Exif", "EXIF", "XMP", "ns.adobe.com", "iCCP", "ICCP"} {
			if bytes.Contains(r.Body, []byte(secret)) {
				t.Errorf("a rendition as %s contains %q", fm, secret)
			}
		}
	}
}

// The four quarters of an image in distinct colours, in stored order, and where
// EXIF 2.32 (tag 0x0112) puts them when the image is shown upright.
func TestEXIFOrientationsComeOutUpright(t *testing.T) {
	red, green, blue, white := [4]int{255, 0, 0, 255}, [4]int{0, 255, 0, 255}, [4]int{0, 0, 255, 255}, [4]int{255, 255, 255, 255}
	stored := quarters(t, red, green, blue, white)    // red top left, green top right, blue bottom left
	for orientation, want := range map[int][4][4]int{ // top left, top right, bottom left, bottom right
		1: {red, green, blue, white},
		2: {green, red, white, blue},
		3: {white, blue, green, red},
		4: {blue, white, red, green},
		5: {red, blue, green, white},
		6: {blue, red, white, green},
		7: {white, green, blue, red},
		8: {green, white, red, blue},
	} {
		for _, query := range []string{"w=60&fm=png", "w=40&h=40&fit=crop&fm=png", "fm=png"} {
			r, _ := render(t, withEXIF(t, stored, orientation), query)
			p := decodePicture(t, r.Body)
			got := [4][4]int{p.at(.25, .25), p.at(.75, .25), p.at(.25, .75), p.at(.75, .75)}
			for i := range got {
				if !near(got[i], want[i], 40) {
					t.Errorf("orientation %d, %s: quarters are %v, want %v", orientation, query, got, want)
					break
				}
			}
			if query == "fm=png" && (p.width > p.height) == (orientation >= 5) {
				t.Errorf("orientation %d comes out %d x %d", orientation, p.width, p.height)
			}
		}
	}
}

// rect is in upright pixels: the same quarter is cut, however it is stored.
func TestRectIsInUprightCoordinates(t *testing.T) {
	red, green, blue, white := [4]int{255, 0, 0, 255}, [4]int{0, 255, 0, 255}, [4]int{0, 0, 255, 255}, [4]int{255, 255, 255, 255}
	stored := quarters(t, red, green, blue, white)
	for orientation, want := range map[int][4]int{1: red, 2: green, 3: white, 4: blue, 5: red, 6: blue, 7: white, 8: green} {
		r, _ := render(t, withEXIF(t, stored, orientation), "rect=8,8,24,24&fm=png")
		if got := decodePicture(t, r.Body).at(.5, .5); !near(got, want, 40) {
			t.Errorf("orientation %d: the top left is %v, want %v", orientation, got, want)
		}
	}
}

func TestCropKeepsTheSideAskedFor(t *testing.T) {
	red, green, blue, white := [4]int{255, 0, 0, 255}, [4]int{0, 255, 0, 255}, [4]int{0, 0, 255, 255}, [4]int{255, 255, 255, 255}
	stored := quarters(t, red, green, blue, white) // 160 x 120
	for query, want := range map[string][4]int{
		"w=40&h=120&fit=crop&crop=left":                             red,
		"w=40&h=120&fit=crop&crop=right":                            green,
		"w=160&h=30&fit=crop&crop=bottom":                           blue,
		"w=60&h=60&fit=crop&crop=focalpoint&fp-x=.9&fp-y=.9&fp-z=2": white,
		"rect=right,bottom,60,40":                                   white,
		"rect=0.6,0.1,40,30":                                        green,
		"flip=h":                                                    green,
		"flip=v":                                                    blue,
		"flip=hv":                                                   white,
		"rot=90":                                                    blue,
		"rot=180":                                                   white,
		"rot=270":                                                   green,
		"orient=6":                                                  blue,
	} {
		r, _ := render(t, stored, query+"&fm=png")
		if got := decodePicture(t, r.Body).at(.2, .2); !near(got, want, 40) {
			t.Errorf("%s: the top left is %v, want %v", query, got, want)
		}
	}
}

func TestPaddingBackgroundAndTransparency(t *testing.T) {
	opaque := quarters(t, [4]int{0, 0, 0, 255}, [4]int{0, 0, 0, 255}, [4]int{0, 0, 0, 255}, [4]int{0, 0, 0, 255})
	clear := transparent(t)
	for _, test := range []struct {
		name  string
		data  []byte
		query string
		x, y  float64
		want  [4]int
	}{
		{"padding is white", opaque, "w=100&h=200&fit=fill&fm=png", .5, .05, [4]int{255, 255, 255, 255}},
		{"padding is bg", opaque, "w=100&h=200&fit=fill&bg=00f&fm=png", .5, .05, [4]int{0, 0, 255, 255}},
		{"padding is translucent bg", opaque, "w=100&h=200&fit=fill&bg=8000ff00&fm=png", .5, .05, [4]int{0, 255, 0, 128}},
		{"translucent bg on JPEG is over white", opaque, "w=100&h=200&fit=fill&bg=80000000&fm=jpg", .5, .05, [4]int{127, 127, 127, 255}},
		{"clamp repeats the edge", opaque, "w=100&h=200&fit=clamp&fm=png", .5, .05, [4]int{0, 0, 0, 255}},
		{"padding of the transparent is transparent", clear, "w=100&h=200&fit=fill&fm=png", .5, .05, [4]int{255, 255, 255, 0}},
		{"transparency is kept", clear, "w=20&fm=webp", .1, .1, [4]int{0, 0, 0, 0}},
		{"transparency on JPEG is white", clear, "w=20&fm=jpg", .1, .1, [4]int{255, 255, 255, 255}},
		{"transparency on bg", clear, "w=20&fm=png&bg=f00", .1, .1, [4]int{255, 0, 0, 255}},
		{"transparency on translucent bg", clear, "w=20&fm=png&bg=80ff0000", .1, .1, [4]int{255, 0, 0, 128}},
		{"corners of a turned image", opaque, "rot=45&rot-type=pivot&fm=png&bg=0f0", .02, .02, [4]int{0, 255, 0, 255}},
		{"corners of a turned transparent image", clear, "rot=45&rot-type=pivot&fm=png", .02, .02, [4]int{0, 0, 0, 0}},
		{"no corners when straightened", opaque, "rot=10&fm=png", .01, .01, [4]int{0, 0, 0, 255}},
	} {
		r, _ := render(t, test.data, test.query)
		got := decodePicture(t, r.Body).at(test.x, test.y)
		if got[3] == 0 && test.want[3] == 0 {
			continue // what is under full transparency does not matter
		}
		if !near(got, test.want, 6) {
			t.Errorf("%s (%s): got %v, want %v", test.name, test.query, got, test.want)
		}
	}
}

// What lies under transparent pixels must not bleed into their neighbours: a
// white shape on transparent black has no dark rim.
func TestResizingKeepsEdgesOfTransparencyClean(t *testing.T) {
	r, _ := render(t, transparent(t), "w=13&fm=png")
	p := decodePicture(t, r.Body)
	for i := 0; i < len(p.rgba); i += 4 {
		if p.rgba[i+3] > 16 && p.rgba[i] < 235 {
			t.Errorf("pixel %d is %v, want white wherever it shows", i/4, p.rgba[i:i+4])
		}
	}
}

func TestBlurAndSharpen(t *testing.T) {
	data := fixture(t, "photo.jpg")
	plain, _ := render(t, data, "w=300&fm=png")
	detail := func(body []byte) float64 { // mean step between neighbours
		p := decodePicture(t, body)
		sum := 0.0
		for i := 4; i < len(p.rgba); i += 4 {
			sum += float64(abs(int(p.rgba[i+1]) - int(p.rgba[i-3])))
		}
		return sum / float64(len(p.rgba)/4)
	}
	last := detail(plain.Body)
	for _, blur := range []int{5, 20, 100, 400, 2000} {
		r, _ := render(t, data, fmt.Sprintf("w=300&fm=png&blur=%d", blur))
		if d := detail(r.Body); d >= last {
			t.Errorf("blur=%d leaves %.2f of detail, want less than the %.2f of the blur before", blur, d, last)
		} else {
			last = d
		}
	}
	sharp, _ := render(t, data, "w=300&fm=png&sharp=30")
	if d, was := detail(sharp.Body), detail(plain.Body); d <= was {
		t.Errorf("sharp=30 leaves %.2f of detail, want more than %.2f", d, was)
	}
}

func TestSmartCrops(t *testing.T) {
	for _, crop := range []string{"entropy", "edges"} {
		for _, size := range []string{"w=300&h=100", "w=100&h=300"} {
			render(t, fixture(t, "photo.jpg"), size+"&fit=crop&fm=jpg&crop="+crop)
		}
	}
	// All that there is to see is at one end.
	for _, crop := range []string{"entropy", "edges"} {
		r, _ := render(t, busyEnd(t), "w=60&h=60&fit=crop&fm=png&crop="+crop)
		if p := decodePicture(t, r.Body); near(p.at(.5, .5), p.at(.9, .9), 3) && near(p.at(.5, .5), p.at(.55, .6), 3) {
			t.Errorf("crop=%s kept the empty end", crop)
		}
	}
}

func TestEqualPlansMakeEqualBytes(t *testing.T) {
	for fm := range outputs {
		a, plan := render(t, fixture(t, "photo.jpg"), "w=200&h=200&fit=crop&crop=edges&fm="+fm)
		b, err := Render(fixture(t, "photo.jpg"), Layers{}, &plan)
		if err != nil || !bytes.Equal(a.Body, b.Body) {
			t.Errorf("the same plan as %s made %d and %d bytes that differ (%v)", fm, len(a.Body), len(b.Body), err)
		}
	}
}

func TestSVGIsDrawnAtTheSizeAskedFor(t *testing.T) {
	drawn, _ := render(t, fixture(t, "logo.svg"), "w=1600&enlarge=1&fm=png")
	small, _ := render(t, fixture(t, "logo.svg"), "w=100&fm=png")
	if len(drawn.Body) < 2*len(small.Body) {
		t.Errorf("drawn at 1600 px it has %d bytes, at 100 px %d", len(drawn.Body), len(small.Body))
	}
	whole := decodePicture(t, drawn.Body)
	part, _ := render(t, fixture(t, "logo.svg"), "rect=50,50,100,100&w=800&enlarge=1&fm=png")
	if got, want := decodePicture(t, part.Body).at(.5, .5), whole.at(.5, .5); !near(got, want, 8) {
		t.Errorf("the middle of the middle is %v, want %v", got, want)
	}
}

func TestASourceThatIsNotWhatThePlanSaysIsRefused(t *testing.T) {
	_, plan := render(t, fixture(t, "photo.webp"), "w=100&fm=jpg")
	plan.Source.Width++
	plan.Source.Height += 8
	if _, err := Render(fixture(t, "photo.webp"), Layers{}, &plan); !errors.Is(err, transform.ErrUndecodable) {
		t.Errorf("Render = %v, want %v", err, transform.ErrUndecodable)
	}
}

// What is delivered as the original of an SVG looks like it.
func TestASanitizedSVGLooksTheSame(t *testing.T) {
	data := fixture(t, "logo.svg")
	source, err := sourceOf(data)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := transform.SanitizedSVG.Plan(source, transform.Found{}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	clean, err := Render(data, Layers{}, &plan)
	if err != nil || transform.Sniff(clean.Body) != transform.SVG || clean.Size != source.Upright() {
		t.Fatalf("Render = %.60q, %v, %v", clean.Body, clean.Size, err)
	}
	was, _ := render(t, data, "w=400&enlarge=1&fm=png")
	is, _ := render(t, clean.Body, "w=400&enlarge=1&fm=png")
	if d := distance(t, decodePicture(t, was.Body), decodePicture(t, is.Body)); d > 0.1 {
		t.Errorf("it is %.2f levels off", d)
	}
}
