package engine

import (
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"

	"lightwell/transform"
	"lightwell/transform/ssimulacra2"
)

// photographs are those of the corpus, or the largest of testdata where there is none.
func photographs(t testing.TB) map[string][]byte {
	t.Helper()
	paths := []string{"../../testdata/photo.jpg"}
	if dir := os.Getenv("LIGHTWELL_CORPUS"); dir != "" {
		var err error
		if paths, err = filepath.Glob(filepath.Join(dir, "photos", "*")); err != nil || len(paths) == 0 {
			t.Fatalf("photographs in %s: %q, %v", dir, paths, err)
		}
	}
	all := map[string][]byte{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(path)] = data
	}
	return all
}

// levelQuality is what making a rendition from a level does to it.
type levelQuality struct {
	score     float64 // SSIMULACRA 2, less than that of the one made from the original, each encoded at q=75
	sharpness float64 // mean gradient, by that of the one made from the original, neither encoded
}

// levelQualityOf compares at one width; ok is false where no level serves it. The reference is made from the original,
// whose decoder shrinks nothing, and not encoded.
func levelQualityOf(t testing.TB, data []byte, in transform.Inspection, query string) (q levelQuality, ok bool) {
	t.Helper()
	exact := plannedOf(t, in.Source, query+"&fm=png")
	exact.Shrink = 1
	reference, err := Render(data, Layers{}, &exact)
	if err != nil {
		t.Fatal(err)
	}
	scorer, err := ssimulacra2.NewReference(decodePicture(t, reference.Body).nrgba())
	if err != nil {
		t.Fatal(err)
	}
	var scores, sharp [2]float64
	for i, fm := range []string{"&fm=jpg&q=75", "&fm=png"} {
		plan := plannedOf(t, in.Source, query+fm)
		direct, err := Render(data, Layers{}, &plan)
		if err != nil {
			t.Fatal(err)
		}
		leveled, ok := fromLevel(t, plan, in.LevelFiles)
		if !ok {
			return q, false
		}
		for j, made := range [2]transform.Rendition{direct, leveled} {
			p := decodePicture(t, made.Body)
			if i == 1 {
				sharp[j] = p.gradient()
			} else if scores[j], err = scorer.Score(p.nrgba()); err != nil {
				t.Fatal(err)
			}
		}
	}
	return levelQuality{scores[0] - scores[1], sharp[1] / sharp[0]}, true
}

// nrgba is the same picture for the standard library, which shares its pixels.
func (p picture) nrgba() *image.NRGBA {
	return &image.NRGBA{Pix: p.rgba, Stride: 4 * p.width, Rect: image.Rect(0, 0, p.width, p.height)}
}

// gradient is the mean of how far luma changes from one pixel to the next.
func (p picture) gradient() (mean float64) {
	y := luma(p)
	n := 0
	for i := range y.at[:len(y.at)-y.width] {
		if i%y.width == y.width-1 {
			continue
		}
		mean += math.Hypot(y.at[i+1]-y.at[i], y.at[i+y.width]-y.at[i])
		n++
	}
	return mean / float64(n)
}

// manyPictures is of how many renditions a mean says something of pictures in general: there are fewer without the corpus.
const manyPictures = 30

// A rendition made from a level is as good as the one made from the original: within 2.5 points of SSIMULACRA 2, once it
// is encoded, and nearly as sharp; in the mean of many, within a point and 2 %.
func TestLevelScores(t *testing.T) {
	var all []levelQuality
	for name, data := range photographs(t) {
		in, err := Inspect(data, transform.DefaultLimits, transform.DefaultLevels...)
		if err != nil {
			t.Fatal(err)
		}
		for _, query := range []string{"w=200", "w=400", "w=800"} {
			q, ok := levelQualityOf(t, data, in, query)
			if !ok {
				continue
			}
			t.Logf("%s, %s: %+.2f points, gradient x %.3f", name, query, -q.score, q.sharpness)
			if q.score > 2.5 || math.Abs(q.sharpness-1) > 0.1 {
				t.Errorf("%s, %s: %.2f points less than from the original and gradients x %.3f, want at most 2.5, and 0.9 to 1.1", name, query, q.score, q.sharpness)
			}
			all = append(all, q)
		}
	}
	score, sharpness := 0.0, 0.0
	for _, q := range all {
		score += q.score / float64(len(all))
		sharpness += math.Log(q.sharpness) / float64(len(all))
	}
	t.Logf("mean: %+.2f points, gradient x %.3f, of %d", -score, math.Exp(sharpness), len(all))
	if len(all) == 0 {
		t.Fatal("no rendition was compared")
	}
	if len(all) >= manyPictures && (score > 1 || math.Abs(sharpness) > 0.02) {
		t.Errorf("in the mean %.2f points less, and gradients x %.3f; want at most 1, and 0.98 to 1.02", score, math.Exp(sharpness))
	}
}
