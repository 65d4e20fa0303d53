package transform_test

import (
	"strings"
	"testing"

	"lightwell/transform"
)

// face is one in a square of the given middle and side.
func face(x, y, side int) transform.Face {
	return transform.Face{Area: transform.Area{X: x - side/2, Y: y - side/2, Width: side, Height: side}, Score: 50}
}

func found(faces ...transform.Face) transform.Found { return transform.Found{Faces: faces} }

func left(x, y, width, height int) transform.Found {
	return transform.Found{Trimmed: transform.Area{X: x, Y: y, Width: width, Height: height}}
}

// foundPlans are plans with what was found in the source. The numbers were worked
// out by hand:
//
//	trim       the region is what is left, and all else as without
//	crop       the window's middle is that of all faces along a side on which it
//	           holds them all, else that of the largest, as far as the image goes
//	facearea   the square around the faces times facepad, grown to the shape that is
//	           asked for, moved into the image where it sticks out, or made smaller
//	           where it is larger; then cropped and resized to the box
var foundPlans = []struct {
	planned
	found transform.Found
}{
	// Trimming.
	{planned{1000, 800, 1, "trim=color", "600x500 region 100,200,600,500"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 1, "trim=color&w=300", "300x250 region 100,200,600,500"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 1, "trim=color&w=0.5", "300x250 region 100,200,600,500"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 1, "trim=color&w=900", "600x500 region 100,200,600,500"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 1, "trim=color&w=300", "300x240"}, transform.Found{}},
	{planned{1000, 800, 6, "trim=color&w=300", "300x250 scaled 250x300 region 200,100,500,600"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 3, "trim=color&w=300", "300x250 region 300,100,600,500"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 1, "trim=color&w=100&h=100&fit=crop", "100x100 scaled 120x100 window 10,0,100,100 region 100,200,600,500"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 1, "trim=color&rect=0,0,500,500", "400x300 region 100,200,400,300"}, left(100, 200, 600, 500)},
	{planned{1000, 800, 1, "trim=color&rect=800,0,100,100", "100x100 region 800,0,100,100"}, left(100, 200, 600, 500)}, // nothing in common
	{planned{1000, 800, 1, "trim=color&w=50", "50x1 region 0,0,1000,10"}, left(0, 0, 1000, 10)},

	// A window where the faces are.
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces", "200x200 scaled 400x200 window 60,0,200,200"}, found(face(400, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces", "200x200 scaled 400x200 window 0,0,200,200"}, found(face(100, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces", "200x200 scaled 400x200 window 200,0,200,200"}, found(face(900, 250, 100))},
	{planned{500, 1000, 1, "w=200&h=200&fit=crop&crop=faces", "200x200 scaled 200x400 window 0,20,200,200"}, found(face(250, 300, 80))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces", "200x200 scaled 400x200 window 100,0,200,200"}, found(face(600, 250, 100), face(400, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces", "200x200 scaled 400x200 window 200,0,200,200"}, found(face(850, 250, 120), face(100, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces,left", "200x200 scaled 400x200 window 0,0,200,200"}, transform.Found{}},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces,left", "200x200 scaled 400x200 window 60,0,200,200"}, found(face(400, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=left,faces", "200x200 scaled 400x200 window 0,0,200,200"}, found(face(400, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces,entropy", "200x200 scaled 400x200 window 60,0,200,200"}, found(face(400, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces,entropy", "200x200 scaled 400x200 window 100,0,200,200 smart"}, transform.Found{}},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces,focalpoint&fp-x=0&fp-z=2", "200x200 scaled 400x200 window 60,0,200,200"}, found(face(400, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces,focalpoint&fp-x=0&fp-z=2", "200x200 scaled 800x400 window 0,100,200,200"}, transform.Found{}},
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces&rect=500,0,500,250", "200x200 scaled 400x200 window 100,0,200,200 region 500,0,500,250"}, found(face(400, 250, 100))}, // in no part that is used
	{planned{1000, 500, 1, "w=200&h=200&fit=crop&crop=faces&rect=500,0,500,250", "200x200 scaled 400x200 window 140,0,200,200 region 500,0,500,250"}, found(face(800, 100, 50))},
	{planned{500, 1000, 6, "w=200&h=200&fit=crop&crop=faces", "200x200 scaled 200x400 window 60,0,200,200"}, found(face(400, 250, 100))},
	{planned{1000, 500, 1, "w=200&h=100&fit=crop&crop=faces", "200x100"}, found(face(100, 250, 100))},

	// The area of the faces.
	{planned{1000, 800, 1, "fit=facearea", "100x100 region 350,250,100,100"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=50", "50x50 region 350,250,100,100"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=50&facepad=2", "50x50 region 300,200,200,200"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=200&h=100&facepad=2", "200x100 region 200,200,400,200"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=200&facepad=2", "100x200 region 300,100,200,400"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=200&facepad=2", "100x200 region 300,0,200,400"}, found(face(400, 150, 100))},
	{planned{1000, 800, 1, "fit=facearea&ar=2:1&w=100&facepad=2", "100x50 region 200,200,400,200"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=400&h=400", "100x100 region 350,250,100,100"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=400&h=400&enlarge=1", "400x400 region 350,250,100,100"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=50&h=50&dpr=2", "100x100 region 350,250,100,100"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=100", "100x100 region 300,200,300,300"}, found(face(500, 400, 200), face(350, 250, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=100&faceindex=1", "100x100 region 400,300,200,200"}, found(face(500, 400, 200), face(350, 250, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=100&faceindex=2", "100x100 region 300,200,100,100"}, found(face(500, 400, 200), face(350, 250, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=100&faceindex=3", "100x100 region 300,200,300,300"}, found(face(500, 400, 200), face(350, 250, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=100&facepad=10", "100x100 region 0,0,800,800"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=100&facepad=10", "100x100 region 200,0,800,800"}, found(face(700, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=300&h=100&facepad=10", "300x100 region 0,134,1000,333"}, found(face(400, 300, 100))},
	{planned{1000, 800, 1, "fit=facearea&w=100&h=100", "100x100 scaled 125x100 window 12,0,100,100"}, transform.Found{}},
	{planned{800, 1000, 6, "fit=facearea&w=50&h=100", "50x100 scaled 100x50 region 200,600,200,100"}, found(face(350, 300, 100))},
}

func TestPlanWithWhatWasFound(t *testing.T) {
	for _, tt := range foundPlans {
		s := oriented(transform.PNG, tt.width, tt.height, tt.orientation)
		r, _ := query(t, tt.query).Resolve(s, "", transform.AllFormats)
		p, err := r.Plan(s, tt.found, transform.DefaultLimits)
		if err != nil {
			t.Errorf("Plan(%q): %v", tt.query, err)
			continue
		}
		checkPlan(t, r, s, p)
		if got := numbers(p); got != tt.want {
			t.Errorf("Plan(%d x %d, orientation %d, %q, %v) = %q, want %q", tt.width, tt.height, tt.orientation, tt.query, tt.found, got, tt.want)
		}
	}
}

func TestAreaUprightUndoesStored(t *testing.T) {
	a, size := transform.Area{X: 3, Y: 5, Width: 20, Height: 10}, transform.Size{Width: 70, Height: 40}
	for o := range 9 {
		if got := a.Upright(o, size).Stored(o, size); got != a {
			t.Errorf("orientation %d: %v became %v", o, a, got)
		}
	}
}

func TestSearches(t *testing.T) {
	s := oriented(transform.JPEG, 1000, 500, 6)
	tests := []struct{ query, want string }{
		{"w=50", ""},
		{"w=50&h=50&fit=crop&crop=entropy", ""},
		{"w=50&crop=faces", ""}, // without fit=crop
		{"trim=alpha", ""},      // a JPEG
		{"trim=color", "trim 6"},
		{"trim=auto&orient=3", "trim 3"},
		{"w=50&h=50&fit=crop&crop=faces", "faces 6"},
		{"fit=facearea&w=50", "faces 6"},
		{"fit=facearea&w=50&trim=auto&orient=1", "trim 1 faces 1"},
	}
	for _, tt := range tests {
		r, _ := query(t, tt.query).Resolve(s, "", transform.AllFormats)
		var got []string
		for _, search := range r.Searches(s) {
			what := "trim"
			if search.Faces {
				what = "faces"
			}
			got = append(got, what+" "+string(rune('0'+search.Orientation)))
			if search.Faces == (search.Trim.Mode != transform.TrimNone) {
				t.Errorf("%q looks for both or nothing: %+v", tt.query, search)
			}
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("Searches(%q) = %q, want %q", tt.query, got, tt.want)
		}
	}
}
