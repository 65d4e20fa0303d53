package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
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

// evictLocked counts what there is, and if that is too much deletes some.
func (c *Cached) evictLocked(ctx context.Context) error {
	kept, err := c.countLocked(ctx)
	if err != nil || c.used <= c.o.Bytes {
		return err
	}
	return c.shrinkLocked(ctx, kept, c.o.Bytes-c.o.Bytes/evictShare)
}

// countLocked reads the folder, and so sees what other processes have put and used.
func (c *Cached) countLocked(ctx context.Context) (kept []Info, err error) {
	c.used, c.added = 0, 0
	for info, err := range c.disk.List(ctx, "", "") {
		if err != nil {
			return nil, err
		}
		kept = append(kept, info)
		c.used += info.Size
	}
	return kept, nil
}

// shrinkLocked deletes what was used least lately until so many bytes are left.
func (c *Cached) shrinkLocked(ctx context.Context, kept []Info, most int64) error {
	slices.SortFunc(kept, func(a, b Info) int {
		return cmp.Or(a.Modified.Compare(b.Modified), strings.Compare(a.Name, b.Name))
	})
	for _, info := range kept {
		if c.used <= most {
			break
		}
		if err := c.disk.Delete(ctx, info.Name); err != nil {
			return err
		}
		c.used -= info.Size
	}
	return nil
}

// fullPause is how long nothing is added after the disk had no room. Each try costs a second fetching.
const fullPause = 5 * time.Second

// diskIsFull makes as much room on a disk that others fill, too, as an object needs, and leaves it alone for a
// moment.
func (c *Cached) diskIsFull(ctx context.Context, bytes int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.full = time.Now().Add(fullPause)
	kept, err := c.countLocked(ctx)
	if err == nil {
		err = c.shrinkLocked(ctx, kept, c.used-bytes)
	}
	if err != nil {
		c.o.OnError(fmt.Errorf("make room in cache: %w", err))
	}
}

func (c *Cached) isFull() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Before(c.full)
}
