package engine

import "math"

// surround is the coverage of a line of so many pixels around letters, which are coverage
// themselves, and what brings its own colours, by its alpha: each pixel's by its distance. It costs the pixels and not the shapes, of which a thousand letters may have
// hundreds of thousands, and it goes around pictures as well.
//
// Distances are exact (Felzenszwalb and Huttenlocher, Distance Transforms of Sampled
// Functions, 2012), from where an edge runs in a pixel that is covered in part.
func surround(letters, colored []byte, width int, line float64) []byte {
	height := len(letters) / width
	far := (line + 2) * (line + 2)
	squares := make([]float32, len(letters)) // of distances
	for i, letter := range letters {
		c := max(letter, colored[4*i+3])
		switch gap := 0.5 - float64(c)/255; {
		case c == 0:
			squares[i] = float32(far)
		case gap > 0:
			squares[i] = float32(gap * gap)
		}
	}
	p := newParabolas(max(width, height), far)
	for y := range height {
		p.transform(squares[y*width:], width, 1)
	}
	for x := range width {
		p.transform(squares[x:], height, width)
	}
	around := make([]byte, len(letters))
	for i, square := range squares {
		if float64(square) < far {
			around[i] = byte(255*max(0, min(line+0.5-math.Sqrt(float64(square)), 1)) + 0.5)
		}
	}
	return around
}

// parabolas are what the transform of one row or column needs, one for each pixel at most.
type parabolas struct {
	far      float64   // a square that is as good as none
	from     []float64 // the squares as they were
	vertices []int     // of the parabolas of the lower envelope
	ends     []float64 // where each begins to be the lowest
}

func newParabolas(n int, far float64) *parabolas {
	return &parabolas{far, make([]float64, n), make([]int, n), make([]float64, n+1)}
}

// transform replaces n squares, so far apart, by the least sum of any one and the square of the
// way there.
func (p *parabolas) transform(squares []float32, n, stride int) {
	k := -1
	for i := range n {
		square := float64(squares[i*stride])
		p.from[i] = square
		if square >= p.far {
			continue // it is nowhere the lowest that counts
		}
		at := math.Inf(-1)
		for ; k >= 0; k-- {
			v := p.vertices[k]
			at = (square - p.from[v] + float64(i*i-v*v)) / float64(2*(i-v))
			if at > p.ends[k] {
				break
			}
		}
		if k < 0 {
			at = math.Inf(-1)
		}
		k++
		p.vertices[k], p.ends[k] = i, at
	}
	if k < 0 {
		return
	}
	p.ends[k+1] = math.Inf(1)
	lowest := 0
	for i := range n {
		for p.ends[lowest+1] < float64(i) {
			lowest++
		}
		v := p.vertices[lowest]
		squares[i*stride] = float32(min(p.far, p.from[v]+float64((i-v)*(i-v))))
	}
}
