package origin

import (
	"context"
	"sync"
	"time"

	"lightwell/tracing"
	"lightwell/transform"
)

// patience is a context that ends with transform.ErrDeadline as its cause. Its timer
// starts when somebody first asks for more than the time, which an answer from
// memory never does.
type patience struct {
	until time.Time
	span  *tracing.Span // nil where nothing is traced

	start  sync.Once // guards the fields below
	ctx    context.Context
	cancel context.CancelFunc
}

func (p *patience) started() context.Context {
	p.start.Do(func() {
		p.ctx, p.cancel = context.WithDeadlineCause(context.Background(), p.until, transform.ErrDeadline)
	})
	return p.ctx
}

// end cancels it, like the CancelFunc of other contexts.
func (p *patience) end() {
	p.start.Do(func() { p.ctx, p.cancel = ended, func() {} })
	p.cancel()
}

var ended = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

// Deadline implements context.Context.
func (p *patience) Deadline() (time.Time, bool) { return p.until, true }

// Done implements context.Context.
func (p *patience) Done() <-chan struct{} { return p.started().Done() }

// Err implements context.Context.
func (p *patience) Err() error { return p.started().Err() }

// Value implements context.Context. The package context finds causes by it, and tracing its span, which is asked for
// without any being there.
func (p *patience) Value(key any) any {
	if key == (tracing.Key{}) {
		return p.span
	}
	return p.started().Value(key)
}
