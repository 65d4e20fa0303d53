package library

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"
)

// clock is the store's own, by which it tells when an object was put. That of this machine may be hours off: a
// sweep by it would take what has just come for old.
type clock struct{ at, read time.Time }

// clockName begins the names of the objects off which it is read. Each reading has its own: sweeps that run at
// once would take it away from one another.
const clockName = "clock"

// clock reads it, off an object that is put for that.
func (l *Library) clock(ctx context.Context) (clock, error) {
	name := sweepName(clockName + "-" + rand.Text())
	err := l.putBytes(ctx, name, nil)
	if err != nil && ctx.Err() == nil {
		return clock{}, fmt.Errorf("read the store's clock: %w", err)
	}
	info, err := l.store.Stat(ctx, name)
	read := time.Now()
	err = errors.Join(err, ctx.Err(), l.store.Delete(context.WithoutCancel(ctx), name)) // a process that ends leaves nothing
	if err != nil {
		return clock{}, fmt.Errorf("read the store's clock: %w", err)
	}
	return clock{info.Modified, read}, nil
}

// age is how old an object is, or less. What has passed since the clock was read is measured without any clock
// that could be set.
func (c clock) age(modified time.Time) time.Duration {
	return c.at.Sub(modified) + time.Since(c.read)
}
