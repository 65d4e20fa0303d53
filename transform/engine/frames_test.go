package engine

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// animation is an animated WebP of a few frames.
func animation(t *testing.T) []byte {
	t.Helper()
	params := vips.NewImportParams()
	params.NumPages.Set(5)
	img, err := vips.LoadImageFromBuffer(fixture(t, "iss634.gif"), params)
	if err != nil {
		t.Fatal(err)
	}
	defer img.Close()
	body, _, err := img.ExportWebp(vips.NewWebpExportParams())
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// The first of many frames is turned, cropped and shrunk like any still: the
// loader says of it that there are more, and cannot shrink them.
func TestFirstFramesAreLikeStills(t *testing.T) {
	for name, data := range map[string][]byte{"GIF": fixture(t, "iss634.gif"), "WebP": animation(t)} {
		still, _ := render(t, data, "fm=png")
		for _, query := range []string{"rot=90", "orient=6", "orient=5", "rot=45", "w=60", "w=20&h=10&fit=crop&crop=entropy", "w=30&rot=270&flip=h", "w=40&h=60&fit=fill&bg=fff", "blur=50", "sharp=20"} {
			got, _ := render(t, data, query+"&fm=png")
			want, _ := render(t, still.Body, query+"&fm=png")
			if d := distance(t, decodePicture(t, got.Body), decodePicture(t, want.Body)); d > 2 {
				t.Errorf("%s, %s: %.1f levels from the same of a still", name, query, d)
			}
		}
	}
}

// A frame that became a whole number of times as high is one image still, and not several.
func TestFramesOfAnimationsAreEnlarged(t *testing.T) {
	data := fixture(t, "iss634.gif")
	own := header(t, data)
	for _, query := range []string{"fm=png", "fm=webp", "fm=gif&frame=2", "fm=webp&rot=90", "fm=png&rot=3"} {
		query = fmt.Sprintf("w=%d&h=%d&fit=crop&enlarge=1&%s", 2*own.Width(), own.PageHeight(), query)
		req, err := transform.Parser{}.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		s, err := sourceOf(data)
		if err != nil {
			t.Fatal(err)
		}
		recipe, _ := req.Recipe.Resolve(s, "", transform.Writable)
		plan, err := recipe.Plan(s, transform.Found{}, transform.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		if r, err := Render(data, Layers{}, &plan); err != nil || r.Size != plan.Out {
			t.Errorf("Render(%s) = %v, %v, want %v", query, r.Size, err, plan.Out)
		}
	}
}

// A straightened image has no pixel of the background in it, with any fit.
func TestStraighteningShowsNoCorner(t *testing.T) {
	black := quarters(t, [4]int{0, 0, 0, 255}, [4]int{0, 0, 0, 255}, [4]int{0, 0, 0, 255}, [4]int{0, 0, 0, 255})
	for _, size := range []string{"", "w=100&", "w=50&h=50&fit=crop&", "w=90&h=31&fit=crop&", "w=60&h=60&fit=scale&", "w=31&h=17&fit=crop&crop=edges&"} {
		for _, angle := range []float64{0.5, 3, 10, 20, 33.3, 44, 46, 100, 181, 350} {
			query := fmt.Sprintf("%srot=%v&bg=f00&fm=png", size, angle)
			r, _ := render(t, black, query)
			p := decodePicture(t, r.Body)
			for i := 0; i < len(p.rgba); i += 4 {
				if p.rgba[i] > 8 || p.rgba[i+1] > 8 {
					t.Errorf("%s: pixel %d,%d is %v", query, i/4%p.width, i/4/p.width, p.rgba[i:i+4])
					break
				}
			}
		}
	}
}

// libheif says that all is well when libaom had no memory, and writes headers.
func TestAnAVIFWithoutAnImageIsNone(t *testing.T) {
	good, _ := render(t, fixture(t, "photo.jpg"), "w=50&fm=avif")
	at := bytes.Index(good.Body, []byte("mdat")) - 4
	empty := append(bytes.Clone(good.Body[:at]), 0, 0, 0, 8, 'm', 'd', 'a', 't')
	for name, test := range map[string]struct {
		file []byte
		want bool
	}{
		"a whole one": {good.Body, true}, "headers alone": {good.Body[:at], false}, "an empty mdat": {empty, false},
		"a cut one": {good.Body[:len(good.Body)-1], false}, "nothing": {nil, false},
	} {
		if got := wholeAVIF(test.file); got != test.want {
			t.Errorf("wholeAVIF(%s) = %v, want %v", name, got, test.want)
		}
	}
}

func TestASmallSVGThatUnpacksToAHugeOneIsRefused(t *testing.T) {
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	fmt.Fprint(z, `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">`)
	for range 30 {
		fmt.Fprint(z, strings.Repeat(" ", 1<<20))
	}
	fmt.Fprint(z, `</svg>`)
	z.Close()
	if _, err := Inspect(bomb.Bytes(), transform.DefaultLimits); !errors.Is(err, transform.ErrUndecodable) {
		t.Errorf("Inspect of %d bytes that unpack to 30 MiB = %v, want %v", bomb.Len(), err, transform.ErrUndecodable)
	}
}

func TestErrorsSayEverythingOnce(t *testing.T) {
	for in, want := range map[string]string{
		"bad seek to 5\nbad seek to 5\nheif: no\n\nbad seek to 5\nStack:\ngoroutine 1": "cannot: bad seek to 5; heif: no",
		"\nStack:\nx": "cannot: the decoder gives no reason",
	} {
		if got := vipsError(nil, "cannot", errors.New(in)).Error(); got != want {
			t.Errorf("vipsError(%q) = %q, want %q", in, got, want)
		}
	}
	err := vipsError(transform.ErrUndecodable, "decode", errors.New("vips_tracked: out of memory --- size == 63MB"))
	if !errors.Is(err, transform.ErrMemory) || errors.Is(err, transform.ErrUndecodable) {
		t.Errorf("vipsError of an allocation that failed = %v, want %v alone", err, transform.ErrMemory)
	}
}
