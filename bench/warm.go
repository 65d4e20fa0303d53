package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lightwell/transform"
)

// setupWarm is a few renditions that are asked for over and over: as fast as they are answered,
// for what each costs, and at a rate, for how long they take.
func setupWarm(ctx context.Context, r *run, s *stage) error {
	wants := map[*target][]want{}
	for _, t := range s.targets {
		var err error
		if wants[t], err = r.warmed(t); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	next := func(t *target) func(int) want {
		all := wants[t]
		return func(n int) want { return all[n%len(all)] }
	}
	rate := r.rate(ctx, s.targets, func(t *target) []want { return slices.Repeat(wants[t], 100/len(wants[t])+1) })
	s.steps = []step{
		{parts: []string{"closed loop"}, loop: "closed", do: func(ctx context.Context, t *target, _ int) ([]counted, error) {
			return measured(metered(t, func() *tally { return closedLoop(ctx, r.Connections, r.Duration, t, next(t)) }))
		}},
		{parts: []string{"open loop"}, loop: "open", rate: rate, do: func(ctx context.Context, t *target, round int) ([]counted, error) {
			due := r.due(rate, round)
			return measured(metered(t, func() *tally { return openLoop(ctx, r.Connections, due, answerWithin, t, next(t)) }))
		}},
	}
	return nil
}

// warmed asks for the renditions until they are remembered, and learns how long they are.
func (r *run) warmed(t *target) ([]want, error) {
	p := r.photos[0]
	widths := p.narrower(r.Widths)
	if len(widths) == 0 {
		return nil, fmt.Errorf("%s is narrower than all widths", p.Name)
	}
	slices.Sort(widths)
	var wants []want
	for _, f := range r.Formats {
		a := ask{photo: p, width: widths[len(widths)/2], format: f, quality: r.Quality, nonce: r.fresh("warm", 0)}
		w := want{url: t.url(a), contentType: f.ContentType()}
		x := &exchange{}
		for range 2 { // a cache may take what it is given a little later
			if err := t.client.get(x, w); err != nil && (t.makes() || err != faultType) {
				return nil, fmt.Errorf("GET %s: %w", w.url, err)
			}
		}
		w.contentType, w.length = string(x.resp.Header.ContentType()), len(x.resp.Body())
		wants = append(wants, w)
		if t == r.main() {
			if err := r.share(a.fileName(), x.resp.Body()); err != nil {
				return nil, err
			}
		}
	}
	return wants, nil
}

// due are the arrivals of a round, which are the same for all targets.
func (r *run) due(rate float64, round int) []time.Duration {
	if r.Fixed {
		return arrivals(rate, r.Duration, nil)
	}
	return arrivals(rate, r.Duration, r.random(forArrivals+uint64(round)))
}

// smallFormat is that of scenarios that have one: the one that most pages use, if it is asked for.
func (r *run) smallFormat() transform.Format {
	if slices.Contains(r.Formats, transform.WebP) {
		return transform.WebP
	}
	return r.Formats[0]
}
