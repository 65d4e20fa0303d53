package cache

import (
	"context"
	"fmt"
	"io/fs"
	"strings"
	"time"
)

// Sweep deletes the entries that were put before a time, by the store's clock, and returns how many. It
// takes as long as it takes, one after the other; ctx ends it. An entry that is put again while it runs
// may be deleted, too.
func (o *Objects) Sweep(ctx context.Context, before time.Time) (deleted int, err error) {
	for info, err := range o.bare.store.List(ctx, folder, "") {
		if err != nil {
			return deleted, fmt.Errorf("sweep renditions: %w", err)
		}
		if !info.Modified.Before(before) {
			continue
		}
		if err := o.bare.store.Delete(ctx, info.Name); err != nil {
			return deleted, fmt.Errorf("sweep renditions: %w", err)
		}
		deleted++
	}
	return deleted, nil
}

// DropAll deletes the entries of one original, those that wait to be written included, and returns how
// many objects it deleted. An error leaves some.
func (o *Objects) DropAll(ctx context.Context, original string) (deleted int, err error) {
	if original == "" || strings.Contains(original, "/") {
		return 0, fmt.Errorf("drop the renditions of original %q: %w", original, fs.ErrInvalid)
	}
	prefix := Name(original, "")
	if err := o.forgetAll(ctx, prefix); err != nil {
		return 0, fmt.Errorf("drop the renditions of original %s: %w", original, err)
	}
	for info, err := range o.bare.store.List(ctx, folder+prefix, "") {
		if err == nil {
			err = o.bare.store.Delete(ctx, info.Name)
		}
		if err != nil {
			return deleted, fmt.Errorf("drop the renditions of original %s: %w", original, err)
		}
		deleted++
	}
	return deleted, nil
}

// forgetAll forgets what waits, or is being written, under keys that begin with prefix.
func (b *Behind) forgetAll(ctx context.Context, prefix string) error {
	b.mu.Lock()
	var keys []string
	for key := range b.waiting {
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	for key := range b.writing { // deleted already, and not quite ended
		if strings.HasPrefix(key, prefix) {
			keys = append(keys, key)
		}
	}
	b.mu.Unlock()
	for _, key := range keys {
		if err := b.forget(ctx, key); err != nil {
			return err
		}
	}
	return nil
}
