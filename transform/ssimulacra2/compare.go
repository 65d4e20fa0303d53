package ssimulacra2

import (
	"image"
	"sync"
)

// work is the memory of one comparison, for the next to use again.
type work struct {
	light, xyb            picture
	mean, square, product blur
}

var pool = sync.Pool{New: func() any { return new(work) }}

// Score compares a distorted image with the reference, as the function Score does. Where only the
// distorted one has transparency, both greys are laid under it too; the reference's tool then takes
// a middle one if the reference has no alpha channel at all, which an image.NRGBA cannot tell.
// The error is ErrSize.
func (r *Reference) Score(distorted *image.NRGBA) (float64, error) {
	if size := distorted.Rect.Size(); size != r.size {
		return 0, sizeError(r.size, size)
	}
	greys := r.greys
	if len(greys) == 1 {
		greys = greysUnder(distorted)
	}
	w := pool.Get().(*work)
	defer pool.Put(w)
	worst := 100.0
	for i, grey := range greys {
		w.light.setLight(distorted, grey)
		reference := r.over[min(i, len(r.over)-1)] // an opaque one is the same over all greys
		worst = min(worst, w.measure(reference).score())
	}
	return worst, nil
}

// measure compares w.light with a reference, and halves it on the way.
func (w *work) measure(reference []scale) measure {
	m := make(measure, len(reference))
	for i := range reference {
		if i > 0 {
			w.light.halve()
		}
		w.xyb.setXYB(&w.light)
		for c := range channels {
			m[i][c] = w.compare(&reference[i], c, weightsOf(c, i, len(reference)))
		}
	}
	return m
}

// compare finds the norms of a channel that have weight.
func (w *work) compare(reference *scale, c int, weights *norms) norms {
	var s sums
	width, height := w.xyb.width, w.xyb.height
	withStructure, withEdges := weights.needsStructure(), weights.needsEdges()
	w.reset(width)
	for y := -radius; y < height; y++ {
		w.push(reference.xyb.rowOrNone(c, y+radius), w.xyb.rowOrNone(c, y+radius), withStructure)
		if y < 0 {
			continue
		}
		p := rowPair{
			value1: reference.xyb.row(c, y), value2: w.xyb.row(c, y),
			mean1: reference.means[c][y*width : (y+1)*width], mean2: w.mean.out,
		}
		if withStructure {
			p.square1, p.square2 = reference.squares[c][y*width:(y+1)*width], w.square.out
			p.product = w.product.out
			s.addStructure(&p)
		}
		if withEdges {
			s.addEdges(&p)
		}
	}
	return s.norms(width * height)
}

func (w *work) reset(width int) {
	w.mean.reset(width)
	w.square.reset(width)
	w.product.reset(width)
}

// push takes a row of the reference (nil: there is none to compare with) and one of the distorted
// image (nil: below the last).
func (w *work) push(reference, distorted []float32, withStructure bool) {
	if distorted == nil {
		w.mean.pushNothing()
	} else {
		w.mean.push(distorted)
	}
	switch {
	case !withStructure:
	case distorted == nil:
		w.square.pushNothing()
		w.product.pushNothing()
	default:
		w.square.pushProduct(distorted, distorted)
		if reference != nil {
			w.product.pushProduct(reference, distorted)
		}
	}
}
