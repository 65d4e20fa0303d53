package uploader

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"time"

	"lightwell/origin/library"
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
		Asset(ctx context.Context, id string) (library.Asset, error)
		Accepted(ctx context.Context, id string) (*os.File, error)
		AcceptedFor(ctx context.Context, least time.Duration, show func(id string, since time.Time, age time.Duration) error) error
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
	return errors.Join(err, s.Library.AcceptedFor(ctx, s.Grace, func(id string, since time.Time, age time.Duration) error {
		return s.look(ctx, id, since, age)
	}))
}

// look discards accepted bytes that nobody waits for: those of an item that has ended,
// and those that never came into the queue. They may have been promised by a queue that
// is lost, if this one is younger: then they are adopted. That compares the store's clock
// with the queue's; where they differ, it may err for as long.
func (s *Sweeper) look(ctx context.Context, id string, since time.Time, age time.Duration) error {
	_, item, err := s.Queue.Find(ctx, id)
	switch {
	case errors.Is(err, queue.ErrNotFound):
		if age < queue.OpenLife {
			return nil
		}
		if since.Before(s.Queue.Born()) {
			return s.adopt(ctx, id, since)
		}
	case err != nil:
		return err
	case item.State != queue.Completed && item.State != queue.Failed && item.State != queue.Cancelled:
		return nil
	}
	s.Log.Info("accepted bytes discarded", "item", id, "since", since)
	return s.Library.Discard(ctx, id)
}

// adopt makes accepted bytes an item again, unless they are an image already. What else
// was said of them, names, tags and whom to tell, is lost.
func (s *Sweeper) adopt(ctx context.Context, id string, since time.Time) error {
	_, err := s.Library.Asset(ctx, id)
	if err == nil || errors.Is(err, library.ErrDeleted) {
		return s.Library.Discard(ctx, id)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	file, err := s.Library.Accepted(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil // somebody else was here
	}
	if err != nil {
		return err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return fmt.Errorf("look at what was accepted as %s: %w", id, err)
	}
	n := about.Size()
	work, err := encode(task{Bytes: n, Direct: true})
	if err != nil {
		return err
	}
	info, err := encode(order{Single: true, Accepted: since})
	if err != nil {
		return err
	}
	_, err = s.Queue.Add(ctx, queue.Batch{
		Job:   queue.Job{ID: id, Class: queue.Bulk, Info: info},
		Items: []queue.Item{{ID: id, Work: work}}, Last: true,
	})
	if err == nil {
		s.Log.Warn("an upload is adopted that is older than the queue: that may have been lost", "item", id, "since", since, "bytes", n)
	}
	return err
}
