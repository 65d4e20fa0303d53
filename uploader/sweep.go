package uploader

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"lightwell/uploader/queue"
)

// Sweeper removes what uploads that were broken off have left.
type Sweeper struct {
	Queue interface {
		queue.Queue
		queue.Keeper
	}
	Library interface {
		Discard(ctx context.Context, id string) error
		AcceptedBefore(ctx context.Context, before time.Time, show func(id string, since time.Time) error) error
	}
	// JobLife is how long a job is remembered after its end.
	JobLife time.Duration
	// Grace is how old accepted bytes are before they are looked at. Those that the queue
	// does not know are kept for queue.OpenLife at least: they may be on their way into it.
	Grace time.Duration
	Log   *slog.Logger
}

// Sweep forgets old jobs and uploads that never became whole, and their bytes.
func (s *Sweeper) Sweep(ctx context.Context) error {
	err := s.Queue.Sweep(ctx, s.JobLife, func(ctx context.Context, item queue.Item) error {
		return s.Library.Discard(ctx, item.ID)
	})
	now := time.Now()
	return errors.Join(err, s.Library.AcceptedBefore(ctx, now.Add(-s.Grace), func(id string, since time.Time) error {
		return s.look(ctx, id, since)
	}))
}

// look discards accepted bytes that nobody waits for: those of an item that has ended,
// and those that never came into the queue. A queue that is younger than the bytes has
// perhaps been lost, with their promise: they stay.
func (s *Sweeper) look(ctx context.Context, id string, since time.Time) error {
	_, item, err := s.Queue.Find(ctx, id)
	switch {
	case errors.Is(err, queue.ErrNotFound):
		if time.Since(since) < queue.OpenLife {
			return nil
		}
		if since.Before(s.Queue.Born()) {
			s.Log.Warn("accepted bytes are older than the queue, which does not know them: they are kept", "item", id, "since", since)
			return nil
		}
	case err != nil:
		return err
	case item.State != queue.Completed && item.State != queue.Failed && item.State != queue.Cancelled:
		return nil
	}
	s.Log.Info("accepted bytes discarded", "item", id, "since", since)
	return s.Library.Discard(ctx, id)
}
