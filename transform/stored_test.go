package transform_test

import (
	"fmt"
	"slices"
	"testing"

	"lightwell/transform"
)

// pixels are rows of labels.
type pixels [][]string

// labelled is an image in which each pixel says where it lies.
func labelled(width, height int) pixels {
	m := make(pixels, height)
	for y := range m {
		for x := range width {
			m[y] = append(m[y], fmt.Sprintf("%d,%d", x, y))
		}
	}
	return m
}

func (m pixels) cut(a transform.Area) pixels {
	var part pixels
	for _, row := range m[a.Y : a.Y+a.Height] {
		part = append(part, row[a.X:a.X+a.Width])
	}
	return part
}

// oriented is the upright image. EXIF 2.32 says of tag 0x0112 where the 0th row
// and the 0th column of what is stored are to be seen.
func (m pixels) oriented(orientation int) pixels {
	type edges struct{ row, column string }
	seen := map[int]edges{
		1: {"top", "left"}, 2: {"top", "right"}, 3: {"bottom", "right"}, 4: {"bottom", "left"},
		5: {"left", "top"}, 6: {"right", "top"}, 7: {"right", "bottom"}, 8: {"left", "bottom"},
	}[orientation]
	width, height := len(m[0]), len(m)
	if orientation >= 5 {
		width, height = height, width
	}
	upright := make(pixels, height)
	for y := range upright {
		upright[y] = make([]string, width)
	}
	for row := range m {
		for column, label := range m[row] {
			var x, y int
			for edge, distance := range map[string]int{seen.row: row, seen.column: column} {
				switch edge {
				case "left":
					x = distance
				case "right":
					x = width - 1 - distance
				case "top":
					y = distance
				case "bottom":
					y = height - 1 - distance
				}
			}
			upright[y][x] = label
		}
	}
	return upright
}

// Turning upright and cutting an area is cutting the stored area and turning it.
func TestStored(t *testing.T) {
	for _, file := range []transform.Size{{Width: 4, Height: 3}, {Width: 3, Height: 4}, {Width: 5, Height: 1}, {Width: 1, Height: 5}, {Width: 2, Height: 2}} {
		stored := labelled(file.Width, file.Height)
		for orientation := 1; orientation <= 8; orientation++ {
			upright := stored.oriented(orientation)
			for area := range areas(len(upright[0]), len(upright)) {
				want := upright.cut(area)
				in := area.Stored(orientation, file)
				if in.X < 0 || in.Y < 0 || in.X+in.Width > file.Width || in.Y+in.Height > file.Height {
					t.Errorf("%+v.Stored(%d, %v) = %+v, want it in the file", area, orientation, file, in)
					continue
				}
				if got := stored.cut(in).oriented(orientation); !slices.EqualFunc(got, want, slices.Equal[[]string]) {
					t.Errorf("%+v.Stored(%d, %v) = %+v, which gives %v, want %v", area, orientation, file, in, got, want)
				}
			}
		}
	}
}

// areas are all that lie in an image.
func areas(width, height int) func(yield func(transform.Area) bool) {
	return func(yield func(transform.Area) bool) {
		for x := range width {
			for y := range height {
				for w := 1; x+w <= width; w++ {
					for h := 1; y+h <= height; h++ {
						if !yield(transform.Area{X: x, Y: y, Width: w, Height: h}) {
							return
						}
					}
				}
			}
		}
	}
}

func TestUpright(t *testing.T) {
	for orientation := 1; orientation <= 8; orientation++ {
		want := transform.Size{Width: 40, Height: 30}
		if orientation >= 5 {
			want = transform.Size{Width: 30, Height: 40}
		}
		if got := oriented(transform.JPEG, 40, 30, orientation).Upright(); got != want {
			t.Errorf("Upright(40 x 30, orientation %d) = %v, want %v", orientation, got, want)
		}
	}
}
