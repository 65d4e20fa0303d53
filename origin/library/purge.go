package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"

	"golang.org/x/sync/errgroup"
)

// Purge gives an asset a new generation: whatever was remembered of it before is never looked up again.
// The error is as Delete's.
func (l *Library) Purge(ctx context.Context, id string) error {
	if !ValidID(id) {
		return fmt.Errorf("asset %q: %w", id, fs.ErrNotExist)
	}
	return l.amend(ctx, "purge", id, func(a Asset) Asset {
		a.Generation++
		return a
	})
}

// handsOfTag is how many assets of a tag are worked on at once.
const handsOfTag = 16

// Tagged calls do for the assets of a tag, several at once, until one of them returns an error. Those that
// are added meanwhile may be among them. Errors of its own wrap ErrUnavailable.
func (l *Library) Tagged(ctx context.Context, tag string, do func(ctx context.Context, id string) error) error {
	all, ctx := errgroup.WithContext(ctx)
	all.SetLimit(handsOfTag)
	for info, err := range l.store.List(ctx, tagPrefix(tag), "") {
		if err != nil {
			return errors.Join(unavailable(ctx, fmt.Errorf("list the assets of a tag: %w", err)), all.Wait())
		}
		if ctx.Err() != nil {
			break
		}
		all.Go(func() error { return do(ctx, markerID(info.Name)) })
	}
	return all.Wait()
}
