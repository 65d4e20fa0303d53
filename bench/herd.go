package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
)

// setupHerd is many clients who ask for one rendition that is not there, at one moment. All have to
// get the same bytes, and it should be made once.
func setupHerd(_ context.Context, r *run, s *stage) error {
	s.leaveOut(func(t *target) bool { return !t.makes() }, "it makes no renditions")
	p := r.photos[0]
	widths := p.narrower(r.Widths)
	if len(widths) == 0 {
		return fmt.Errorf("%s is narrower than all widths", p.Name)
	}
	if r.Server.Metrics == "" {
		s.Notes = append(s.Notes, "How often the rendition was made is not known: no metrics are looked at.")
	}
	s.before = func(ctx context.Context, t *target, _ int) error { return r.chill(ctx, t) }
	s.steps = []step{{parts: []string{fmt.Sprintf("%d clients", r.Clients)}, loop: "burst", do: func(ctx context.Context, t *target, round int) ([]counted, error) {
		a := ask{photo: p, width: slices.Max(widths), format: r.smallFormat(), quality: r.Quality, nonce: r.fresh("herd", round)}
		return measured(r.herd(ctx, t, want{url: t.url(a), contentType: a.format.ContentType()}))
	}}}
	return nil
}

// herd has all clients ask at once, and looks at how many renditions were made for them.
func (r *run) herd(ctx context.Context, t *target, w want) (counted, error) {
	before, err := r.renders(ctx, t)
	if err != nil {
		return counted{}, err
	}
	got, err := metered(t, func() *tally { return burst(t, slices.Repeat([]want{w}, r.Clients), alike()) })
	if err != nil || before == nil {
		return got, err
	}
	after, err := r.renders(ctx, t)
	if err == nil {
		made := *after - *before
		got.made = &made
	}
	return got, err
}

// alike wants all answers to have the same bytes as the first.
func alike() func(int, *exchange) error {
	var first []byte
	return func(_ int, x *exchange) error {
		sum := sha256.Sum256(x.resp.Body())
		if first == nil {
			first = sum[:]
		}
		if !bytes.Equal(first, sum[:]) {
			return faultBytes
		}
		return nil
	}
}
