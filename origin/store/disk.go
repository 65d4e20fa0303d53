package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Folders and files are the owner's to write and the group's to read.
const (
	dirPerm  = 0o750
	filePerm = 0o640
)

// Disk is a Store in a folder of a local file system (it needs flock, atomic rename and fsync of
// folders). Any number of processes may have the same folder open. All access goes through an os.Root:
// a symbolic link that leads out of the folder is an error, never followed.
type Disk struct {
	root    *os.Root
	scratch *scratch
	// durable has the paths of folders that stay, and were synced into theirs.
	durable sync.Map
}

// OpenDisk opens the store in dir, which it makes when it is missing, and removes the unfinished files
// that dead processes left there. The caller closes it.
func OpenDisk(dir string) (*Disk, error) {
	d, err := openDisk(dir)
	if err != nil {
		return nil, fmt.Errorf("open store in %s: %w", dir, err)
	}
	return d, nil
}

func openDisk(dir string) (*Disk, error) {
	if err := os.MkdirAll(dir, dirPerm); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	d := &Disk{root: root}
	if err := d.prepare(dir); err != nil {
		root.Close()
		return nil, err
	}
	return d, nil
}

func (d *Disk) prepare(dir string) error {
	for _, sub := range []string{objectsDir, tmpDir, locksDir} {
		if err := d.root.MkdirAll(sub, dirPerm); err != nil {
			return err
		}
	}
	if err := d.syncDir("."); err != nil {
		return err
	}
	if err := syncPath(filepath.Dir(dir)); err != nil {
		return err
	}
	if err := sweep(d.root); err != nil {
		return err
	}
	var err error
	d.scratch, err = openScratch(d.root)
	return err
}

// Close removes this process's unfinished files. Objects that are open stay readable; every other use
// of d afterwards is an error.
func (d *Disk) Close() error {
	if err := errors.Join(d.scratch.close(), d.root.Close()); err != nil {
		return fmt.Errorf("close store: %w", err)
	}
	return nil
}

// TempFile returns an empty file without a name, on the same file system as the objects, so that a Put
// of it is copied by the kernel. Its room is freed when the caller closes it, or with the process.
func (d *Disk) TempFile() (*os.File, error) { return d.scratch.nameless() }

// Open implements Store. The Object has a File.
func (d *Disk) Open(ctx context.Context, name string) (Object, error) {
	if err := begin(ctx, "open", name); err != nil {
		return Object{}, err
	}
	f, err := d.root.Open(locate(name))
	if err != nil {
		return Object{}, failed("open", name, missing(err))
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() { // a folder of objects
		err = fs.ErrNotExist
	}
	if err != nil {
		f.Close()
		return Object{}, failed("open", name, err)
	}
	return Object{Info{name, info.Size(), info.ModTime()}, f}, nil
}

// Stat implements Store.
func (d *Disk) Stat(ctx context.Context, name string) (Info, error) {
	if err := begin(ctx, "stat", name); err != nil {
		return Info{}, err
	}
	info, err := d.stat(name, locate(name))
	return info, failed("stat", name, err)
}

func (d *Disk) stat(name, file string) (Info, error) {
	info, err := d.root.Lstat(file)
	if err != nil {
		return Info{}, missing(err)
	}
	if !info.Mode().IsRegular() {
		return Info{}, fs.ErrNotExist
	}
	return Info{name, info.Size(), info.ModTime()}, nil
}

// missing turns the error of looking for "a/b" where "a" is an object into fs.ErrNotExist.
func missing(err error) error {
	if errors.Is(err, syscall.ENOTDIR) {
		return fs.ErrNotExist
	}
	return err
}

// touch sets when the object was put.
func (d *Disk) touch(name string, at time.Time) error {
	return failed("touch", name, d.root.Chtimes(locate(name), at, at))
}

// Put implements Store.
func (d *Disk) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := begin(ctx, "put", name); err != nil {
		return err
	}
	return failed("put", name, d.put(ctx, locate(name), r, size))
}

// Copy implements Store. Both names are then of one file, which nobody writes to.
func (d *Disk) Copy(ctx context.Context, from, to string) error {
	if err := errors.Join(begin(ctx, "copy", from), begin(ctx, "copy to", to)); err != nil {
		return err
	}
	return failed("copy "+from+" to", to, d.link(ctx, locate(from), locate(to)))
}

// Delete implements Store. Folders that are empty afterwards go with the object.
func (d *Disk) Delete(ctx context.Context, name string) error {
	if err := begin(ctx, "delete", name); err != nil {
		return err
	}
	return failed("delete", name, d.remove(locate(name)))
}

// syncDir makes what was made, renamed and removed in the folder durable. A folder that is gone has
// nothing to lose.
func (d *Disk) syncDir(dir string) error {
	f, err := d.root.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return syncAndClose(f, err)
}

// syncUp does syncDir for dir, and for every folder above it that is not known to be durable, up to
// objects.
func (d *Disk) syncUp(dir string) error {
	var stay []string
	for at := dir; at != "."; at = path.Dir(at) {
		if err := d.syncDir(at); err != nil {
			return err
		}
		if !stays(at) {
			continue
		}
		if _, known := d.durable.Load(at); known {
			break
		}
		stay = append(stay, at)
	}
	for _, at := range stay {
		d.durable.Store(at, true)
	}
	return nil
}
