package origin

import (
	"context"
	"errors"
	"time"

	"lightwell/cache"
	"lightwell/tracing"
)

const (
	// turnPause is between two looks for a rendition that another process is making, at first; it
	// doubles up to longestTurnPause.
	turnPause        = 5 * time.Millisecond
	longestTurnPause = 100 * time.Millisecond
	// settleTime is how long others are kept from making what is on its way to them.
	settleTime = 30 * time.Second
)

// turn waits until it is up to this process to make a rendition that is not there, or another process of the
// fleet has made it. When that one dies, or what it makes is kept nowhere that all find it, its lease ends and
// the next one makes it. release is nil where there is nothing to give back.
func (s *Service) turn(ctx context.Context, key string) (release func(context.Context) error, found Result, err error) {
	if s.Fleet == nil {
		return nil, found, nil
	}
	ctx, span := tracing.Start(ctx, "fleet lock")
	defer func() { endSpan(span, err) }()
	for pause := turnPause; ; pause = min(2*pause, longestTurnPause) {
		release, err := s.Fleet.Acquire(ctx, key)
		held := errors.Is(err, cache.ErrHeld)
		if err != nil && !held { // we go on alone
			return nil, found, nil
		}
		found, ok := s.lookup(ctx, key) // another may have made it between our look and our turn
		switch {
		case ok:
			s.giveBack(ctx, key, release)
			return nil, found, nil
		case !held:
			return release, found, nil
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, found, context.Cause(ctx)
		}
	}
}

// giveBack lets others have the right to make what a key names, once they find what was made of it. Nobody
// here waits for that.
func (s *Service) giveBack(ctx context.Context, key string, release func(context.Context) error) {
	if release == nil {
		return
	}
	s.waiting.Go(func() {
		settling, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTime)
		defer cancel()
		if err := s.Cache.Settled(settling, key); err != nil {
			s.Log.Warn("a rendition is late in the cache that is shared", "key", key, "error", err)
		}
		if err := release(context.WithoutCancel(ctx)); err != nil {
			s.Log.Debug("a lease was not given back", "key", key, "error", err) // it ends by itself
		}
	})
}
