package transform_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"lightwell/transform"
)

// marked is a picture, a mark with its EXIF orientation, a query without the mark
// itself, and what becomes of the mark: its size, the place of its left upper corner,
// and what else there is to say. The numbers were worked out apart, in exact
// fractions: a part is one of the picture's side, pixels are times dpr, a mark for
// which nothing is asked is itself times dpr; scale is the least of the sides' for
// clip, at most dpr for max, and the mark is inside that percentage of both sides
// for mark-scale. Sizes and places are rounded to nearest, a middle down.
type marked struct {
	width, height                      int
	markWidth, markHeight, orientation int
	query, want                        string
}

var markPlans = []marked{
	// Nine places.
	{400, 300, 80, 40, 1, "mark-align=top,left", "80x40 at 5,5"},
	{400, 300, 80, 40, 1, "mark-align=top", "80x40 at 160,5"},
	{400, 300, 80, 40, 1, "mark-align=top,right", "80x40 at 315,5"},
	{400, 300, 80, 40, 1, "mark-align=left", "80x40 at 5,130"},
	{400, 300, 80, 40, 1, "mark-align=center", "80x40 at 160,130"},
	{400, 300, 80, 40, 1, "mark-align=right", "80x40 at 315,130"},
	{400, 300, 80, 40, 1, "mark-align=bottom,left", "80x40 at 5,255"},
	{400, 300, 80, 40, 1, "mark-align=bottom", "80x40 at 160,255"},
	{400, 300, 80, 40, 1, "mark-align=bottom,right", "80x40 at 315,255"},
	{400, 300, 80, 40, 1, "", "80x40 at 315,255"},
	{400, 300, 81, 41, 1, "mark-align=center", "81x41 at 159,129"},
	{400, 300, 81, 41, 1, "mark-align=top", "81x41 at 159,5"},
	{401, 299, 80, 40, 1, "mark-align=middle,right", "80x40 at 316,129"},
	// Padding.
	{400, 300, 80, 40, 1, "mark-pad=0", "80x40 at 320,260"},
	{400, 300, 80, 40, 1, "mark-pad=20", "80x40 at 300,240"},
	{400, 300, 80, 40, 1, "mark-pad=20&mark-align=top,left", "80x40 at 20,20"},
	{400, 300, 80, 40, 1, "mark-pad=20&mark-align=top", "80x40 at 160,20"},
	{400, 300, 80, 40, 1, "mark-pad=400", "80x40 at -80,-140"},
	{400, 300, 80, 40, 1, "mark-pad=20&mark-align=center", "80x40 at 160,130"},
	// Offsets go before sides.
	{400, 300, 80, 40, 1, "mark-x=10", "80x40 at 10,255"},
	{400, 300, 80, 40, 1, "mark-y=10", "80x40 at 315,10"},
	{400, 300, 80, 40, 1, "mark-x=10&mark-y=20", "80x40 at 10,20"},
	{400, 300, 80, 40, 1, "mark-x=-30&mark-y=-10", "80x40 at -30,-10"},
	{400, 300, 80, 40, 1, "mark-x=0&mark-y=0&mark-pad=50&mark-align=center", "80x40 at 0,0"},
	{400, 300, 80, 40, 1, "mark-x=10&mark-align=top", "80x40 at 10,5"},
	{400, 300, 80, 40, 1, "mark-y=7&mark-align=left&mark-pad=9", "80x40 at 9,7"},
	{400, 300, 80, 40, 1, "mark-x=390&mark-y=295", "80x40 at 390,295"},
	// Sizes.
	{400, 300, 80, 40, 1, "mark-w=40", "40x20 at 355,275"},
	{400, 300, 80, 40, 1, "mark-w=160", "160x80 at 235,215"},
	{400, 300, 80, 40, 1, "mark-h=10", "20x10 at 375,285"},
	{400, 300, 80, 40, 1, "mark-h=100", "200x100 at 195,195"},
	{400, 300, 80, 40, 1, "mark-w=0.5", "200x100 at 195,195"},
	{400, 300, 80, 40, 1, "mark-h=0.5", "300x150 at 95,145"},
	{400, 300, 80, 40, 1, "mark-w=0.2&mark-h=0.2", "80x40 at 315,255"},
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=100", "100x50 at 295,245"},
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=20", "40x20 at 355,275"},
	{400, 300, 80, 40, 1, "mark-w=0.333", "133x67 at 262,228"},
	{400, 300, 80, 40, 1, "mark-w=2", "2x1 at 393,294"},
	{400, 300, 80, 40, 1, "mark-w=0.0001", "1x1 at 394,294"},
	{401, 299, 83, 41, 1, "mark-w=0.25", "100x50 at 296,244"},
	{401, 299, 83, 41, 1, "mark-h=33&mark-align=center", "67x33 at 167,133"},
	// Fits.
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=100&mark-fit=clip", "100x50 at 295,245"},
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=100&mark-fit=max", "80x40 at 315,255"},
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=100&mark-fit=crop", "100x100 at 295,195"},
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=100&mark-fit=fill", "100x100 at 295,195 drawn 100x50"},
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=100&mark-fit=scale", "100x100 at 295,195"},
	{400, 300, 80, 40, 1, "mark-w=40&mark-h=40&mark-fit=max", "40x20 at 355,275"},
	{400, 300, 80, 40, 1, "mark-w=300&mark-fit=max", "80x40 at 315,255"},
	{400, 300, 80, 40, 1, "mark-w=0.9&mark-fit=max&mark-align=top,left", "80x40 at 5,5"},
	{400, 300, 80, 40, 1, "mark-w=31&mark-h=77&mark-fit=crop&mark-align=left", "31x77 at 5,111"},
	{400, 300, 80, 40, 1, "mark-w=31&mark-h=77&mark-fit=fill", "31x77 at 364,218 drawn 31x16"},
	{400, 300, 80, 40, 1, "mark-h=20&mark-fit=crop", "40x20 at 355,275"},
	// Percent of the picture.
	{400, 300, 80, 40, 1, "mark-scale=10", "40x20 at 355,275"},
	{400, 300, 80, 40, 1, "mark-scale=50", "200x100 at 195,195"},
	{400, 300, 80, 40, 1, "mark-scale=100", "400x200 at -5,95"},
	{400, 300, 80, 40, 1, "mark-scale=33&mark-align=center", "132x66 at 134,117"},
	{400, 300, 80, 40, 1, "mark-scale=1", "4x2 at 391,293"},
	{400, 300, 80, 40, 1, "mark-scale=20&mark-w=40", "40x20 at 355,275"},
	{400, 300, 40, 80, 1, "mark-scale=50", "75x150 at 320,145"},
	{4000, 3000, 80, 40, 1, "w=400&mark-scale=50", "200x100 at 195,195"},
	// Twice the pixels.
	{4000, 3000, 80, 40, 1, "w=200&dpr=2", "160x80 at 230,210"},
	{4000, 3000, 80, 40, 1, "w=200&dpr=2&mark-w=50", "100x50 at 290,240"},
	{4000, 3000, 80, 40, 1, "w=200&dpr=2&mark-w=0.5", "200x100 at 190,190"},
	{4000, 3000, 80, 40, 1, "w=200&dpr=2&mark-x=10&mark-y=11", "160x80 at 20,22"},
	{4000, 3000, 80, 40, 1, "w=200&dpr=2&mark-w=200&mark-fit=max", "160x80 at 230,210"},
	{4000, 3000, 80, 40, 1, "w=100&dpr=1.5&mark-pad=7", "120x60 at 19,42"},
	{4000, 3000, 80, 40, 1, "w=100&dpr=0.5&mark-pad=3&mark-w=31", "16x8 at 32,28"},
	{4000, 3000, 80, 40, 1, "w=200&dpr=2&mark-scale=25&mark-align=top", "100x50 at 150,10"},
	{4000, 3000, 80, 40, 1, "w=201&dpr=3&mark-w=33&mark-pad=1&mark-align=bottom", "99x50 at 252,399"},
	{4000, 3000, 80, 40, 1, "dpr=2&mark-w=50", "50x25 at 3945,2970"},
	// Larger than the picture.
	{40, 30, 80, 40, 1, "", "80x40 at -45,-15"},
	{40, 30, 80, 40, 1, "mark-align=center", "80x40 at -20,-5"},
	{40, 30, 81, 41, 1, "mark-align=center", "81x41 at -21,-6"},
	{40, 30, 80, 40, 1, "mark-align=top,left&mark-pad=0", "80x40 at 0,0"},
	{40, 30, 3000, 2000, 1, "mark-w=0.5", "20x13 at 15,12"},
	{1, 1, 80, 40, 1, "mark-scale=100", "1x1 at -5,-5"},
	{1, 1, 1, 1, 1, "", "1x1 at -5,-5"},
	// On what is made of the picture.
	{4000, 3000, 80, 40, 1, "w=400", "80x40 at 315,255"},
	{4000, 3000, 80, 40, 1, "w=400&rot=90", "80x40 at 215,355"},
	{400, 300, 80, 40, 1, "pad=10", "80x40 at 335,275"},
	{4000, 3000, 80, 40, 1, "w=320&h=240&fit=scale&mark-w=0.25", "80x40 at 235,195"},
	// Turned.
	{400, 300, 80, 40, 1, "mark-rot=90", "40x80 at 355,215"},
	{400, 300, 80, 40, 1, "mark-rot=180", "80x40 at 315,255"},
	{400, 300, 80, 40, 1, "mark-rot=45", "85x85 at 310,210"},
	{400, 300, 80, 40, 1, "mark-rot=30&mark-w=100&mark-align=center", "112x93 at 144,103"},
	{400, 300, 80, 40, 1, "mark-rot=315", "85x85 at 310,210"},
	{400, 300, 80, 40, 1, "mark-w=100&mark-h=50&mark-fit=fill&mark-rot=90", "50x100 at 345,195"},
	{400, 300, 80, 40, 6, "", "40x80 at 355,215"},
	{400, 300, 80, 40, 8, "mark-w=30&mark-align=center", "30x60 at 185,120"},
	{400, 300, 80, 40, 5, "mark-w=31&mark-h=77&mark-fit=crop", "31x77 at 364,218"},
	// Tiles.
	{400, 300, 80, 40, 1, "mark-tile=grid", "80x40 at 5,5 step 85,45"},
	{400, 300, 80, 40, 1, "mark-tile=grid&mark-pad=0", "80x40 at 0,0 step 80,40"},
	{400, 300, 80, 40, 1, "mark-tile=grid&mark-align=center", "80x40 at 160,130 step 85,45"},
	{400, 300, 80, 40, 1, "mark-tile=grid&mark-align=bottom,right&mark-pad=11", "80x40 at 309,249 step 91,51"},
	{400, 300, 80, 40, 1, "mark-tile=grid&mark-x=-7&mark-y=3&mark-pad=2", "80x40 at -7,3 step 82,42"},
	{400, 300, 80, 40, 1, "mark-tile=grid&mark-w=0.1&mark-rot=45", "42x42 at 5,5 step 47,47"},
	{400, 300, 80, 40, 1, "mark-tile=grid&mark-alpha=30", "80x40 at 5,5 step 85,45 alpha 30"},
	{4000, 3000, 80, 40, 1, "w=200&dpr=2&mark-tile=grid", "160x80 at 10,10 step 170,90"},
	// Refused.
	{400, 300, 80, 40, 1, "mark-w=8192&mark-h=8192&mark-fit=scale", "refused mark-w"},
	{400, 300, 80, 40, 1, "mark-h=8000", "refused mark-h"},
	{400, 300, 9000, 40, 1, "", "refused mark"},
	{400, 300, 9000, 40, 1, "mark-fit=max&mark-w=8192", "8192x36 at -7797,259"},
	{8000, 100, 1, 8000, 1, "mark-w=3000&mark-h=0.5&mark-fit=crop", "refused mark-w"}, // 24 million pixels high, on the way
	{400, 300, 4000, 6, 1, "dpr=5&w=400", "refused mark"},
	{400, 300, 20_000, 10_000, 1, "mark-w=40", "over a limit"},
}

