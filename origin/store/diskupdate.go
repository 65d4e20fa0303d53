package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"golang.org/x/sys/unix"
)

// Update implements Store. What is new is linked to its name, which fails where there is one meanwhile; so
// that only what replaces another needs a lock, which a process that was stopped would keep.
func (d *Disk) Update(ctx context.Context, name string, change Change) error {
	if err := begin(ctx, "update", name); err != nil {
		return err
	}
	for {
		o, err := d.Open(ctx, name)
		if err == nil {
			o.Close()
			return d.replace(ctx, name, change)
		}
		becomes, err := changed(o, err, change)
		if err != nil || becomes == nil {
			return err
		}
		err = d.create(ctx, locate(name), becomes)
		if !errors.Is(err, fs.ErrExist) {
			return failed("update", name, err)
		}
		if err := ctx.Err(); err != nil {
			return failed("update", name, err)
		}
	}
}

// create is put for what must not be there yet; else the error wraps fs.ErrExist.
func (d *Disk) create(ctx context.Context, file string, body []byte) error {
	tmp, err := d.spool(ctx, bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return err
	}
	defer d.root.Remove(tmp)
	if err := d.publish(ctx, d.root.Link, tmp, file); err != nil {
		if !errors.Is(err, fs.ErrExist) {
			d.prune(path.Dir(file))
		}
		return err
	}
	return d.syncUp(path.Dir(file))
}

// replace changes what is there, or was a moment ago.
func (d *Disk) replace(ctx context.Context, name string, change Change) error {
	unlock, err := d.lock(ctx, name)
	if err != nil {
		return failed("lock", name, err)
	}
	defer unlock()
	o, err := d.Open(ctx, name)
	becomes, err := changed(o, err, change)
	if err != nil || becomes == nil {
		return err
	}
	return d.Put(ctx, name, bytes.NewReader(becomes), int64(len(becomes)))
}

// locks is how many lock files the names share.
const locks = 64

// lock keeps other processes and goroutines from replacing an object. It waits for them as long as ctx
// lasts.
func (d *Disk) lock(ctx context.Context, name string) (unlock func(), err error) {
	sum := fnv.New32a()
	io.WriteString(sum, name) // never fails
	f, err := d.root.OpenFile(fmt.Sprintf("%s/%02d", locksDir, sum.Sum32()%locks), unix.O_CREAT|unix.O_RDWR, filePerm)
	if err != nil {
		return nil, err
	}
	if err := flock(ctx, f); err != nil {
		f.Close()
		return nil, err
	}
	return func() { f.Close() }, nil // which gives up the lock
}

const (
	// lockPause is between two tries to get a lock, at first; it doubles up to longestLockPause.
	lockPause        = time.Millisecond
	longestLockPause = 50 * time.Millisecond
)

// flock locks a file. It tries again and again, as waiting for the lock itself could not be broken off.
func flock(ctx context.Context, f *os.File) error {
	for pause := lockPause; ; pause = min(2*pause, longestLockPause) {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return err
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
