package engine

import (
	"math"

	"lightwell/transform"

	"github.com/davidbyttow/govips/v2/vips"
)

// encode writes the image as the plan asks, or as what the plan lets be chosen in its place. data is
// the source's file.
func encode(img *vips.ImageRef, data []byte, p *transform.Plan) ([]byte, transform.Format, error) {
	w, err := newWriter(img, p)
	if err != nil {
		return nil, 0, err
	}
	if err := w.byEye(p); err != nil {
		return nil, 0, err
	}
	body, err := w.write(p.Encode)
	if err != nil {
		return nil, 0, err
	}
	best := chosen{body, p.Encode.Format}
	if err := best.challenge(w, p); err != nil {
		return nil, 0, err
	}
	if p.Choice.Source {
		best.smaller(chosen{plainFile(data, p.Source.Format), p.Source.Format})
	}
	if most := p.Choice.MaxBytes; most > 0 && len(best.body) > most {
		if best, err = w.squeezed(best, body, p); err != nil {
			return nil, 0, err
		}
	}
	return best.body, best.format, nil
}

// chosen is the file that is to be the answer, as far as has been looked.
type chosen struct {
	body   []byte
	format transform.Format
}

// smaller takes another file if there is one and it is smaller.
func (c *chosen) smaller(other chosen) {
	if len(other.body) > 0 && len(other.body) < len(c.body) {
		*c = other
	}
}

// small is how many pixels are written in every way there is: what is around them in the file counts.
const small = 1 << 14

// slow is how many pixels of an animation are not written as a GIF, too: that takes seconds.
const slow = 4 << 20

// challenge tries the rivals that have a chance. A drawing goes without loss where that takes no more
// than twice the bytes, and no more than what other clients get.
func (c *chosen) challenge(w *writer, p *transform.Plan) error {
	if len(p.Choice.Rivals) == 0 && p.Choice.Lossless == nil {
		return nil
	}
	drawn, err := w.isDrawing()
	if err != nil {
		return err
	}
	pixels := w.img.Width() * w.img.Height()
	most := len(c.body)
	for _, rival := range p.Choice.Rivals {
		if rival.Format != transform.WebP { // it is what other clients get
			most = math.MaxInt
		}
		if w.loses(rival) || !drawn && pixels > small && hopeless(rival.Format, p.Encode.Format) ||
			rival.Format == transform.GIF && pixels > slow {
			continue
		}
		body, err := w.write(rival)
		if err != nil {
			return err
		}
		if rival.Format != transform.WebP || len(p.Choice.Rivals) == 1 {
			most = min(most, len(body))
		}
		if rival.Format.Lossy() && rival.Format != transform.WebP && p.Encode.Score == 0 { // with a score, each is to look alike
			if err := c.meet(w, p.Encode, len(body)); err != nil {
				return err
			}
		}
		c.smaller(chosen{body, rival.Format})
	}
	if !drawn || p.Choice.Lossless == nil {
		return nil
	}
	body, err := w.write(*p.Choice.Lossless)
	if err == nil && len(body) <= min(2*len(c.body), most) {
		*c = chosen{body, p.Choice.Lossless.Format}
	}
	return err
}

// meet brings the file that the client prefers down to what others get, if a little less quality can do
// it: of two files of one size the newer format's looks better. Small pictures have more than their q,
// since the scales are those of larger ones.
func (c *chosen) meet(w *writer, e transform.Encode, most int) error {
	const tries = 4
	const step = 0.04 // of the bytes' logarithm that a step of quality takes, at most
	size, least := len(c.body), e.Quality*4/5
	for try := 0; try < tries && size > most && c.format == e.Format && e.Quality > least; try++ {
		e.Quality = max(least, e.Quality-int(math.Ceil(math.Log(float64(size)/float64(most))/step)))
		body, err := w.write(e)
		if err != nil {
			return err
		}
		if size = len(body); size <= most {
			*c = chosen{body, e.Format}
		}
	}
	return nil
}

// loses tells whether a format has not the transparency that the image has.
func (w *writer) loses(e transform.Encode) bool { return w.img.HasAlpha() && !e.Format.Alpha() }

// hopeless tells whether a photograph has no chance of being smaller in a rival's format than in the
// one that was chosen.
func hopeless(rival, than transform.Format) bool {
	return !rival.Lossy() || rival == transform.WebP && than == transform.AVIF
}
