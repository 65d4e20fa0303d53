package engine

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

// twoPages is a PDF of a red page that is wide and a blue one that is high.
func twoPages() []byte {
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R>>",
		"<</Length 27>>stream\n1 0 0 rg 0 0 200 100 re f  \nendstream",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 200]/Contents 6 0 R>>",
		"<</Length 27>>stream\n0 0 1 rg 0 0 100 200 re f  \nendstream",
	}
	file := "%PDF-1.4\n"
	var at []int
	for i, object := range objects {
		at = append(at, len(file))
		file += fmt.Sprintf("%d 0 obj%s\nendobj\n", i+1, object)
	}
	table := len(file)
	file += fmt.Sprintf("xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, offset := range at {
		file += fmt.Sprintf("%010d 00000 n \n", offset)
	}
	return []byte(file + fmt.Sprintf("trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table))
}

// Pages have their own sizes, and are drawn as large as is asked.
func TestPagesOfAPDF(t *testing.T) {
	data := twoPages()
	seen, err := Inspect(data, transform.DefaultLimits)
	want := transform.Inspection{
		Source: transform.Source{Format: transform.PDF, Width: 200, Height: 100, Orientation: 1, Frames: 2},
		Facts:  transform.Facts{Pages: []transform.Size{{Width: 200, Height: 100}, {Width: 100, Height: 200}}},
	}
	if err != nil || seen.Source != want.Source || !slices.Equal(seen.Pages, want.Pages) || seen.Placeholder == "" {
		t.Fatalf("Inspect = %+v, %v, want %+v", seen, err, want)
	}
	second := seen.Source
	second.Page, second.Width, second.Height = 2, 100, 200
	red, blue := [4]int{255, 0, 0, 255}, [4]int{0, 0, 255, 255}
	for _, tt := range []struct {
		query string
		of    transform.Source
		size  transform.Size
		color [4]int
	}{
		{"fm=png", seen.Source, transform.Size{Width: 200, Height: 100}, red},
		{"w=1000&fm=png", seen.Source, transform.Size{Width: 1000, Height: 500}, red},
		{"w=50&page=2&fm=png", second, transform.Size{Width: 50, Height: 100}, blue},
		{"w=300&h=300&fit=crop&page=2&fm=png", second, transform.Size{Width: 300, Height: 300}, blue},
		{"w=300&h=100&fit=scale&page=2&fm=png", second, transform.Size{Width: 300, Height: 100}, blue},
		{"rect=10,10,50,50&w=90&fm=png", seen.Source, transform.Size{Width: 90, Height: 90}, red},
	} {
		req, err := transform.Parser{}.ParseQuery(tt.query)
		if err != nil {
			t.Fatal(err)
		}
		recipe, _ := req.Recipe.Resolve(tt.of, "", transform.AllFormats)
		plan, err := recipe.Plan(tt.of, transform.Found{}, transform.DefaultLimits)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Render(data, Layers{}, &plan)
		if err != nil {
			t.Fatalf("Render(%s) = %v", tt.query, err)
		}
		got := decodePicture(t, r.Body)
		if r.Size != tt.size || got.at(0.5, 0.5) != tt.color || got.at(0, 0) != tt.color || got.at(1, 1) != tt.color {
			t.Errorf("%s = %v, %v, want %v of %v", tt.query, r.Size, got.at(0.5, 0.5), tt.size, tt.color)
		}
	}
}

// A page or a frame that there is not is the client's mistake.
func TestPagesAreCounted(t *testing.T) {
	for query, s := range map[string]transform.Source{
		"page=3&fm=png":  {Format: transform.PDF, Width: 9, Height: 9, Orientation: 1, Frames: 2},
		"frame=4&fm=png": {Format: transform.GIF, Width: 9, Height: 9, Orientation: 1, Frames: 3},
	} {
		req, err := transform.Parser{}.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		recipe, _ := req.Recipe.Resolve(s, "", transform.AllFormats)
		_, err = recipe.Plan(s, transform.Found{}, transform.DefaultLimits)
		var bad *transform.ParamError
		if name, _, _ := strings.Cut(query, "="); !errors.As(err, &bad) || bad.Param != name {
			t.Errorf("Plan(%s) of %d = %v, want a ParamError of %s", query, s.Frames, err, name)
		}
	}
}
