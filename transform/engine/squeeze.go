package engine

import "lightwell/transform"

// mostTries bounds how often a file is written to be small enough: halving 1 to 100 so often leaves
// no more than two qualities apart.
const mostTries = 6

// squeezed is the file, of which there is a body that is too large, as what the client prefers in so
// few bytes. Where that cannot be had, it is the smallest that any format of the client's comes to.
func (w *writer) squeezed(best chosen, body []byte, p *transform.Plan) (chosen, error) {
	preferred := chosen{body, p.Encode.Format}
	err := preferred.squeeze(w, p.Encode, p.Choice.MaxBytes)
	if err != nil || len(preferred.body) <= p.Choice.MaxBytes {
		return preferred, err
	}
	best.smaller(preferred)
	for _, rival := range p.Choice.Rivals {
		if w.loses(rival) {
			continue
		}
		body, err := w.write(rival)
		if err != nil {
			return best, err
		}
		other := chosen{body, rival.Format}
		if err := other.squeeze(w, rival, p.Choice.MaxBytes); err != nil {
			return best, err
		}
		best.smaller(other)
	}
	return best, nil
}

// squeeze writes the file with less quality until it is small enough: the best that is, among those
// tried. Where none is, the smallest has to do.
func (c *chosen) squeeze(w *writer, e transform.Encode, most int) error {
	switch {
	case len(c.body) <= most:
		return nil
	case e.Quality > 0:
		return c.lowerQuality(w, e, most)
	}
	return c.fewerColors(w, e, most)
}

// lowerQuality halves the way to the highest quality that is small enough.
func (c *chosen) lowerQuality(w *writer, e transform.Encode, most int) error {
	low, high := e.Format.LeastQuality(), e.Quality // high is too large
	for range mostTries {
		if low >= high {
			break
		}
		e.Quality = (low + high) / 2
		body, err := w.write(e)
		if err != nil {
			return err
		}
		if len(body) > most {
			high = e.Quality
			c.smaller(chosen{body, e.Format})
			continue
		}
		*c, low = chosen{body, e.Format}, e.Quality+1
	}
	return nil
}

// fewerColors halves the way to the largest palette that is small enough, where the format has one.
func (c *chosen) fewerColors(w *writer, e transform.Encode, most int) error {
	palettes := palettesOf(e)
	if e.Format == transform.PNG { // which had none
		e.Effort = 7
	}
	for len(palettes) > 0 {
		middle := len(palettes) / 2
		e.Colors, e.Deep, e.Grey = palettes[middle], false, false
		body, err := w.write(e)
		if err != nil {
			return err
		}
		if len(body) > most {
			palettes = palettes[:middle]
			c.smaller(chosen{body, e.Format})
			continue
		}
		*c, palettes = chosen{body, e.Format}, palettes[middle+1:]
	}
	return nil
}

// palettesOf are the numbers of colours that a smaller file may have, ascending: each comes to
// another number of bits a pixel.
func palettesOf(e transform.Encode) (palettes []int) {
	var all []int
	switch e.Format {
	case transform.PNG:
		all = []int{2, 4, 16, 256}
	case transform.GIF:
		all = []int{2, 4, 8, 16, 32, 64, 128}
	}
	for _, colors := range all {
		if e.Colors == 0 || colors < e.Colors {
			palettes = append(palettes, colors)
		}
	}
	return palettes
}
