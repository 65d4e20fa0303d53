package bench

import (
	"context"
	"errors"
	"time"
)

// setupSrcset is all renditions of one photograph at once, as when a page with a new picture is
// seen by many: how long the first of them takes, and the last.
func setupSrcset(_ context.Context, r *run, s *stage) error {
	s.leaveOut(func(t *target) bool { return !t.makes() }, "it makes no renditions")
	photos := r.widest()
	if len(photos) == 0 {
		return errors.New("all photographs are narrower than all widths")
	}
	s.before = func(ctx context.Context, t *target, _ int) error { return r.chill(ctx, t) }
	s.steps = []step{{parts: []string{"to the last", "to the first", "each"}, loop: "burst", do: func(ctx context.Context, t *target, round int) ([]counted, error) {
		b := &bursts{last: newTally(), first: newTally(), each: newTally()}
		all, err := metered(t, func() *tally {
			for _, p := range photos {
				if ctx.Err() == nil {
					b.add(t, r.srcset(p, t, round))
				}
			}
			return b.each
		})
		last, first := all, all
		last.tally, first.tally = b.last, b.first
		first.use = nil // which is the burst's as a whole
		return []counted{last, first, all}, err
	}}}
	return nil
}

// widest are the photographs that have the most of the widths: bursts of others would be smaller ones.
func (r *run) widest() (photos []*photo) {
	most := 1
	for _, p := range r.photos {
		n := len(p.narrower(r.SrcsetWidths))
		if n > most {
			photos, most = nil, n
		}
		if n == most {
			photos = append(photos, p)
		}
	}
	return photos
}

// srcset are the renditions of a photograph that a page has.
func (r *run) srcset(p *photo, t *target, round int) (wants []want) {
	for _, width := range p.narrower(r.SrcsetWidths) {
		for _, f := range r.Formats {
			a := ask{photo: p, width: width, format: f, quality: r.Quality, nonce: r.fresh("srcset", round)}
			wants = append(wants, want{url: t.url(a), contentType: f.ContentType()})
		}
	}
	return wants
}

// bursts are what came of some. A burst counts as one request to the first and the last, where all of
// it was right; what was not is in each.
type bursts struct{ last, first, each *tally }

func (b *bursts) add(t *target, wants []want) {
	got := burst(t, wants, func(_ int, x *exchange) error { return cold(x) })
	b.each.add(got)
	if got.failures() > 0 {
		return
	}
	b.first.requests++
	b.last.requests++
	record(b.first.latency, time.Duration(got.latency.Min())*time.Microsecond)
	record(b.last.latency, time.Duration(got.latency.Max())*time.Microsecond)
	b.last.bytes += got.bytes
}
