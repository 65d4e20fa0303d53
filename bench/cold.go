package bench

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"lightwell/transform"
)

// setupCold is every photograph in every width and format, each made once in a round, one after
// the other: what a rendition costs, and how long whoever asks first waits.
func setupCold(_ context.Context, r *run, s *stage) error {
	s.leaveOut(func(t *target) bool { return !t.makes() }, "it makes no renditions")
	s.before = func(ctx context.Context, t *target, _ int) error { return r.chill(ctx, t) }
	s.whole = true
	if r.Score == nil {
		s.Notes = append(s.Notes, "There are no scores: nothing is there that gives them.")
	}
	for _, width := range r.Widths {
		photos := slices.DeleteFunc(slices.Clone(r.photos), func(p *photo) bool { return p.pixelW < width })
		if len(photos) == 0 {
			s.Notes = append(s.Notes, fmt.Sprintf("Width %d is left out: no photograph is as wide.", width))
			continue
		}
		for _, f := range r.Formats {
			s.steps = append(s.steps, r.coldStep(photos, width, f))
		}
	}
	for _, f := range r.Formats {
		if r.Score != nil && !decodable(f) {
			s.Notes = append(s.Notes, fmt.Sprintf("There are no scores of %s: it cannot be decoded here.", fm(f)))
		}
	}
	return nil
}

func (r *run) coldStep(photos []*photo, width int, f transform.Format) step {
	label := ask{width: width, format: f}.label()
	return step{parts: []string{label}, loop: "turn", do: func(ctx context.Context, t *target, round int) ([]counted, error) {
		var wants []want
		for _, p := range photos {
			a := ask{photo: p, width: width, format: f, quality: r.Quality, nonce: r.fresh("cold", round)}
			wants = append(wants, want{url: t.url(a), contentType: f.ContentType()})
		}
		bodies := make([][]byte, len(photos))
		got, err := metered(t, func() *tally {
			return inTurn(ctx, stepWithin, t, wants, func(n int, x *exchange) error {
				bodies[n] = bytes.Clone(x.resp.Body())
				return cold(x)
			})
		})
		if err == nil && round == 0 && r.Score != nil && decodable(f) {
			got.scores, err = r.scores(photos, bodies)
		}
		return measured(got, err)
	}}
}

// cold wants an answer that was made for this request.
func cold(x *exchange) error {
	if hit, known := x.remembered(); known && hit {
		return faultWarm
	}
	return nil
}
