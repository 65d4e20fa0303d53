package engine

import (
	"math"

	"lightwell/transform"
)

// margin gathers what is known of an image's lines while its rows go by, and then
// tells how much of them is no border. Colours count as far as they are opaque.
type margin struct {
	trim   transform.Trim
	ground [4]int // the colour of the border, premultiplied
	size   transform.Size

	area          transform.Area // by colour or alpha: of what is no border so far
	rows, columns []line         // by evenness
}

// line is a row or a column of pixels: of each band the sums of values and squares.
type line struct{ sum, squares [4]float64 }

func newMargin(t transform.Trim, ground transform.Color, size transform.Size) *margin {
	m := &margin{trim: t, size: size}
	m.ground = premultiplied([]byte{ground.R, ground.G, ground.B, ground.A}, 4)
	if t.Mode == transform.TrimAuto {
		m.rows, m.columns = make([]line, size.Height), make([]line, size.Width)
	}
	return m
}

// premultiplied is a pixel with its alpha, and its colours as far as that goes.
func premultiplied(p []byte, bands int) [4]int {
	if bands < 4 || p[3] == 255 {
		return [4]int{int(p[0]), int(p[1]), int(p[2]), 255}
	}
	a := int(p[3])
	return [4]int{(int(p[0])*a + 127) / 255, (int(p[1])*a + 127) / 255, (int(p[2])*a + 127) / 255, a}
}

// row takes note of a row of pixels.
func (m *margin) row(y int, pixels []byte, bands int) {
	if m.trim.Mode == transform.TrimAuto {
		for x := range m.size.Width {
			p := premultiplied(pixels[x*bands:], bands)
			m.rows[y].add(p)
			m.columns[x].add(p)
		}
		return
	}
	from, to := 0, m.size.Width-1
	for from <= to && !m.differs(pixels[from*bands:], bands) {
		from++
	}
	for to > from && !m.differs(pixels[to*bands:], bands) {
		to--
	}
	if from <= to {
		m.include(from, to, y)
	}
}

// differs tells whether a pixel is none of the border's.
func (m *margin) differs(pixel []byte, bands int) bool {
	if m.trim.Mode == transform.TrimAlpha {
		return bands < 4 || float64(pixel[3]) > m.trim.Alpha
	}
	for i, value := range premultiplied(pixel, bands) {
		if float64(abs(value-m.ground[i])) > m.trim.Tolerance {
			return true
		}
	}
	return false
}

// include makes the area reach over a part of a row below it.
func (m *margin) include(from, to, y int) {
	if m.area.Height == 0 {
		m.area = transform.Area{X: from, Y: y, Width: to + 1 - from, Height: 1}
		return
	}
	right := max(m.area.X+m.area.Width, to+1)
	m.area.X = min(m.area.X, from)
	m.area.Width, m.area.Height = right-m.area.X, y+1-m.area.Y
}

// left is what is no border; its sides are 0 where everything is one.
func (m *margin) left() transform.Area {
	if m.trim.Mode != transform.TrimAuto {
		return m.area
	}
	top, bottom := m.between(m.rows, m.size.Width)
	left, right := m.between(m.columns, m.size.Height)
	if top >= bottom || left >= right {
		return transform.Area{}
	}
	return transform.Area{X: left, Y: top, Width: right - left, Height: bottom - top}
}

// between is the range of lines that is no border on either end.
func (m *margin) between(lines []line, length int) (from, to int) {
	to = len(lines)
	for from < to && m.even(lines[from], lines[0], length) {
		from++
	}
	for to > from && m.even(lines[to-1], lines[len(lines)-1], length) {
		to--
	}
	return from, to
}

// even tells whether a line is border: of one tone, and that of the outermost line.
func (m *margin) even(l, outermost line, length int) bool {
	for band := range l.sum {
		mean := l.sum[band] / float64(length)
		variance := l.squares[band]/float64(length) - mean*mean
		if math.Sqrt(max(0, variance)) > m.trim.Deviation || math.Abs(mean-outermost.sum[band]/float64(length)) > m.trim.Mean {
			return false
		}
	}
	return true
}

func (l *line) add(pixel [4]int) {
	for band, value := range pixel {
		l.sum[band] += float64(value)
		l.squares[band] += float64(value * value)
	}
}
