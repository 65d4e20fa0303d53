package bench

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// setupZipf is a mix of many originals of which few are asked for often and most hardly ever, as
// visitors do: how often the cache has them, and what that makes of latencies. Each round begins with
// nothing remembered, and asks for the same.
func setupZipf(ctx context.Context, r *run, s *stage) error {
	s.leaveOut(func(t *target) bool { return !t.makes() }, "it makes no renditions")
	s.leaveOut(func(t *target) bool { return t.peer != nil && r.Share == "" }, "no folder is shared in which it has the generated originals")
	r.Progress.Begin(fmt.Sprintf("zipf: bringing %d originals", r.Originals))
	within, cancel := context.WithTimeoutCause(ctx, bringWithin, fmt.Errorf("it takes longer than %v", bringWithin))
	defer cancel()
	photos, err := r.crowd(within)
	if err != nil && ctx.Err() == nil && within.Err() != nil {
		err = context.Cause(within)
	}
	if err != nil {
		return fmt.Errorf("upload %d originals: %w", r.Originals, err)
	}
	trial := r.Rounds // which is no round that is measured
	rate := r.rate(ctx, s.targets, func(t *target) (wants []want) {
		for n := range min(20, len(photos)) {
			wants = append(wants, r.small(photos[n], t, trial))
		}
		return wants
	})
	s.steps = []step{{parts: []string{"open loop"}, loop: "open", rate: rate, do: func(ctx context.Context, t *target, round int) ([]counted, error) {
		due := r.due(rate, round)
		popular := popularity(r.random(forRequests+uint64(round)), r.Skew, len(photos), len(due))
		return measured(metered(t, func() *tally {
			return openLoop(ctx, r.Connections, due, answerWithin, t, func(n int) want { return r.small(photos[popular[n]], t, round) })
		}))
	}}}
	return nil
}

// bringWithin is how long the originals may take to upload.
const bringWithin = 20 * time.Minute

// popularity draws so many of so many originals. The k-th of them, from 0 on, is drawn with a
// probability that goes with (1+k)^-s: Zipf's law.
func popularity(r *rand.Rand, s float64, originals, draws int) []int {
	zipf := rand.NewZipf(r, s, 1, uint64(originals-1))
	drawn := make([]int, draws)
	for i := range drawn {
		drawn[i] = int(zipf.Uint64())
	}
	return drawn
}

// small is a rendition that nobody asked for before the round: its width and quality are the round's,
// since purging ten thousand images takes long.
func (r *run) small(p *photo, t *target, round int) want {
	const narrowest, widths, least, qualities = 96, 128, 60, 25
	n := (r.nonce + uint64(round)) % (widths * qualities)
	a := ask{photo: p, width: narrowest + int(n%widths), format: r.smallFormat(), quality: least + int(n/widths), nonce: r.fresh("zipf", round)}
	return want{url: t.url(a), contentType: a.format.ContentType()}
}

// crowd uploads the originals, some thousands at once, and shares them.
func (r *run) crowd(ctx context.Context) ([]*photo, error) {
	const together = 5000 // half of what a server takes, unless it is told otherwise
	made, err := newOriginals(r.random(forPictures))
	if err != nil {
		return nil, err
	}
	var all []*photo
	for from := 0; from < r.Originals; from += together {
		var some []*photo
		for n := from; n < min(from+together, r.Originals); n++ {
			body := made.at(n, fmt.Sprintf("lightwell bench, seed %d:", r.Seed))
			some = append(some, &photo{Photo: Photo{fmt.Sprintf("zipf-%07d.jpg", n), body}, pixelW: originalWidth, pixelH: originalHeight})
		}
		if err := r.bringCrowd(ctx, some); err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// bringCrowd uploads originals in one archive, and learns their ids. It lets go of their bytes.
func (r *run) bringCrowd(ctx context.Context, photos []*photo) error {
	byName := map[string]*photo{}
	j, err := r.main().api.bulk(ctx, func(add func(string, []byte) error) error {
		for _, p := range photos {
			if err := errors.Join(r.share(p.Name, p.Body), add(p.Name, p.Body)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, p := range photos {
		byName[p.Name], p.Body = p, nil
	}
	err = r.main().api.items(ctx, j.JobID, func(u uploaded) {
		if p := byName[u.Name]; p != nil {
			p.id = u.ImageID
		}
	})
	if err != nil {
		return err
	}
	for _, p := range photos {
		if p.id == "" {
			return fmt.Errorf("the server's answer lacks %s", p.Name)
		}
	}
	return nil
}
