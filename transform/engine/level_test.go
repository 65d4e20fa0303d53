package engine

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"lightwell/transform"
)

// smallEdges are edges of levels that small files have, too.
var smallEdges = []int{512, 256, 128, 64}

// leveled makes the levels of a file, however many bytes they have.
func leveled(t *testing.T, data []byte, edges ...int) (s transform.Source, files []transform.LevelFile) {
	t.Helper()
	img, err := open(data, opening{format: transform.Sniff(data)}, transform.DefaultLimits)
	if err != nil {
		return s, nil // what cannot be read is others' business
	}
	defer img.Close()
	if s, err = sourceOf(data); err != nil || img.GetString(cicpField) != "" {
		return s, nil
	}
	files, err = reduce(img, s, s.Levels(edges), math.MaxInt)
	if err != nil {
		t.Fatalf("reduce: %v", err)
	}
	return s, files
}

// fromLevel renders what a plan says from the level that serves it; ok is false where there is none.
func fromLevel(t testing.TB, plan transform.Plan, files []transform.LevelFile) (r transform.Rendition, ok bool) {
	t.Helper()
	var levels []transform.Level
	for _, file := range files {
		levels = append(levels, file.Level)
	}
	level, ok := plan.Level(levels)
	if !ok {
		return r, false
	}
	for _, file := range files {
		if file.Level != level {
			continue
		}
		from := plan.From(level)
		r, err := Render(file.Body, Layers{}, &from)
		if err != nil || r.Size != plan.Out {
			t.Fatalf("Render of level %v = %v, %v, want %v", level, r.Size, err, plan.Out)
		}
		return r, true
	}
	return r, false
}

// Renditions made from a level look like those made from the original, whatever the original is: turned, with a profile,
// of inks, grey, with transparency; cut, turned and cropped.
func TestLevelsLookLikeOriginals(t *testing.T) {
	compared := 0
	for _, path := range formatFiles(t) {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(path), func(t *testing.T) {
			s, files := leveled(t, data, smallEdges...)
			for _, file := range files {
				if file.Format != transform.JPEG && file.Format != transform.TIFF || max(file.Width, file.Height) != file.Edge || file.Bytes != int64(len(file.Body)) {
					t.Fatalf("level %+v with %d bytes", file.Level, len(file.Body))
				}
			}
			if len(files) == 0 {
				return
			}
			upright := s.Upright()
			for _, query := range []string{
				"w=50", "w=40&h=40&fit=crop&rot=90&flip=h", "w=100&rot=7", "w=50&cs=p3",
				fmt.Sprintf("w=30&rect=%d,%d,%d,%d", upright.Width/3, upright.Height/4, upright.Width/2, upright.Height/2),
			} {
				plan := planned(t, data, query+"&fm=png")
				got, ok := fromLevel(t, plan, files)
				if !ok {
					continue
				}
				compared++
				want, err := Render(data, Layers{}, &plan)
				if err != nil {
					t.Fatal(err)
				}
				d := perceive(decodePicture(t, got.Body), decodePicture(t, want.Body))
				if most := (perceived{4, 14}); !d.within(most) {
					t.Errorf("%s: %+v from the one made from the original, want %+v at most", query, d, most)
				}
			}
		})
	}
	least := 40 // of the fixtures
	if os.Getenv("LIGHTWELL_CORPUS") != "" {
		least = 100
	}
	if compared < least {
		t.Errorf("only %d renditions were compared, want %d", compared, least)
	}
}

// A level says nothing but what its pixels and its profile say.
func TestLevelsSayNothing(t *testing.T) {
	data := labelledPhoto(t)
	_, files := leveled(t, data, 512)
	if len(files) != 1 {
		t.Fatalf("%d levels, want one", len(files))
	}
	for _, secret := range []string{"Anna", "rights", "Camera", "home", "view", "GPS", "Exif"} {
		if strings.Contains(string(files[0].Body), secret) {
			t.Errorf("the level says %q", secret)
		}
	}
	_, files = leveled(t, fixture(t, "photo-p3.jpg"), 512)
	if got, want := profile(t, files[0].Body), profile(t, fixture(t, "photo-p3.jpg")); string(got) != string(want) {
		t.Errorf("the level has a profile of %d bytes, want that of the original", len(got))
	}
}

// No level has over half the original's bytes; one that would is said to have no file.
func TestLevelsAreWorthTheirBytes(t *testing.T) {
	data := fixture(t, "photo.jpg")
	in, err := Inspect(data, transform.DefaultLimits, transform.DefaultLevels...)
	if err != nil {
		t.Fatal(err)
	}
	if len(in.Levels) != 3 || len(in.LevelFiles) != 3 || in.Levels[0].Edge != 2048 {
		t.Fatalf("levels %+v", in.Levels)
	}
	for _, file := range in.LevelFiles {
		if file.Format == transform.NoFormat || len(file.Body) > len(data)/2 {
			t.Errorf("level %v has %d bytes of %d", file.Level, len(file.Body), len(data))
		}
	}
	poor, _ := render(t, data, "w=1000&q=5&fm=jpg")
	in, err = Inspect(poor.Body, transform.DefaultLimits, 512)
	if err != nil || len(in.Levels) != 1 || in.Levels[0] != (transform.Level{Edge: 512}) || in.LevelFiles[0].Body != nil {
		t.Errorf("a picture of few bytes: %+v, %v, want a level without a file", in.Levels, err)
	}
}

// What is known of a picture is the same with levels and without, but for what the resampler makes of colours.
func TestFactsWithLevels(t *testing.T) {
	for _, name := range []string{"photo.jpg", "photo.heic", "photo-p3.jpg"} {
		without, err := Inspect(fixture(t, name), transform.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		with, err := Inspect(fixture(t, name), transform.DefaultLimits, 1024)
		if err != nil {
			t.Fatal(err)
		}
		if len(with.Levels) != 1 || with.Source != without.Source || len(with.Palette) != len(without.Palette) || len(with.BlurHash) != len(without.BlurHash) {
			t.Errorf("%s: %+v with levels, %+v without", name, with, without)
		}
		a, b := ninths(shown(t, with.Placeholder)), ninths(shown(t, without.Placeholder))
		for i := range a {
			for c := range a[i] {
				if off := a[i][c] - b[i][c]; off < -12 || off > 12 {
					t.Errorf("%s: the placeholders' colours %v and %v", name, a, b)
				}
			}
		}
	}
}

// A file that ends early is refused with levels as without.
func TestLevelsOfTruncatedFiles(t *testing.T) {
	for _, name := range []string{"photo.jpg", "photo.webp", "photo.heic", "photo.tif", "photo.jxl", "photo.avif"} {
		data := fixture(t, name)
		_, without := Inspect(data[:len(data)*2/3], transform.DefaultLimits)
		_, with := Inspect(data[:len(data)*2/3], transform.DefaultLimits, 64, 512, 1024)
		if !errors.Is(with, transform.ErrUndecodable) || !errors.Is(without, transform.ErrUndecodable) {
			t.Errorf("%s, cut: %v with levels, %v without", name, with, without)
		}
	}
}
