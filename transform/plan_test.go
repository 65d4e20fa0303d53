package transform_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"lightwell/transform"
)

// planned is a source, a query and what comes of them: the size of the result,
// then what else there is to do, as numbers spells it; or "refused" and the
// parameter. The numbers were worked out apart, in exact fractions, by:
//
//	clip            scale = min(w*dpr/W, h*dpr/H), at most 1 without enlarge
//	fill, clamp     as clip; the canvas is the box, half of what is over goes left and top
//	scale           the box
//	crop            box' = box * min(1, W/(box.w*zoom), H/(box.h*zoom)) without enlarge,
//	                scale = zoom * max(box'.w/W, box'.h/H), the window is box'
//	pad             rounded after dpr; taken off the box where w or h gives one, and
//	                added to the result, which is turned already
//	mask, border    radii after dpr, by one factor less where two exceed a side; inner
//	                ones less the border's width
//	straighten      everything times cos a + sin a * max(w/h, h/w), rounded up
//	pivot           w cos a + h sin a, w sin a + h cos a
//
// W and H being the region's sides, upright, and every result rounded to
// nearest, and one at least.
type planned struct {
	width, height, orientation int
	query, want                string
}

var plans = slices.Concat(clipPlans, cropPlans, fillPlans, rectPlans, turnPlans, limitPlans, canvasPlans)

// numbers spells a plan: "400x300 scaled 533x400 window 66,0,400,400".
func numbers(p transform.Plan) string {
	var b strings.Builder
	area := func(name string, a transform.Area) {
		if a != (transform.Area{}) {
			fmt.Fprintf(&b, " %s %d,%d,%d,%d", name, a.X, a.Y, a.Width, a.Height)
		}
	}
	when := func(is bool, format string, args ...any) {
		if is {
			fmt.Fprintf(&b, " "+format, args...)
		}
	}
	fmt.Fprintf(&b, "%dx%d", p.Out.Width, p.Out.Height)
	when(p.Scaled != p.Out, "scaled %dx%d", p.Scaled.Width, p.Scaled.Height)
	area("window", p.Window)
	area("canvas", p.Canvas)
	when(p.Extend, "extend")
	area("region", p.Region)
	when(p.Smart != 0, "smart")
	when(p.Turn != 0, "turn %d", p.Turn)
	when(p.Angle != 0, "angle %v", p.Angle)
	when(p.Straight != transform.Area{}, "straight")
	when(p.FlipH, "flip h")
	when(p.FlipV, "flip v")
	when(p.FillBlur > 0, "blur %.4g", p.FillBlur)
	when(p.Pad != transform.Sides{}, "pad %d,%d,%d,%d", p.Pad[0], p.Pad[1], p.Pad[2], p.Pad[3])
	for i, f := range []transform.Frame{p.Mask, p.Border} {
		when(f.Outer != transform.Shape{}, "%s %s", [...]string{"mask", "outer"}[i], shapeNumbers(f.Outer))
		when(f.Border.Set, "inner %s", shapeNumbers(f.Inner))
	}
	return b.String()
}

// shapeNumbers spells a shape: "0,0,400,300 r60", or the radii of each corner.
func shapeNumbers(s transform.Shape) string {
	text := fmt.Sprintf("%d,%d,%d,%d", s.X, s.Y, s.Width, s.Height)
	if r := s.Radii[0]; s.Radii == [4]transform.Radius{r, r, r, r} && r.X == r.Y {
		if r.X > 0 {
			text += fmt.Sprintf(" r%.4g", r.X)
		}
		return text
	}
	for _, r := range s.Radii {
		text += fmt.Sprintf(" %.4gx%.4g", r.X, r.Y)
	}
	return text
}

func TestPlan(t *testing.T) {
	for _, tt := range plans {
		s := oriented(transform.PNG, tt.width, tt.height, tt.orientation)
		r, _ := query(t, tt.query).Resolve(s, "", transform.AllFormats)
		got := ""
		p, err := r.Plan(s, transform.Found{}, transform.DefaultLimits)
		var bad *transform.ParamError
		switch {
		case errors.As(err, &bad):
			got = "refused " + bad.Param
		case err != nil:
			got = err.Error()
		default:
			got = numbers(p)
			checkPlan(t, r, s, p)
		}
		if got != tt.want {
			t.Errorf("Plan(%d x %d, orientation %d, %q) = %q, want %q", tt.width, tt.height, tt.orientation, tt.query, got, tt.want)
		}
	}
}

// A Recipe that is not resolved, and a source over the limits, have no plan.
func TestPlanErrors(t *testing.T) {
	small := transform.DefaultLimits
	small.Pixels = 99
	tests := []struct {
		name   string
		recipe transform.Recipe
		source transform.Source
		limits transform.Limits
		want   error // nil for any
	}{
		{"no format", query(t, "w=5"), still(transform.JPEG, 10, 10), transform.DefaultLimits, nil},
		{"auto", query(t, "w=5&auto=format"), still(transform.JPEG, 10, 10), transform.DefaultLimits, nil},
		{"HEIC", transform.Recipe{Width: 5, Format: transform.HEIC}, still(transform.HEIC, 10, 10), transform.DefaultLimits, nil},
		{"too many pixels", query(t, "w=5&fm=jpg"), still(transform.JPEG, 10, 10), small, transform.ErrLimit},
		{"no pixels", query(t, "w=5&fm=jpg"), still(transform.JPEG, 0, 10), transform.DefaultLimits, transform.ErrUndecodable},
	}
	for _, tt := range tests {
		var bad *transform.ParamError
		_, err := tt.recipe.Plan(tt.source, transform.Found{}, tt.limits)
		if err == nil || errors.As(err, &bad) || tt.want != nil && !errors.Is(err, tt.want) {
			t.Errorf("Plan(%s) = %v, want %v, and no ParamError", tt.name, err, tt.want)
		}
	}
}

// What is not geometry goes into the plan as it is, but for a blur, which dpr
// scales as it scales the picture.
func TestPlanAdjust(t *testing.T) {
	tests := []struct {
		query string
		blur  float64
		sharp float64
		bg    string
	}{
		{"w=100&blur=50", 5, 0, ""},
		{"w=100&blur=50&dpr=2", 10, 0, ""},
		{"w=100&blur=2000&dpr=0.5", 100, 0, ""},
		{"blur=50&dpr=2", 5, 0, ""}, // dpr without a size has no effect
		{"w=100&blur=1", 0.1, 0, ""},
		{"w=100&sharp=12.5", 0, 12.5, ""},
		{"w=100&sharp=12.5&dpr=2", 0, 12.5, ""},
		{"w=100&bg=8f00", 0, 0, "88ff0000"},
		{"w=100&bg=white", 0, 0, "ffffff"},
	}
	s := withAlpha(transform.PNG, 400, 300)
	for _, tt := range tests {
		r, _ := query(t, tt.query).Resolve(s, "", transform.AllFormats)
		p, err := r.Plan(s, transform.Found{}, transform.DefaultLimits)
		if err != nil || p.Blur != tt.blur || p.Sharpen != tt.sharp || p.Background.String() != tt.bg {
			t.Errorf("Plan(%q) = blur %v, sharp %v, bg %q, %v, want %v, %v, %q", tt.query, p.Blur, p.Sharpen, p.Background, err, tt.blur, tt.sharp, tt.bg)
		}
	}
}
