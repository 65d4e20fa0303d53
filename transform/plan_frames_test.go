package transform_test

import (
	"errors"
	"fmt"
	"testing"

	"lightwell/transform"
)

// What moves has 150,000,000 pixels in all of its frames: nobody who asks for no size is refused,
// and one frame of it may have as many as any picture.
func TestPlanOfFrames(t *testing.T) {
	for _, tt := range []struct {
		width, height, frames int
		query, want           string
	}{
		{387, 387, 1000, "fm=webp", "387x387, animated"}, // 149,769,000
		{388, 388, 1000, "fm=webp", "387x387, animated"},
		{388, 387, 1000, "fm=gif", "387x386, animated"},
		{1000, 1000, 500, "fm=webp", "547x547, animated"}, // 149,604,500
		{1000, 1000, 500, "w=547&fm=webp", "547x547, animated"},
		{1000, 1000, 500, "w=548&fm=webp", "refused w"},
		{1000, 1000, 500, "h=548&fm=gif", "refused h"},
		{1000, 1000, 500, "w=300&dpr=2&fm=webp", "refused dpr"},
		{1000, 1000, 500, "w=548&fm=jpg", "548x548"},
		{1000, 1000, 500, "w=548&fm=webp&frame=7", "548x548"},
		{1000, 1000, 500, "w=548&fm=webp&anim=0", "548x548"},
		{1000, 1000, 150, "fm=webp", "1000x1000, animated"},
		{1000, 1000, 151, "fm=webp", "996x996, animated"},
	} {
		source := transform.Source{Format: transform.GIF, Width: tt.width, Height: tt.height, Orientation: 1, Frames: tt.frames}
		recipe, _ := query(t, tt.query).Resolve(source, "", transform.AllFormats)
		plan, err := recipe.Plan(source, transform.Found{}, transform.DefaultLimits)
		got := fmt.Sprintf("%dx%d", plan.Out.Width, plan.Out.Height)
		if plan.Animated {
			got += ", animated"
		}
		if bad, ok := errors.AsType[*transform.ParamError](err); ok {
			got, err = "refused "+bad.Param, nil
		}
		if err != nil || got != tt.want {
			t.Errorf("Plan(%d frames of %d x %d, %s) = %s, %v, want %s", tt.frames, tt.width, tt.height, tt.query, got, err, tt.want)
		}
	}
}
