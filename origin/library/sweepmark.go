package library

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"io/fs"
	"time"
)

const (
	sweepPoll = 20 * time.Millisecond
	// sweepStale is how old a sweep's mark is when its sweep must have died, and sweepTime how long a sweep
	// works under one. In between is what a request takes that nobody waits for any more.
	sweepStale = time.Minute
	sweepTime  = sweepStale / 2
)

// errMarked is the error of a sweep that comes upon the mark of another.
var errMarked = errors.New("another sweep is at it")

// marked does something under the mark of some bytes, which one sweep has at a time, and whoever adds them waits
// for: unless another is at it, or died not long ago. What takes too long ends, and goes on with the next sweep.
func (l *Library) marked(ctx context.Context, hash string, c clock, do func(ctx context.Context) error) error {
	marking, cancel := context.WithTimeout(ctx, sweepTime)
	defer cancel()
	if err := l.mark(marking, hash, c); err != nil {
		if errors.Is(err, errMarked) {
			return nil
		}
		return err // it may be there or not, and is not known to be this sweep's
	}
	err := do(marking)
	if marking.Err() != nil && ctx.Err() == nil {
		return nil // the next sweep goes on, and with the mark
	}
	return errors.Join(err, l.store.Delete(context.WithoutCancel(ctx), sweepName(hash)))
}

// mark puts a mark where there is none, or takes over a dead sweep's.
func (l *Library) mark(ctx context.Context, hash string, c clock) error {
	dead, err := l.deadMark(ctx, hash, c)
	if err != nil {
		return err
	}
	return l.store.Update(ctx, sweepName(hash), func(was []byte) ([]byte, error) {
		if was != nil && (dead == nil || !bytes.Equal(was, dead)) {
			return nil, errMarked
		}
		return []byte(rand.Text()), nil
	})
}

// deadMark is the mark of a sweep that has died, nil where there is none.
func (l *Library) deadMark(ctx context.Context, hash string, c clock) ([]byte, error) {
	o, err := l.store.Open(ctx, sweepName(hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer o.Close()
	if c.age(o.Modified) <= sweepStale {
		return nil, errMarked
	}
	return io.ReadAll(io.LimitReader(o, maxMetadata))
}

// awaitSweep waits while a sweep is between deciding and deleting the bytes of an asset, whose reference has been
// put. It does so until the mark is stale: by what it has seen itself, or by the store's clock, by which the
// reference is younger. What this machine's clock says counts for nothing.
func (l *Library) awaitSweep(ctx context.Context, a Asset) error {
	var seen time.Time // Modified of the mark that is waited for
	var since time.Time
	for {
		mark, err := l.store.Stat(ctx, sweepName(a.Original))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if !mark.Modified.Equal(seen) {
			seen, since = mark.Modified, time.Now()
			if ref, err := l.store.Stat(ctx, refName(a.Original, a.ID)); err == nil && ref.Modified.Sub(seen) > sweepStale {
				return nil
			}
		}
		if time.Since(since) > sweepStale {
			return nil
		}
		select {
		case <-time.After(sweepPoll):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
