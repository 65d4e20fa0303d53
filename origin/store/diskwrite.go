package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path"

	"golang.org/x/sys/unix"
)

// put writes an unfinished file, makes it durable, and only then gives it the object's name.
//
// All folders up to objects are synced, not only those that this Put made: one that was found there
// may have been made a moment ago by another Put, here or in another process, which has not come to
// syncing it. Only those that stay are known to be durable once this process has synced them.
func (d *Disk) put(ctx context.Context, file string, r io.Reader, size int64) error {
	tmp, err := d.spool(ctx, r, size)
	if err != nil {
		return err
	}
	if err := d.publish(ctx, d.root.Rename, tmp, file); err != nil {
		d.root.Remove(tmp) // if it fails, too, Close or the next sweep does it
		d.prune(path.Dir(file))
		return err
	}
	return d.syncUp(path.Dir(file))
}

// link gives a file that is durable a second name. It has a third meanwhile: a link cannot take the
// place of what is there, as a rename can.
func (d *Disk) link(ctx context.Context, from, to string) error {
	if _, err := d.stat("", from); err != nil { // a folder, for which the link would say something else
		return err
	}
	tmp := d.scratch.next()
	if err := d.root.Link(from, tmp); err != nil {
		return missing(err)
	}
	// Where from and to are one file already the rename does nothing, and leaves tmp.
	defer d.root.Remove(tmp)
	if err := d.publish(ctx, d.root.Rename, tmp, to); err != nil {
		d.prune(path.Dir(to))
		return err
	}
	return d.syncUp(path.Dir(to))
}

// spool writes r into an unfinished file and returns its path. After an error there is none.
func (d *Disk) spool(ctx context.Context, r io.Reader, size int64) (string, error) {
	f, tmp, err := d.scratch.create()
	if err != nil {
		return "", err
	}
	err = copyExactly(ctx, f, r, size)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		d.root.Remove(tmp)
		return "", err
	}
	return tmp, nil
}

// publish gives tmp the name file, by a rename or a link, in folders made as needed. A Delete of the last
// object in one of them may remove it before: then both steps are done again.
func (d *Disk) publish(ctx context.Context, give func(tmp, file string) error, tmp, file string) error {
	for {
		// MkdirAll itself loses that race with ErrNotExist or ErrExist. If ErrExist means that an
		// object lies where a folder should, giving the name says so.
		err := d.root.MkdirAll(path.Dir(file), dirPerm)
		if err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrExist) {
			err = give(tmp, file)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, err := d.root.Lstat(tmp); err != nil { // not the folder is missing but tmp
			return err
		}
	}
}

// remove unlinks the file and the folders that it leaves empty.
func (d *Disk) remove(file string) error {
	switch err := d.unlink(file, 0); {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENOTDIR), errors.Is(err, unix.EISDIR):
		return nil // no such object; the last one is a folder of objects
	case err != nil:
		return err
	}
	return d.syncDir(d.prune(path.Dir(file)))
}

// prune removes dir and the folders above it while they are empty, and returns the first that stays.
func (d *Disk) prune(dir string) string {
	for ; !stays(dir); dir = path.Dir(dir) {
		err := d.unlink(dir, unix.AT_REMOVEDIR)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			break
		}
	}
	return dir
}

// unlink removes a file (flags 0) or an empty folder (AT_REMOVEDIR), but never the one for the other,
// as os.Root.Remove would: between two looks a folder may have become an object.
func (d *Disk) unlink(name string, flags int) error {
	parent, err := d.root.Open(path.Dir(name))
	if err != nil {
		return err
	}
	defer parent.Close()
	if err := unix.Unlinkat(int(parent.Fd()), path.Base(name), flags); err != nil {
		return &fs.PathError{Op: "unlinkat", Path: name, Err: err}
	}
	return nil
}

// syncPath syncs a folder outside the root: the one that the store's own folder was made in.
func syncPath(dir string) error {
	return syncAndClose(os.Open(dir))
}

// syncAndClose takes the results of an open as they are.
func syncAndClose(f *os.File, err error) error {
	if err != nil {
		return err
	}
	err = f.Sync()
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
