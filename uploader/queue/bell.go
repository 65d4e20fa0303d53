package queue

import (
	"crypto/rand"
	"errors"
	"io"
	"os"
	"slices"
	"sync"

	"golang.org/x/sys/unix"
)

const (
	nameLen = 16
	// maxBell is how long the file becomes before somebody empties it, in bytes.
	maxBell = 1 << 20
)

// bell tells those who wait that something has changed: in this process at once, and
// in others through a file, to which each adds its name when it has changed something
// and which the kernel watches for all of them (inotify). A message that is lost costs
// as long as it takes until somebody looks unasked.
type bell struct {
	name    []byte // this process's, nameLen bytes
	file    *os.File
	watched *os.File // inotify's
	heard   int64    // bytes of the file that have been read; listen's alone

	mu    sync.Mutex // guards all below
	rings chan struct{}
	jobs  map[string][]*watcher
}

type watcher struct{ nudge func() }

// openBell opens the bell at a path, which it makes when it is missing.
func openBell(path string) (*bell, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o640)
	if err != nil {
		return nil, err
	}
	b := &bell{name: []byte(rand.Text())[:nameLen], file: file, rings: make(chan struct{}), jobs: map[string][]*watcher{}}
	fd, err := unix.InotifyInit1(unix.IN_CLOEXEC | unix.IN_NONBLOCK)
	if err == nil {
		b.watched = os.NewFile(uintptr(fd), "inotify")
		_, err = unix.InotifyAddWatch(fd, path, unix.IN_MODIFY)
	}
	if err == nil {
		b.heard, err = file.Seek(0, io.SeekEnd)
	}
	if err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

func (b *bell) close() error {
	var err error
	if b.watched != nil {
		err = b.watched.Close() // which ends listen
	}
	return errors.Join(err, b.file.Close())
}

// rung is closed at the next change.
func (b *bell) rung() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.rings
}

// watch has nudge called when a job has changed.
func (b *bell) watch(job string, nudge func()) (stop func()) {
	w := &watcher{nudge}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.jobs[job] = append(b.jobs[job], w)
	return func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		left := slices.DeleteFunc(b.jobs[job], func(other *watcher) bool { return other == w })
		if len(left) == 0 {
			delete(b.jobs, job)
		} else {
			b.jobs[job] = left
		}
	}
}

// ring tells everybody that these jobs have changed.
func (b *bell) ring(jobs []string) {
	b.mu.Lock()
	b.wake()
	for _, job := range jobs {
		for _, w := range b.jobs[job] {
			w.nudge()
		}
	}
	b.mu.Unlock()
	if size, err := b.file.Seek(0, io.SeekEnd); err == nil && size > maxBell {
		b.file.Truncate(0) // the others see that it is shorter than what they have read
	}
	b.file.Write(b.name) // an error costs the others a second
}

// wake wakes all who take. The mutex is held.
func (b *bell) wake() {
	close(b.rings)
	b.rings = make(chan struct{})
}

// listen wakes those who wait when another process has changed something: what, it
// does not say.
func (b *bell) listen() {
	events := make([]byte, 4096)
	for {
		if _, err := b.watched.Read(events); err != nil {
			return
		}
		if !b.foreign() {
			continue
		}
		b.mu.Lock()
		b.wake()
		for _, watchers := range b.jobs {
			for _, w := range watchers {
				w.nudge()
			}
		}
		b.mu.Unlock()
	}
}

// foreign reads what has been added to the file, and tells whether another has.
func (b *bell) foreign() bool {
	info, err := b.file.Stat()
	if err != nil {
		return true
	}
	if info.Size() < b.heard {
		b.heard = info.Size()
		return true
	}
	added := make([]byte, info.Size()-b.heard)
	n, err := b.file.ReadAt(added, b.heard)
	b.heard += int64(n)
	if err != nil {
		return true
	}
	for name := range slices.Chunk(added, nameLen) {
		if !slices.Equal(name, b.name) {
			return true
		}
	}
	return false
}
