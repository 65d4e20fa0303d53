package engine

import (
	"crypto/sha256"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

func TestMain(m *testing.M) {
	if err := Start(func(_, _ string) {}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(m.Run())
}

// fixtures are the files of testdata, one or more of each format.
var fixtures = map[string]transform.Source{
	"photo.jpg":          {Format: transform.JPEG, Width: 3072, Height: 2048, Orientation: 1, Frames: 1},
	"photo-p3.jpg":       {Format: transform.JPEG, Width: 1600, Height: 1067, Orientation: 1, Frames: 1},
	"photo-adobergb.jpg": {Format: transform.JPEG, Width: 1600, Height: 1067, Orientation: 1, Frames: 1},
	"cmyk.jpg":           {Format: transform.JPEG, Width: 150, Height: 103, Orientation: 1, Frames: 1},
	"photo.heic":         {Format: transform.HEIC, Width: 1600, Height: 1067, Orientation: 1, Frames: 1},
	"photo.tif":          {Format: transform.TIFF, Width: 700, Height: 467, Orientation: 1, Frames: 1},
	"photo.jxl":          {Format: transform.JXL, Width: 1600, Height: 1067, Orientation: 1, Frames: 1},
	"photo.webp":         {Format: transform.WebP, Width: 1600, Height: 1067, Orientation: 1, Frames: 1},
	"photo.avif":         {Format: transform.AVIF, Width: 1600, Height: 1067, Orientation: 1, Frames: 1},
	"basn6a08.png":       {Format: transform.PNG, Width: 32, Height: 32, Orientation: 1, Frames: 1, Alpha: true},
	"basn2c16.png":       {Format: transform.PNG, Width: 32, Height: 32, Orientation: 1, Frames: 1, Depth: 16},
	"iss634.gif":         {Format: transform.GIF, Width: 245, Height: 245, Orientation: 1, Frames: 42, Alpha: true},
	"lossy-alpha.webp":   {Format: transform.WebP, Width: 100, Height: 100, Orientation: 1, Frames: 1, Alpha: true},
	"alpha-irot.avif":    {Format: transform.AVIF, Width: 256, Height: 512, Orientation: 1, Frames: 1, Alpha: true},
	"logo.svg":           {Format: transform.SVG, Width: 200, Height: 200, Orientation: 1, Frames: 1, Alpha: true},
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// sourceOf is what planning needs of a file. One that is rendered in many ways is inspected once, since that decodes
// all of it.
func sourceOf(data []byte) (transform.Source, error) {
	sum := sha256.Sum256(data)
	known, ok := inspected[sum]
	if !ok {
		seen, err := Inspect(data, transform.DefaultLimits)
		known = inspection{seen.Source, err}
		inspected[sum] = known
	}
	return known.source, known.err
}

type inspection struct {
	source transform.Source
	err    error
}

var inspected = map[[sha256.Size]byte]inspection{}

// planned is what a query asks of a file.
func planned(t testing.TB, data []byte, query string) transform.Plan {
	t.Helper()
	source, err := sourceOf(data)
	if err != nil {
		t.Fatalf("Inspect: %v", err)
	}
	return plannedOf(t, source, query)
}

// plannedOf is the same of a source.
func plannedOf(t testing.TB, source transform.Source, query string) transform.Plan {
	t.Helper()
	req, err := transform.Parser{}.ParseQuery(query)
	if err != nil {
		t.Fatalf("ParseQuery(%q): %v", query, err)
	}
	recipe, _ := req.Recipe.Resolve(source, "", transform.AllFormats)
	plan, err := recipe.Plan(source, transform.Found{}, transform.DefaultLimits)
	if err != nil {
		t.Fatalf("Plan(%q): %v", query, err)
	}
	return plan
}

// render makes the rendition that a query asks for.
func render(t testing.TB, data []byte, query string) (transform.Rendition, transform.Plan) {
	t.Helper()
	plan := planned(t, data, query)
	r, err := Render(data, Layers{}, &plan)
	if err != nil {
		t.Fatalf("Render(%q): %v", query, err)
	}
	if r.Size != plan.Out {
		t.Errorf("Render(%q) = %v, want %v as planned", query, r.Size, plan.Out)
	}
	return r, plan
}

// picture is an image's pixels as 8-bit sRGB with alpha.
type picture struct {
	width, height int
	rgba          []byte
}

func decodePicture(t testing.TB, encoded []byte) picture {
	t.Helper()
	img, err := vips.NewImageFromBuffer(encoded)
	if err != nil {
		t.Fatalf("decode a rendition: %v", err)
	}
	defer img.Close()
	if err := img.ToColorSpace(vips.InterpretationSRGB); err != nil {
		t.Fatal(err)
	}
	return withAlpha(t, img)
}

// withAlpha is the pixels of an image in sRGB.
func withAlpha(t testing.TB, img *vips.ImageRef) picture {
	t.Helper()
	if err := img.AddAlpha(); err != nil {
		t.Fatal(err)
	}
	pixels, err := img.ToBytes()
	if err != nil {
		t.Fatal(err)
	}
	return picture{img.Width(), img.Height(), pixels}
}

// at is the pixel at a part of the sides.
func (p picture) at(x, y float64) [4]int {
	px, py := int(x*float64(p.width)), int(y*float64(p.height))
	i := 4 * (min(py, p.height-1)*p.width + min(px, p.width-1))
	return [4]int{int(p.rgba[i]), int(p.rgba[i+1]), int(p.rgba[i+2]), int(p.rgba[i+3])}
}

// near allows for lossy encoding.
func near(a, b [4]int, tolerance int) bool {
	for i := range a {
		if abs(a[i]-b[i]) > tolerance {
			return false
		}
	}
	return true
}

// distance is the root mean square difference of two pictures, in levels of 255.
func distance(t testing.TB, a, b picture) float64 {
	t.Helper()
	if a.width != b.width || a.height != b.height {
		t.Fatalf("sizes differ: %d x %d and %d x %d", a.width, a.height, b.width, b.height)
	}
	sum := 0.0
	for i := range a.rgba {
		d := float64(a.rgba[i]) - float64(b.rgba[i])
		sum += d * d
	}
	return math.Sqrt(sum / float64(len(a.rgba)))
}