// layOut spells where a mark lies.
func layOut(m *transform.MarkPlan) string {
	var b strings.Builder
	p := m.Plan
	fmt.Fprintf(&b, "%dx%d at %d,%d", p.Out.Width, p.Out.Height, m.X, m.Y)
	if p.Canvas != (transform.Area{}) {
		fmt.Fprintf(&b, " drawn %dx%d", p.Scaled.Width, p.Scaled.Height)
	}
	if m.StepX > 0 {
		fmt.Fprintf(&b, " step %d,%d", m.StepX, m.StepY)
	}
	if m.Alpha != 100 {
		fmt.Fprintf(&b, " alpha %d", m.Alpha)
	}
	return b.String()
}

// unplanned is how a plan is refused, in a few words; "" for none.
func unplanned(err error) string {
	bad, isParam := errors.AsType[*transform.ParamError](err)
	switch {
	case err == nil:
		return ""
	case isParam:
		return "refused " + bad.Param
	case errors.Is(err, transform.ErrLimit):
		return "over a limit"
	}
	return err.Error()
}

func TestMarkPlans(t *testing.T) {
	for _, tt := range markPlans {
		r, _ := query(t, strings.Trim("mark=logo&"+tt.query, "&")).Resolve(still(transform.JPEG, tt.width, tt.height), "", transform.AllFormats)
		logo := oriented(transform.PNG, tt.markWidth, tt.markHeight, tt.orientation)
		p, err := r.Plan(still(transform.JPEG, tt.width, tt.height), transform.Found{Mark: logo}, transform.DefaultLimits)
		got := unplanned(err)
		if err == nil {
			got = layOut(p.Mark)
		}
		if got != tt.want {
			t.Errorf("%d x %d with %d x %d, %q = %s, want %s", tt.width, tt.height, tt.markWidth, tt.markHeight, tt.query, got, tt.want)
		}
	}
}

// A picture is never made without the mark that was asked for.
func TestPlanNeedsTheMark(t *testing.T) {
	photo := still(transform.JPEG, 400, 300)
	r, _ := query(t, "mark=logo").Resolve(photo, "", transform.AllFormats)
	if p, err := r.Plan(photo, transform.Found{}, transform.DefaultLimits); err == nil {
		t.Errorf("Plan without the mark's source = %+v, want an error", p)
	}
}
