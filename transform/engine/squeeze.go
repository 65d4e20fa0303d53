package engine

import "lightwell/transform"

// mostTries bounds how often a file is written to be small enough: halving 1 to 100 so often leaves
// no more than two qualities apart.
const mostTries = 6

// squeeze writes the file with less quality until it is small enough: the best that is, among those
// tried. Where none is, the smallest has to do.
func (c *chosen) squeeze(w *writer, p *transform.Plan) error {
	if len(c.body) <= p.Choice.MaxBytes {
		return nil
	}
	if p.Encode.Quality > 0 {
		return c.lowerQuality(w, p)
	}
	return c.fewerColors(w, p)
}

// lowerQuality halves the way to the highest quality that is small enough.
func (c *chosen) lowerQuality(w *writer, p *transform.Plan) error {
	low, high := p.Encode.Format.LeastQuality(), p.Encode.Quality // high is too large
	for range mostTries {
		if low >= high {
			break
		}
		e := p.Encode
		e.Quality = (low + high) / 2
		body, err := w.write(e)
		if err != nil {
			return err
		}
		if len(body) > p.Choice.MaxBytes {
			high = e.Quality
			c.smaller(chosen{body, e.Format})
			continue
		}
		*c, low = chosen{body, e.Format}, e.Quality+1
	}
	return nil
}

// fewerColors takes a smaller palette, where the format has one.
func (c *chosen) fewerColors(w *writer, p *transform.Plan) error {
	if f := p.Encode.Format; f != transform.PNG && f != transform.GIF {
		return nil
	}
	for _, colors := range []int{256, 128, 64, 32, 16, 4, 2} {
		if p.Encode.Colors > 0 && colors >= p.Encode.Colors {
			continue
		}
		e := p.Encode
		e.Colors, e.Effort, e.Deep, e.Grey = colors, 7, false, false
		body, err := w.write(e)
		if err != nil {
			return err
		}
		c.smaller(chosen{body, e.Format})
		if len(c.body) <= p.Choice.MaxBytes {
			break
		}
	}
	return nil
}
