package bench

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"
)

// setupBulk is images that are uploaded: by a request each, so many at once, and as one archive that
// is done when the last of its images is.
func setupBulk(_ context.Context, r *run, s *stage) error {
	s.leaveOut(func(t *target) bool { return t.api == nil }, "it has no door for uploads")
	image, err := r.uploads(s)
	if err != nil {
		return err
	}
	s.steps = []step{
		{parts: []string{"one by one"}, loop: "closed", do: func(ctx context.Context, t *target, round int) ([]counted, error) {
			return measured(metered(t, func() *tally {
				return r.post(ctx, t, func(n int) []byte { return image(n, round, "post") })
			}))
		}},
		{parts: []string{"an archive"}, loop: "burst", do: func(ctx context.Context, t *target, round int) ([]counted, error) {
			return measured(metered(t, func() *tally {
				got, err := r.archive(ctx, t, func(n int) []byte { return image(n, round, "tar") })
				if err != nil {
					s.Notes = append(s.Notes, fmt.Sprintf("Round %d of the archive: %v.", round+1, err))
				}
				return got
			}))
		}},
	}
	return nil
}

// uploads are images that no server has seen: the photographs that are JPEGs, with a comment in each,
// or generated ones where there are none.
func (r *run) uploads(s *stage) (func(n, round int, how string) []byte, error) {
	var jpegs [][]byte
	for _, p := range r.photos {
		if isJPEG(p.Body) {
			jpegs = append(jpegs, p.Body)
		}
	}
	if len(jpegs) == 0 {
		made, err := newOriginals(r.random(forPictures))
		if err != nil {
			return nil, err
		}
		s.Notes = append(s.Notes, "No photograph is a JPEG: generated ones are uploaded.")
		jpegs = made.pictures
	}
	return func(n, round int, how string) []byte {
		return commented(jpegs[n%len(jpegs)], fmt.Sprintf("lightwell bench %x: %s %d, round %d", r.nonce, how, n, round))
	}, nil
}

// post uploads images one by one on each connection.
func (r *run) post(ctx context.Context, t *target, image func(n int) []byte) *tally {
	var taken atomic.Int64
	return together(r.Connections, func(own *tally, _ *exchange) {
		for ctx.Err() == nil {
			n := int(taken.Add(1)) - 1
			if n >= r.Images {
				return
			}
			body := image(n)
			start := time.Now()
			_, err := t.api.upload(ctx, fmt.Sprintf("bulk-%d.jpg", n), body)
			own.requests++
			if err != nil {
				own.fail(faultOfUpload(err))
				continue
			}
			record(own.latency, time.Since(start))
			own.bytes += int64(len(body))
		}
	})
}

// archive uploads images in one tar. They have no latencies of their own.
func (r *run) archive(ctx context.Context, t *target, image func(n int) []byte) (*tally, error) {
	own := newTally()
	own.requests = r.Images
	j, err := t.api.bulk(ctx, func(add func(string, []byte) error) error {
		for n := range r.Images {
			body := image(n)
			own.bytes += int64(len(body))
			if err := add(fmt.Sprintf("bulk-%d.jpg", n), body); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		own.errors[faultOfUpload(err)] = r.Images - j.Completed
	}
	return own, err
}

func faultOfUpload(err error) fault {
	if no, ok := errors.AsType[refused](err); ok {
		return fault(fmt.Sprintf("status %d", no.status))
	}
	return faultUpload
}
