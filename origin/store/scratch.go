package store

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strconv"
	"sync/atomic"
	"syscall"

	"golang.org/x/sys/unix"
)

// scratch is one process's own folder of unfinished files, below tmp/. It holds a file that the
// process keeps locked: the kernel lets go of the lock when the process ends, however it ends, and so
// the next process to start can tell what nobody will finish.
type scratch struct {
	root *os.Root
	dir  string
	lock *os.File
	last atomic.Uint64 // number of the file made last
}

// errTaken means that another process owns a scratch folder, or is about to remove it.
var errTaken = errors.New("scratch folder is taken")

// openScratch makes a scratch folder and takes it.
func openScratch(root *os.Root) (*scratch, error) {
	for {
		dir := path.Join(tmpDir, rand.Text())
		if err := root.Mkdir(dir, dirPerm); err != nil {
			return nil, err
		}
		lock, err := takeLock(root, dir)
		switch {
		case err == nil:
			return &scratch{root: root, dir: dir, lock: lock}, nil
		case !errors.Is(err, errTaken):
			return nil, err
		}
		// Another process's sweep came between Mkdir and the lock. It removes that folder.
	}
}

// create makes a file and returns its path below root; whoever calls renames or removes it.
func (s *scratch) create() (*os.File, string, error) {
	name := s.next()
	f, err := s.root.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, filePerm)
	return f, name, err
}

// nameless makes a file and takes its name away.
func (s *scratch) nameless() (*os.File, error) {
	f, name, err := s.create()
	if err != nil {
		return nil, failed("make", "temporary file", err)
	}
	if err := s.root.Remove(name); err != nil {
		f.Close()
		return nil, failed("make", "temporary file", err)
	}
	return f, nil
}

// next is a path that nobody has had.
func (s *scratch) next() string { return path.Join(s.dir, strconv.FormatUint(s.last.Add(1), 10)) }

// close removes the folder and everything in it, and then lets go of it.
func (s *scratch) close() error {
	return errors.Join(discard(s.root, s.dir), s.lock.Close())
}

// sweep removes the scratch folders whose owners are dead.
func sweep(root *os.Root) error {
	entries, err := fs.ReadDir(root.FS(), tmpDir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		if err := sweepOne(root, path.Join(tmpDir, e.Name())); err != nil {
			return fmt.Errorf("sweep %s: %w", e.Name(), err)
		}
	}
	return nil
}

func sweepOne(root *os.Root, dir string) error {
	lock, err := takeLock(root, dir)
	if errors.Is(err, errTaken) {
		return nil
	}
	if err != nil {
		return err
	}
	defer lock.Close()
	return discard(root, dir)
}

// discard removes a scratch folder whose lock is held. As soon as the lock file is gone, another sweep
// may make a new one, and lock that: then it finishes what discard cannot.
func discard(root *os.Root, dir string) error {
	err := root.RemoveAll(dir)
	if errors.Is(err, syscall.ENOTEMPTY) {
		return nil
	}
	return err
}

// takeLock locks a scratch folder, or returns errTaken. The lock goes with the returned file.
//
// The lock file is opened, then locked, and in between a sweep may remove it: hence the look whether
// the file locked is still the one in the folder.
func takeLock(root *os.Root, dir string) (*os.File, error) {
	name := path.Join(dir, "lock")
	f, err := root.OpenFile(name, os.O_RDWR|os.O_CREATE, filePerm)
	if errors.Is(err, fs.ErrNotExist) { // the whole folder has just been removed
		return nil, errTaken
	}
	if err != nil {
		return nil, err
	}
	err = unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
	if err == nil {
		err = stillThere(root, name, f)
	}
	if errors.Is(err, unix.EWOULDBLOCK) || errors.Is(err, fs.ErrNotExist) {
		err = errTaken
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// stillThere returns an error that wraps fs.ErrNotExist unless f is the file at name.
func stillThere(root *os.Root, name string, f *os.File) error {
	held, err := f.Stat()
	if err != nil {
		return err
	}
	there, err := root.Lstat(name)
	if err == nil && !os.SameFile(held, there) {
		err = fs.ErrNotExist
	}
	return err
}
