package store

import (
	"context"
	"fmt"
	"io"
	"time"
)

// stallAfter is how long a transfer may stand still.
const stallAfter = time.Minute

var errStalled = fmt.Errorf("nothing has moved for %v", stallAfter)

// motion ends the context of a transfer that stands still. Without it, one to a server that hangs would last
// as long as the caller's patience, which may have no end.
type motion struct {
	timer  *time.Timer
	cancel context.CancelCauseFunc
}

func watch(ctx context.Context) (context.Context, *motion) {
	ctx, cancel := context.WithCancelCause(ctx)
	return ctx, &motion{time.AfterFunc(stallAfter, func() { cancel(errStalled) }), cancel}
}

// on says that something has moved.
func (m *motion) on() { m.timer.Reset(stallAfter) }

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
