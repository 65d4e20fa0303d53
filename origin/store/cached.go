package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// CachedOptions say what a Cached keeps, and where.
type CachedOptions struct {
	// Dir is a folder of a local disk, made when it is missing. Several processes may share it.
	Dir string
	// Bytes is how many bytes of objects are kept.
	Bytes int64
	// Prefixes are what the names of the objects begin with that are kept.
	Prefixes []string
	// OnError is told of failures of the cache, which those who read do not notice. Nil: nobody is.
	OnError func(error)
}

// Cached is a Store that keeps what was read from another one on a local disk, so that it is there for the
// next time, also after a restart.
//
// It is for objects that are named after their bytes, or those that they were made of, as originals and levels are. They are never looked for in the
// store once they are here: one that was deleted there by another process may still be opened here, until
// it is the one that was used least lately. Whether there should be such an object, those who open it know
// from elsewhere. Stat and List do not look into the cache.
//
// The cache is a [Disk]: what is in it was written whole and is durable, and stays readable for those who
// have it open when it is evicted. When it was used last is its time of modification.
type Cached struct {
	Store
	o     CachedOptions
	disk  *Disk
	fills singleflight.Group

	filling sync.WaitGroup // of all who wait for fills, and of what they leave behind
	closing chan struct{}

	mu    sync.Mutex
	used  int64     // bytes, guarded by mu: as last counted, and what was added since
	added int64     // bytes, guarded by mu: since the last count
	full  time.Time // guarded by mu: until when nothing is added, for the disk has no room
}

const (
	// fillTime is how long fetching one object may take: 5 GiB at 10 MB a second.
	fillTime = 10 * time.Minute
	// fillTries is how often an object is fetched that is evicted before it can be opened.
	fillTries = 3
)

// errNotCached is the error of a fill that leaves nothing to open in the cache.
var errNotCached = errors.New("not cached")

// OpenCached opens the cache of a store, which stays the caller's.
func OpenCached(ctx context.Context, s Store, o CachedOptions) (*Cached, error) {
	disk, err := OpenDisk(o.Dir)
	if err != nil {
		return nil, fmt.Errorf("open cache: %w", err)
	}
	if o.OnError == nil {
		o.OnError = func(error) {}
	}
	c := &Cached{Store: s, o: o, disk: disk, closing: make(chan struct{})}
	if err := c.evict(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open cache: %w", err), c.Close())
	}
	return c, nil
}

// Close breaks off what is being fetched. Nobody may be opening anything. The store is the caller's to close.
func (c *Cached) Close() error {
	close(c.closing)
	c.filling.Wait()
	return c.disk.Close()
}

// Open implements Store. The Object has a File if its name has one of the prefixes. Many who open the same object at
// once have it fetched once.
func (c *Cached) Open(ctx context.Context, name string) (Object, error) {
	if !c.keeps(name) {
		return c.Store.Open(ctx, name)
	}
	for range fillTries {
		o, err := c.openKept(ctx, name)
		if !errors.Is(err, fs.ErrNotExist) {
			return o, err
		}
		if c.isFull() {
			break
		}
		err = c.fill(ctx, name)
		if errors.Is(err, errNotCached) {
			break
		}
		if err != nil {
			return Object{}, err
		}
	}
	return c.Store.Open(ctx, name)
}

func (c *Cached) keeps(name string) bool {
	return slices.ContainsFunc(c.o.Prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}

// openKept opens what is in the cache, and says that it was used. Modified is then not the store's.
func (c *Cached) openKept(ctx context.Context, name string) (Object, error) {
	o, err := c.disk.Open(ctx, name)
	if err != nil {
		return Object{}, err
	}
	if err := c.disk.touch(name, time.Now()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.o.OnError(err)
	}
	return o, nil
}

// fill fetches an object into the cache, unless somebody is at it. The fetching goes on when ctx is done:
// others may wait for it.
func (c *Cached) fill(ctx context.Context, name string) error {
	c.filling.Add(1)
	done := c.fills.DoChan(name, func() (_ any, err error) {
		defer func() { // singleflight would end the process
			if p := recover(); p != nil {
				err = fmt.Errorf("fetch %s: panic: %v", name, p)
			}
		}()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fillTime)
		defer cancel()
		c.filling.Go(func() { // which somebody waits for: the filling is counted above
			select {
			case <-c.closing:
				cancel()
			case <-ctx.Done():
			}
		})
		return nil, c.fetch(ctx, name)
	})
	select {
	case result := <-done:
		c.filling.Done()
		return result.Err
	case <-ctx.Done():
		go func() { <-done; c.filling.Done() }()
		return failed("open", name, ctx.Err())
	}
}

func (c *Cached) fetch(ctx context.Context, name string) error {
	o, err := c.Store.Open(ctx, name)
	if err != nil {
		return err
	}
	defer o.Close()
	if o.Size > c.o.Bytes {
		return errNotCached
	}
	if err := c.disk.Put(ctx, name, o, o.Size); err != nil {
		c.o.OnError(fmt.Errorf("keep in cache: %w", err))
		if isFull(err) {
			c.diskIsFull(ctx, o.Size)
		}
		return errNotCached
	}
	if err := c.grow(ctx, o.Size); err != nil {
		c.o.OnError(fmt.Errorf("make room in cache: %w", err))
	}
	return nil
}

// Put implements Store. What was kept under the name goes.
func (c *Cached) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	return c.changed(ctx, name, c.Store.Put(ctx, name, r, size))
}

// Copy implements Store. What was kept under the name to goes.
func (c *Cached) Copy(ctx context.Context, from, to string) error {
	return c.changed(ctx, to, c.Store.Copy(ctx, from, to))
}

// Update implements Store. What was kept under the name goes.
func (c *Cached) Update(ctx context.Context, name string, change Change) error {
	return c.changed(ctx, name, c.Store.Update(ctx, name, change))
}

// Delete implements Store. What was kept under the name goes, too.
func (c *Cached) Delete(ctx context.Context, name string) error {
	return c.changed(ctx, name, c.Store.Delete(ctx, name))
}

// changed forgets a name, whatever came of changing the object.
func (c *Cached) changed(ctx context.Context, name string, err error) error {
	if c.keeps(name) && CheckName(name) == nil {
		if err := c.disk.Delete(context.WithoutCancel(ctx), name); err != nil {
			c.o.OnError(fmt.Errorf("forget in cache: %w", err))
		}
	}
	return err
}
