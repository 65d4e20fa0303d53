package transform_test

import (
	"fmt"
	"strings"
	"testing"

	"lightwell/transform"
)

// Pictures of 400 x 300; the text is given its size as an engine would.
var textPlans = []struct{ query, want string }{
	{"txt=a", "12 px in 380x280, 80x40 at 310,250"},
	{"txt=a&txt-align=top,left", "12 px in 380x280, 80x40 at 10,10"},
	{"txt=a&txt-align=top", "12 px in 380x280, 80x40 at 160,10"},
	{"txt=a&txt-align=center", "12 px in 380x280, 80x40 at 160,130"},
	{"txt=a&txt-align=bottom,left", "12 px in 380x280, 80x40 at 10,250"},
	{"txt=a&txt-align=right", "12 px in 380x280, 80x40 at 310,130"},
	{"txt=a&txt-pad=0", "12 px in 400x300, 80x40 at 320,260"},
	{"txt=a&txt-pad=300", "12 px in 1x1, 80x40 at 20,-40"},
	{"txt=a&txt-x=30", "12 px in 360x280, 80x40 at 30,250"},
	{"txt=a&txt-y=30", "12 px in 380x260, 80x40 at 310,30"},
	{"txt=a&txt-x=-30&txt-y=390", "12 px in 420x1, 80x40 at -30,390"},
	{"txt=a&txt-width=90", "12 px in 90x280 wrapped, 80x40 at 310,250"},
	{"txt=a&txt-width=90&txt-clip=end", "12 px in 90x280, 80x40 at 310,250"},
	{"txt=a&txt-width=8192", "12 px in 8192x280 wrapped, 80x40 at 310,250"},
	{"txt=a&txt-size=40", "40 px in 380x280, 80x40 at 310,250"},
	// Everything in pixels is before dpr.
	{"w=200&dpr=2&txt=a&txt-size=20&txt-pad=15&txt-width=90", "40 px in 180x240 wrapped, 80x40 at 290,230"},
	{"w=200&dpr=2&txt=a&txt-x=15&txt-y=10", "24 px in 350x260, 80x40 at 30,20"},
	{"w=200&dpr=1.5&txt=a&txt-size=25", "37.5 px in 270x195, 80x40 at 205,170"},
	// Text is on the padding of the picture.
	{"pad=50&txt=a", "12 px in 480x380, 80x40 at 410,350"},
	// As large as it may be.
	{"txt=a&txt-fit=max", "8192 px in 380x280 filled, 80x40 at 310,250"},
	{"txt=a&txt-size=2000&w=80&dpr=5", "8192 px in 300x200, 80x40 at 270,210"},
	{"txt=" + strings.Repeat("a", 1000) + "&txt-size=2000", "500 px in 380x280, 80x40 at 310,250"},
	{"txt=" + strings.Repeat("%E4%BD%A0", 500) + "&txt-fit=max", "1000 px in 380x280 filled, 80x40 at 310,250"},
}

func TestPlanText(t *testing.T) {
	for _, tt := range textPlans {
		s := still(transform.JPEG, 400, 300)
		r, _ := query(t, tt.query).Resolve(s, "", transform.AllFormats)
		p, err := r.Plan(s, transform.Found{}, transform.DefaultLimits)
		if err != nil || p.Text == nil {
			t.Fatalf("Plan(%.80q) = %+v, %v", tt.query, p.Text, err)
		}
		x, y := p.Text.Corner(p.Out, transform.Size{Width: 80, Height: 40})
		got := fmt.Sprintf("%v px in %dx%d", p.Text.Size, p.Text.Room.Width, p.Text.Room.Height)
		if p.Text.Wrap {
			got += " wrapped"
		}
		if p.Text.Fill {
			got += " filled"
		}
		if got += fmt.Sprintf(", 80x40 at %d,%d", x, y); got != tt.want {
			t.Errorf("Plan(%.80q) = %s, want %s", tt.query, got, tt.want)
		}
	}
}

// What is drawn has 8 bits and may have colour.
func TestPlanTextWantsColours(t *testing.T) {
	s := still(transform.PNG, 400, 300)
	s.Depth, s.Grey = 16, true
	for text, want := range map[string]bool{"": true, "&txt=a": false} {
		r, _ := query(t, "w=100&fm=png"+text).Resolve(s, "", transform.AllFormats)
		p, err := r.Plan(s, transform.Found{}, transform.DefaultLimits)
		if err != nil || p.Encode.Deep != want || p.Encode.Grey != want {
			t.Errorf("Plan(%q) = deep %v, grey %v, %v, want %v", text, p.Encode.Deep, p.Encode.Grey, err, want)
		}
	}
}
