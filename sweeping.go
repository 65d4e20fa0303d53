package main

import (
	"context"
	"time"

	"lightwell/origin/library"
)

// sweep removes at intervals what nobody needs.
func (s *server) sweep(ctx context.Context) {
	bucket := s.lifecycle()
	bucket.settle(ctx)
	tick := time.NewTicker(s.cfg.SweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		s.sweepOnce(ctx, bucket)
	}
}

func (s *server) sweepOnce(ctx context.Context, bucket *lifecycle) {
	failed := func(what string, err error) {
		if err != nil && ctx.Err() == nil {
			s.log.Error("sweep failed", "of", what, "error", err)
		}
	}
	failed("uploads", s.sweeper.Sweep(ctx))
	bucket.sweep(ctx)
	if s.objects != nil && !bucket.kept {
		_, err := s.objects.Sweep(ctx, time.Now().Add(-s.cfg.CacheObjectsLife))
		failed("renditions", err)
	}
	swept, err := s.library.Sweep(ctx)
	failed("images", err)
	if swept != (library.Swept{}) {
		s.log.Info("swept", "originals", swept.Originals, "bytes", swept.Bytes,
			"tombstones", swept.Tombstones, "references", swept.References, "incoming", swept.Incoming)
	}
}
