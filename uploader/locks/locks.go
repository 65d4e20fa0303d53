// Package locks lets one at a time have something, of all processes that share a folder, without leaving
// anything behind when one of them dies.
//
// A lock is one byte of a file that all of them open (an open file description lock of Linux), so the
// kernel gives it up with its holder. The byte beside it is held by those who wait: that is how
// whoever has the lock gets to know that another wants it.
package locks

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// pause is between two tries to get a lock that another process has, and glance between two
	// looks whether another process waits.
	pause  = 50 * time.Millisecond
	glance = 250 * time.Millisecond
)

// File is the locks of a file. Its methods may be called from many goroutines.
type File struct {
	path string

	mu   sync.Mutex // guards held
	held map[string]*holder
}

// holder has a lock in this process.
type holder struct {
	asked func()
	ended chan struct{}
}

// New makes locks of a file, which is made when it is missing and never removed.
func New(path string) *File { return &File{path: path, held: map[string]*holder{}} }

// Lock waits for a name's lock as long as ctx lasts. asked is called when another waits for it, perhaps
// more than once, and returns at once.
func (f *File) Lock(ctx context.Context, name string, asked func()) (unlock func(), err error) {
	mine := &holder{asked: asked, ended: make(chan struct{})}
	if err := f.enter(ctx, name, mine); err != nil {
		return nil, err
	}
	file, err := f.lock(ctx, position(name))
	if err != nil {
		f.leave(name, mine)
		return nil, fmt.Errorf("lock %s: %w", name, err)
	}
	var looking sync.WaitGroup
	looking.Go(func() { look(file, position(name)+1, mine) })
	return sync.OnceFunc(func() {
		f.leave(name, mine)
		looking.Wait()
		file.Close() // which gives up the lock
	}), nil
}

// enter waits until nobody in this process has the name.
func (f *File) enter(ctx context.Context, name string, mine *holder) error {
	for {
		f.mu.Lock()
		other := f.held[name]
		if other == nil {
			f.held[name] = mine
		}
		f.mu.Unlock()
		if other == nil {
			return nil
		}
		other.asked()
		select {
		case <-other.ended:
		case <-ctx.Done():
			return fmt.Errorf("lock %s: %w", name, ctx.Err())
		}
	}
}

func (f *File) leave(name string, mine *holder) {
	f.mu.Lock()
	delete(f.held, name)
	f.mu.Unlock()
	close(mine.ended)
}

// position is where a name's lock is: an even number below 2^62. Names that share one wait for each
// other, and are no worse off.
func position(name string) int64 {
	sum := fnv.New64a()
	io.WriteString(sum, name) // never fails
	return int64(sum.Sum64()>>3) << 1
}

// lock waits until no other process has a byte. While it waits it holds the one beside it.
func (f *File) lock(ctx context.Context, at int64) (file *os.File, err error) {
	if file, err = f.open(); err != nil {
		return nil, err
	}
	var waiting *os.File
	defer func() {
		if waiting != nil {
			waiting.Close()
		}
		if err != nil {
			file.Close()
		}
	}()
	for {
		err := set(file, unix.F_WRLCK, at)
		if !errors.Is(err, unix.EAGAIN) {
			return file, err
		}
		if waiting == nil {
			if waiting, err = f.open(); err != nil {
				return file, err
			}
			if err := set(waiting, unix.F_RDLCK, at+1); err != nil && !errors.Is(err, unix.EAGAIN) {
				return file, err
			}
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return file, ctx.Err()
		}
	}
}

func (f *File) open() (*os.File, error) {
	return os.OpenFile(f.path, os.O_CREATE|os.O_RDWR, 0o640)
}

func set(file *os.File, kind int16, at int64) error {
	return unix.FcntlFlock(file.Fd(), unix.F_OFD_SETLK, &unix.Flock_t{Type: kind, Whence: io.SeekStart, Start: at, Len: 1})
}

// look tells a holder, until it has ended, when another process waits.
func look(file *os.File, at int64, mine *holder) {
	tick := time.NewTicker(glance)
	defer tick.Stop()
	for {
		select {
		case <-mine.ended:
			return
		case <-tick.C:
		}
		wanted := unix.Flock_t{Type: unix.F_WRLCK, Whence: io.SeekStart, Start: at, Len: 1}
		if err := unix.FcntlFlock(file.Fd(), unix.F_OFD_GETLK, &wanted); err == nil && wanted.Type != unix.F_UNLCK {
			mine.asked()
		}
	}
}
