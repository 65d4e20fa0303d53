package pool

import (
	"bytes"
	"context"
	"errors"
	"os"
	"testing"

	"lightwell/transform"
)

// A mark comes as a second file, and a task has neither more nor fewer than it needs.
func TestRenderWithAMark(t *testing.T) {
	p := start(t, nil)
	photo := transform.Source{Format: transform.JPEG, Width: 3072, Height: 2048, Orientation: 1, Frames: 1}
	logo := transform.Source{Format: transform.SVG, Width: 200, Height: 200, Orientation: 1, Frames: 1, Alpha: true}
	req, err := transform.Parser{}.ParseQuery("w=100&mark=logo&mark-w=0.5&fm=png")
	if err != nil {
		t.Fatal(err)
	}
	marked, err := req.Recipe.Plan(photo, transform.Found{Mark: logo}, transform.DefaultLimits)
	if err != nil {
		t.Fatal(err)
	}
	plain := plan(t, "w=100&fm=png")
	files := []*os.File{source(t, "photo.jpg"), source(t, "logo.svg")}
	var bodies [][]byte
	for _, tt := range []struct {
		plan  transform.Plan
		files []*os.File
		good  bool
	}{
		{plain, files[:1], true}, {marked, files, true}, {plain, files, false}, {marked, files[:1], false}, {plain, nil, false}, {marked, files[:2], true},
	} {
		for _, render := range []func(context.Context, []*os.File, transform.Plan) (transform.Rendition, error){p.Render, Background{p}.Render} {
			r, err := render(context.Background(), tt.files, tt.plan)
			if (err == nil) != tt.good || tt.good && r.Size != (transform.Size{Width: 100, Height: 67}) {
				t.Errorf("a plan with mark %v of %d files = %v, %v", tt.plan.Mark != nil, len(tt.files), r.Size, err)
			}
			if tt.good {
				bodies = append(bodies, r.Body)
			}
		}
	}
	if bytes.Equal(bodies[0], bodies[2]) || !bytes.Equal(bodies[2], bodies[3]) || !bytes.Equal(bodies[2], bodies[4]) {
		t.Error("a mark makes no difference, or not always the same")
	}
	swapped := []*os.File{files[1], files[0]}
	if _, err := p.Render(context.Background(), swapped, marked); !errors.Is(err, transform.ErrUndecodable) {
		t.Errorf("Render with the files swapped = %v, want %v", err, transform.ErrUndecodable)
	}
	if n := p.restarted(causeCrash); n != 0 {
		t.Errorf("%d children crashed", n)
	}
}
