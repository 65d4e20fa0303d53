package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"lightwell/transform"
)

// blended is a picture of 400 x 300, an image, a query without the image itself, and what becomes of
// that: its size, its place, and what else there is to say.
var blended = []struct {
	width, height int
	query, want   string
}{
	{80, 40, "", "80x40 at 160,130"},
	{80, 40, "blend-align=top,left", "80x40 at 0,0"},
	{80, 40, "blend-align=bottom,right&blend-pad=5", "80x40 at 315,255"},
	{80, 40, "blend-x=-10&blend-y=20", "80x40 at -10,20"},
	{80, 40, "blend-x=7", "80x40 at 7,130"},
	{80, 40, "blend-w=160", "160x80 at 120,110"},
	{80, 40, "blend-w=0.5", "200x100 at 100,100"},
	{80, 40, "blend-w=160&blend-h=160&blend-fit=scale", "160x160 at 120,70"},
	{80, 40, "blend-w=160&blend-h=160&blend-fit=max", "80x40 at 160,130"},
	{80, 40, "blend-w=160&blend-h=160&blend-fit=clamp", "160x160 at 120,70"},
	{80, 40, "blend-w=30&blend-h=30&blend-fit=crop", "30x30 at 185,135 window 15,0"},
	{80, 40, "blend-w=30&blend-h=30&blend-fit=crop&blend-crop=left", "30x30 at 185,135 window 0,0"},
	{80, 40, "blend-w=30&blend-h=30&blend-fit=crop&blend-crop=faces", "30x30 at 185,135 window 30,0"},
	{80, 40, "blend-size=inherit", "400x300 at 0,0 window 100,0"},
	{80, 40, "blend-size=inherit&blend-crop=right", "400x300 at 0,0 window 200,0"},
	{80, 40, "dpr=2&w=200&blend-w=50&blend-x=10&blend-y=10", "100x50 at 20,20"},
	{80, 40, "dpr=2&w=200&blend-size=inherit", "400x300 at 0,0 window 100,0"},
	{80, 40, "blend-w=8192&blend-h=8192&blend-fit=scale", "refused blend-w"},
	{9000, 40, "", "refused blend"},
	{20_000, 10_000, "blend-w=40", "over a limit"},
}

func TestBlendPlans(t *testing.T) {
	photo := still(transform.JPEG, 400, 300)
	for _, tt := range blended {
		r, _ := query(t, strings.Trim(aBlend+"&blend-alpha=30&blend-mode=screen&"+tt.query, "&")).Resolve(photo, "", transform.AllFormats)
		found := transform.Found{Blend: still(transform.PNG, tt.width, tt.height), BlendFaces: []transform.Face{{Area: transform.Area{X: 55, Y: 10, Width: 10, Height: 10}}}}
		p, err := r.Plan(photo, found, transform.DefaultLimits)
		got := unplanned(err)
		if b := p.Blend; err == nil {
			got = fmt.Sprintf("%dx%d at %d,%d", b.Plan.Out.Width, b.Plan.Out.Height, b.X, b.Y)
			if w := b.Plan.Window; w.Width > 0 {
				got += fmt.Sprintf(" window %d,%d", w.X, w.Y)
			}
			if b.Alpha != 30 || b.Mode != transform.BlendScreen {
				got += fmt.Sprintf(" alpha %d mode %v", b.Alpha, b.Mode)
			}
		}
		if got != tt.want {
			t.Errorf("%d x %d, %q = %s, want %s", tt.width, tt.height, tt.query, got, tt.want)
		}
	}
}

func TestBlendOfAColour(t *testing.T) {
	photo := still(transform.JPEG, 400, 300)
	r, _ := query(t, "blend=8000ff00&blend-mode=hue").Resolve(photo, "", transform.AllFormats)
	p, err := r.Plan(photo, transform.Found{}, transform.DefaultLimits)
	want := transform.BlendPlan{Color: transform.Color{G: 255, A: 128, Set: true}, Alpha: 100, Mode: transform.BlendHue}
	if err != nil || p.Blend == nil || *p.Blend != want {
		t.Errorf("Plan of a colour = %+v, %v, want %+v", p.Blend, err, want)
	}
	r, _ = query(t, aBlend).Resolve(photo, "", transform.AllFormats)
	if p, err := r.Plan(photo, transform.Found{}, transform.DefaultLimits); err == nil {
		t.Errorf("Plan without the blend's source = %+v, want an error", p)
	}
}
