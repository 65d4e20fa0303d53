package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"
)

// clock is the store's own, by which it tells when an object was put. That of this machine may be hours off: a
// sweep by it would take what has just come for old.
type clock struct{ at, read time.Time }

// clockTries is how often the clock is read that other sweeps take away meanwhile.
const clockTries = 5

// clock reads it, off an object that is put for that.
func (l *Library) clock(ctx context.Context) (clock, error) {
	name := sweepName("clock")
	for try := 1; ; try++ {
		err := l.putBytes(ctx, name, nil)
		if err != nil && ctx.Err() == nil {
			return clock{}, fmt.Errorf("read the store's clock: %w", err)
		}
		info, err := l.store.Stat(ctx, name)
		if ctx.Err() != nil { // the process ends: it leaves nothing
			return clock{}, errors.Join(ctx.Err(), l.store.Delete(context.WithoutCancel(ctx), name))
		}
		if errors.Is(err, fs.ErrNotExist) && try < clockTries {
			continue
		}
		read := time.Now()
		if err == nil {
			err = l.store.Delete(context.WithoutCancel(ctx), name)
		}
		if err != nil {
			return clock{}, fmt.Errorf("read the store's clock: %w", err)
		}
		return clock{info.Modified, read}, nil
	}
}

// age is how old an object is, or less. What has passed since the clock was read is measured without any clock
// that could be set.
func (c clock) age(modified time.Time) time.Duration {
	return c.at.Sub(modified) + time.Since(c.read)
}
