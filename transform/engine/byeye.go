package engine

import (
	"image"
	"math"

	"lightwell/transform"
	"lightwell/transform/ssimulacra2"

	"github.com/davidbyttow/govips/v2/vips"
)

// A quality is chosen by eye on a small copy of the picture: how its score comes out tells how the picture's would.
const (
	// copyPixels is how many pixels the copy has, at most: 612 by 408. With 150,000
	// photographs of 800 pixels as WebP come out up to 2.1 points below the floor, and with this 0.6. Copies that are put
	// together of pieces foretell less at any size: encoders see the edges between them.
	copyPixels = 250_000
	// perHalving is by how much less the picture scores than a copy of half its width: it has less in each pixel.
	perHalving = 1.9
	// eyeMargin is added to the floor, so that few pictures come out below it.
	eyeMargin = 0.5
)

// The qualities that are chosen from, on JPEG's scale.
const leastByEye, mostByEye = 30, 90

// byEye settles the qualities of a plan that gives a score in place of one: of the format that is preferred by what
// two trials come to, and of its rivals by the scales.
func (w *writer) byEye(p *transform.Plan) error {
	if p.Encode.Score == 0 || w.img.Width() < 8 || w.img.Height() < 8 {
		return nil
	}
	t, err := newTrial(w.img, p.Encode)
	if err != nil {
		return err
	}
	defer t.img.Close()
	q, err := t.search(p.Encode.Score)
	if err != nil {
		return err
	}
	p.Encode = p.Encode.WithQ(q)
	rivals := p.Choice.Rivals
	p.Choice.Rivals = nil // not the caller's
	for _, rival := range rivals {
		if rival.Score > 0 {
			rival = rival.WithQ(q)
		}
		p.Choice.Rivals = append(p.Choice.Rivals, rival)
	}
	return nil
}

// trial is a small copy of a picture, to be written and looked at.
type trial struct {
	img       *vips.ImageRef
	encode    transform.Encode
	reference *ssimulacra2.Reference
	halvings  float64 // of the width of the picture, to that of the copy
}

// newTrial makes the copy. Its image is the caller's to close.
func newTrial(img *vips.ImageRef, e transform.Encode) (*trial, error) {
	small, err := img.Copy()
	if err != nil {
		return nil, vipsError(nil, "copy", err)
	}
	t := &trial{img: small, encode: e}
	if err := t.reduce(); err != nil {
		small.Close()
		return nil, err
	}
	return t, nil
}

func (t *trial) reduce() error {
	factor := math.Sqrt(copyPixels / float64(t.img.Width()*t.img.Height()))
	if factor < 1 {
		t.halvings = -math.Log2(factor)
		size := transform.Size{Width: max(8, int(float64(t.img.Width())*factor)), Height: max(8, int(float64(t.img.Height())*factor))}
		if err := resample(t.img, size); err != nil {
			return err
		}
	}
	seen, err := nrgbaOf(t.img)
	if err != nil {
		return err
	}
	t.reference, err = ssimulacra2.NewReference(seen)
	return err
}

// score is that of the picture with q, as the copy foretells it.
func (t *trial) score(q float64) (float64, error) {
	body, err := (&writer{img: t.img, looked: true}).write(t.encode.WithQ(q))
	if err != nil {
		return 0, err
	}
	img, err := open(body, opening{format: t.encode.Format}, transform.DefaultLimits)
	if err != nil {
		return 0, err
	}
	defer img.Close()
	if err := decode(img, nil); err != nil {
		return 0, err
	}
	seen, err := nrgbaOf(img)
	if err != nil {
		return 0, err
	}
	score, err := t.reference.Score(seen)
	return score - perHalving*t.halvings, err
}

// search is the q that has the score of a floor, by two trials: they tell how the picture's score differs from the usual
// one of each q, on a straight line.
func (t *trial) search(floor float64) (q float64, err error) {
	const first = 60
	floor += eyeMargin
	score, err := t.score(first)
	if err != nil {
		return 0, err
	}
	off, slope := score-transform.UsualScore(first), 0.0
	second := reaching(floor, first, off, slope)
	if score, err = t.score(second); err != nil {
		return 0, err
	}
	offSecond := score - transform.UsualScore(second)
	if math.Abs(second-first) > 2 {
		slope = within((offSecond-off)/(second-first), -mostSlope, mostSlope)
	}
	return reaching(floor, second, offSecond, slope), nil
}

// mostSlope bounds how much faster or slower than usual a score changes with q: two trials that are near tell noise.
const mostSlope = 0.3

// reaching is the least q that reaches a score, where the score's distance from the usual one is off at one q, and changes
// with q by slope.
func reaching(floor, at, off, slope float64) float64 {
	for q := float64(leastByEye); q < mostByEye; q += 0.25 {
		if transform.UsualScore(q)+off+slope*(q-at) >= floor {
			return q
		}
	}
	return mostByEye
}

func within(x, least, most float64) float64 { return max(least, min(x, most)) }

// nrgbaOf are the pixels of an image of 8 bits as a screen has them.
func nrgbaOf(img *vips.ImageRef) (*image.NRGBA, error) {
	shown, err := img.Copy()
	if err != nil {
		return nil, vipsError(nil, "copy", err)
	}
	defer shown.Close()
	if err := shown.ToColorSpace(vips.InterpretationSRGB); err != nil {
		return nil, vipsError(nil, "convert the colours", err)
	}
	if err := shown.AddAlpha(); err != nil {
		return nil, vipsError(nil, "add transparency", err)
	}
	pixels, err := shown.ToBytes()
	if err != nil {
		return nil, vipsError(nil, "read the pixels", err)
	}
	m := image.NewNRGBA(image.Rect(0, 0, img.Width(), img.Height()))
	copy(m.Pix, pixels)
	return m, nil
}
