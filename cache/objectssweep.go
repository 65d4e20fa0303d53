package cache

import (
	"context"
	"fmt"
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
