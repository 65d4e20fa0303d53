package uploader

import (
	"context"
	"os"

	"lightwell/transform"
)

// InTurns lets few inspections be asked for at once: as many as there are processes for
// them, and one to come. Workers have more hands than that, for most of an image's time
// is the store's; all of them in the queue for a process would keep out what is urgent.
type InTurns struct {
	inspector Inspector
	turns     chan struct{}
}

// NewInTurns lets at most so many ask an inspector.
func NewInTurns(inspector Inspector, most int) *InTurns {
	return &InTurns{inspector, make(chan struct{}, most)}
}

// Inspect implements Inspector.
func (in *InTurns) Inspect(ctx context.Context, src *os.File, limits transform.Limits) (transform.Inspection, error) {
	select {
	case in.turns <- struct{}{}:
	case <-ctx.Done():
		return transform.Inspection{}, context.Cause(ctx)
	}
	defer func() { <-in.turns }()
	return in.inspector.Inspect(ctx, src, limits)
}
