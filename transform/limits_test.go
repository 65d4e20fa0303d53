package transform_test

import (
	"errors"
	"math"
	"testing"

	"lightwell/transform"
)

func TestCheck(t *testing.T) {
	tests := []struct {
		width, height, frames int
		want                  error
	}{
		{1, 1, 1, nil},
		{4000, 3000, 1, nil},
		{10_000, 10_000, 1, nil},
		{65_535, 1, 1, nil},
		{1, 65_535, 1, nil},
		{65_535, 1525, 1, nil}, // 99 940 875
		{1000, 1000, 500, nil},
		{100, 100, 1000, nil},
		{10_000, 10_000, 5, nil},

		{0, 0, 1, transform.ErrUndecodable},
		{0, 10, 1, transform.ErrUndecodable},
		{10, 0, 1, transform.ErrUndecodable},
		{-1, 10, 1, transform.ErrUndecodable},
		{10, -1, 1, transform.ErrUndecodable},
		{-1, -1, 1, transform.ErrUndecodable},
		{math.MinInt, math.MinInt, 1, transform.ErrUndecodable},

		{65_536, 1, 1, transform.ErrLimit},
		{1, 65_536, 1, transform.ErrLimit},
		{10_000, 10_001, 1, transform.ErrLimit},
		{65_535, 1526, 1, transform.ErrLimit},
		{65_535, 65_535, 1, transform.ErrLimit},
		{100, 100, 1001, transform.ErrLimit},
		{1000, 1000, 501, transform.ErrLimit},
		{10_000, 10_000, 6, transform.ErrLimit},

		// Products that wrap: to zero, to something small, to something negative.
		{1 << 32, 1 << 32, 1, transform.ErrLimit},
		{1 << 31, 1 << 33, 1, transform.ErrLimit},
		{math.MaxInt, 2, 1, transform.ErrLimit},
		{2, math.MaxInt, 1, transform.ErrLimit},
		{math.MaxInt, math.MaxInt, 1, transform.ErrLimit},
		{math.MaxInt32, math.MaxInt32, math.MaxInt32, transform.ErrLimit},
		{10_000, 10_000, math.MaxInt, transform.ErrLimit},
		{1, 1, math.MaxInt, transform.ErrLimit},
		{1 << 16, 1 << 16, 1 << 32, transform.ErrLimit},
	}
	for _, tt := range tests {
		s := transform.Source{Format: transform.GIF, Width: tt.width, Height: tt.height, Orientation: 1, Frames: tt.frames}
		if err := transform.DefaultLimits.Check(s); !errors.Is(err, tt.want) {
			t.Errorf("Check(%d x %d, %d frames) = %v, want %v", tt.width, tt.height, tt.frames, err, tt.want)
		}
	}
}

// With the largest limits that the settings take, nothing wraps either.
func TestCheckLargestLimits(t *testing.T) {
	limits := transform.Limits{
		Pixels: 10_000_000_000, Side: 10_000_000, Frames: 1_000_000, FramePixels: 100_000_000_000, OutputSide: 65_535, OutputPixels: 65_535 * 65_535,
	}
	tests := []struct {
		width, height, frames int
		want                  error
	}{
		{100_000, 100_000, 10, nil},
		{100_000, 100_000, 11, transform.ErrLimit},
		{10_000_000, 1000, 1, nil},
		{10_000_000, 1001, 1, transform.ErrLimit},
		{10_000_000, 10_000_000, 1_000_000, transform.ErrLimit},
		{100_000, 100_000, 1_000_000, transform.ErrLimit},
	}
	for _, tt := range tests {
		s := transform.Source{Format: transform.GIF, Width: tt.width, Height: tt.height, Orientation: 1, Frames: tt.frames}
		if err := limits.Check(s); !errors.Is(err, tt.want) {
			t.Errorf("Check(%d x %d, %d frames) = %v, want %v", tt.width, tt.height, tt.frames, err, tt.want)
		}
	}
}
