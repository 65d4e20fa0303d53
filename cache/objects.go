package cache

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"lightwell/origin/store"
)

const (
	// folder is where the store has the tier's objects: renditions/{hash}/{key}.
	folder = "renditions/"

	// maxObject is the size in bytes of the largest entry that is kept, header included: reading one
	// takes as much memory.
	maxObject = 256 << 20
)

// ObjectsOptions are the settings of an [Objects].
type ObjectsOptions struct {
	// Timeout is the most that reading or deleting one entry may take: 1 s unless set.
	Timeout time.Duration

	// OnChange, unless nil, is told when the store goes down, and with nil when it is back. It is
	// called by one goroutine, and holds up the finding out.
	OnChange func(cause error)

	BehindOptions
}

// Objects is the Tier in a store: far away, shared by the fleet, and there after a restart. Its keys
// are made by [Name]. A Set is done in the background, as by [Behind], whose methods it has. A store
// that hangs or fails is not asked until it answers again, for which see guard.
type Objects struct {
	*Behind
	bare *objects
}

// NewObjects returns the tier in s, which stays the caller's to close. The caller closes the tier.
func NewObjects(s store.Store, opt ObjectsOptions) *Objects {
	o := &objects{store: s}
	o.guard = newGuard(guardOptions{
		timeout:  cmp.Or(opt.Timeout, time.Second),
		probe:    o.probe,
		broken:   storeBroken,
		onChange: opt.OnChange,
	})
	return &Objects{NewBehind(o, opt.BehindOptions), o}
}

// Close is Behind's, and waits for what is being read, too.
func (o *Objects) Close(ctx context.Context) error {
	err := o.Behind.Close(ctx)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(o.bare.guard.timeout, endGrace))
	defer cancel()
	return errors.Join(err, o.bare.guard.close(grace))
}

// Down returns nil, or why the store is not asked.
func (o *Objects) Down() error { return o.bare.guard.state() }

// objects is the tier without what is in the background.
type objects struct {
	store store.Store
	guard *guard
}

// storeBroken tells whether an error says that the store is down: nothing being there, or a key that
// cannot be an object's name, does not.
func storeBroken(err error) bool {
	return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrInvalid)
}

func (o *objects) probe(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, o.guard.timeout)
	defer cancel()
	_, err := o.store.Stat(ctx, folder+"probe")
	if err != nil && storeBroken(err) {
		return err
	}
	return nil
}

// Name implements Tier.
func (o *objects) Name() string { return "objects" }

// Get implements Tier. An object that is no entry is a miss.
func (o *objects) Get(ctx context.Context, key string) (*Entry, error) {
	value, err := guarded(ctx, o.guard, func(ctx context.Context) ([]byte, error) { return o.read(ctx, key) })
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrMiss
	}
	return entryOf(key, value, err)
}

// read returns the object, or nothing of one that is too large.
func (o *objects) read(ctx context.Context, key string) (value []byte, err error) {
	object, err := o.store.Open(ctx, folder+key)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, object.Close()) }()
	if object.Size > maxObject {
		return nil, nil
	}
	value = make([]byte, object.Size)
	if _, err := io.ReadFull(object, value); err != nil {
		return nil, fmt.Errorf("read %s%s: %w", folder, key, err)
	}
	return value, nil
}

// Set implements Tier. It is called by the workers, with a deadline of theirs, and not while the store
// is known to be down. Its failures say nothing about reading: the disk may be full.
func (o *objects) Set(ctx context.Context, e *Entry) error {
	if err := o.guard.state(); err != nil {
		return err
	}
	value := encode(e)
	if len(value) > maxObject {
		return o.Delete(ctx, e.Key) // what is there now is the older entry
	}
	return o.store.Put(ctx, folder+e.Key, bytes.NewReader(value), int64(len(value)))
}

// Delete implements Tier.
func (o *objects) Delete(ctx context.Context, key string) error {
	_, err := guarded(ctx, o.guard, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, o.store.Delete(ctx, folder+key)
	})
	return err
}
