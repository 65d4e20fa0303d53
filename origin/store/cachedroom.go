package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
)

// evictShare is the part of the room that an eviction leaves free: the folder is not read again for each
// object that comes.
const evictShare = 16

// grow counts what was added, and evicts if need be. What others have added, who share the folder, it sees
// after a 16th of the room at the latest.
func (c *Cached) grow(ctx context.Context, bytes int64) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.used += bytes
	c.added += bytes
	if c.used <= c.o.Bytes && c.added <= c.o.Bytes/evictShare {
		return nil
	}
	return c.evictLocked(ctx)
}

func (c *Cached) evict(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.evictLocked(ctx)
}

// evictLocked counts what there is, and if that is too much deletes what was used least lately. It reads the
// folder, and so sees what other processes have put and used.
func (c *Cached) evictLocked(ctx context.Context) error {
	var kept []Info
	c.used, c.added = 0, 0
	for info, err := range c.disk.List(ctx, "", "") {
		if err != nil {
			return err
		}
		kept = append(kept, info)
		c.used += info.Size
	}
	if c.used <= c.o.Bytes {
		return nil
	}
	slices.SortFunc(kept, func(a, b Info) int {
		return cmp.Or(a.Modified.Compare(b.Modified), strings.Compare(a.Name, b.Name))
	})
	for _, info := range kept {
		if c.used <= c.o.Bytes-c.o.Bytes/evictShare {
			break
		}
		if err := c.disk.Delete(ctx, info.Name); err != nil {
			return err
		}
		c.used -= info.Size
	}
	return nil
}
