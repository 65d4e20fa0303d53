package pool

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/gif"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightwell/transform"
)

// The largest animation that a plan allows is made by a child within the memory that one has by
// default: as WebP, whose encoder keeps more than GIF's.
func TestTheLargestAnimationFitsAChild(t *testing.T) {
	frames := transform.DefaultLimits.Frames
	side := 0
	for (side+1)*(side+1)*frames <= transform.DefaultLimits.OutputFramePixels {
		side++
	}
	source := transform.Source{Format: transform.GIF, Width: side, Height: side, Orientation: 1, Frames: frames, Alpha: true}
	file := manyFrames(t, source)
	p := start(t, func(c *Config) { c.RenderDeadline = 5 * time.Minute })
	plan := planOf(t, source, "fm=webp&q=10")
	if !plan.Animated || plan.Out.Width != side {
		t.Fatalf("it is planned as %v, animated %v, want %d a side", plan.Out, plan.Animated, side)
	}
	if _, err := p.Render(context.Background(), []*os.File{file}, plan); err != nil {
		t.Errorf("Render(%d frames of %v) = %v", frames, plan.Out, err)
	}
}

// manyFrames is a GIF in which a stripe wanders.
func manyFrames(t *testing.T, s transform.Source) *os.File {
	t.Helper()
	palette := color.Palette{color.RGBA{20, 40, 60, 255}, color.RGBA{220, 180, 90, 255}, color.RGBA{}}
	var all gif.GIF
	for n := range s.Frames {
		frame := image.NewPaletted(image.Rect(0, 0, s.Width, s.Height), palette)
		for y := range s.Height {
			frame.SetColorIndex((n+y)%s.Width, y, 1)
		}
		all.Image, all.Delay = append(all.Image, frame), append(all.Delay, 5)
	}
	var data bytes.Buffer
	if err := gif.EncodeAll(&data, &all); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "many.gif")
	if err := os.WriteFile(path, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}
