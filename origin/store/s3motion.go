package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// motion ends the context of a request that stands still. Without it, one to a server that hangs would last
// as long as the caller's patience, which may have no end.
type motion struct {
	timer    *time.Timer
	patience time.Duration
	cancel   context.CancelCauseFunc
}

// readPatience is the most that reading may stand still: somebody waits for a picture, and a server that
// takes as long as that to begin is none. What is written, copied or put together may take longer.
const readPatience = 5 * time.Second

// watch returns the context of a request, which must end with the motion's end.
func (s *S3) watch(ctx context.Context) (context.Context, *motion) {
	return s.watchFor(ctx, s.o.Patience)
}

// watchReading is watch for a request that reads.
func (s *S3) watchReading(ctx context.Context) (context.Context, *motion) {
	return s.watchFor(ctx, min(s.o.Patience, readPatience))
}

func (s *S3) watchFor(ctx context.Context, patience time.Duration) (context.Context, *motion) {
	ctx, cancel := context.WithCancelCause(ctx)
	stall := stallError{s.o.Endpoint, patience}
	return ctx, &motion{time.AfterFunc(patience, func() { cancel(stall) }), patience, cancel}
}

// stallError is the cause of a context's end that was not the caller's doing.
type stallError struct {
	endpoint string
	patience time.Duration
}

func (e stallError) Error() string {
	return fmt.Sprintf("%s: nothing has moved for %v", e.endpoint, e.patience)
}

// endOf is why a request's context has ended, nil while it has not: the request has stalled, or the context
// that the caller gave has ended, whatever was said to be the cause of that.
func endOf(ctx context.Context) error {
	var stall stallError
	if errors.As(context.Cause(ctx), &stall) {
		return stall
	}
	return ctx.Err()
}

// on says that something has moved.
func (m *motion) on() { m.timer.Reset(m.patience) }

func (m *motion) end() {
	m.timer.Stop()
	m.cancel(nil)
}

// watched says that something moves whenever it is read, and is not read any more once ctx is done: requests
// that were given up may go on reading for a while, and what they read from is the caller's again.
type watched struct {
	ctx   context.Context
	r     io.ReaderAt
	moves *motion
}

func (w watched) ReadAt(p []byte, at int64) (int, error) {
	if err := w.ctx.Err(); err != nil {
		return 0, err
	}
	w.moves.on()
	return w.r.ReadAt(p, at)
}
