package engine

import "lightwell/transform"

// mostTries bounds how often a file is written to be small enough, after the smallest: halving 1 to 100
// so often leaves no more than two qualities apart.
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
// tried. The least comes first: where that is too large it is the smallest there is, and the rest is spared.
func (c *chosen) squeeze(w *writer, e transform.Encode, most int) error {
	ways := waysDown(e)
	if len(c.body) <= most || len(ways) == 0 {
		return nil
	}
	for try, at := 0, 0; len(ways) > 0 && try <= mostTries; try, at = try+1, len(ways)/2 {
		body, err := w.write(ways[at])
		if err != nil {
			return err
		}
		if len(body) > most {
			ways = ways[:at]
			c.smaller(chosen{body, e.Format})
			continue
		}
		*c, ways = chosen{body, e.Format}, ways[at+1:]
	}
	return nil
}

// waysDown are the ways to write a smaller file than one way does, the smallest first: with a lower
// quality, or else with fewer colours.
func waysDown(e transform.Encode) (ways []transform.Encode) {
	for quality := e.Format.LeastQuality(); quality < e.Quality; quality++ {
		lower := e
		lower.Quality = quality
		ways = append(ways, lower)
	}
	if e.Quality > 0 {
		return ways
	}
	for _, colors := range palettesOf(e) {
		fewer := e
		fewer.Colors, fewer.Deep, fewer.Grey = colors, false, false
		if e.Format == transform.PNG { // which had none
			fewer.Effort = 7
		}
		ways = append(ways, fewer)
	}
	return ways
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
