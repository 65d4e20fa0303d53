package store

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
)

// spare is memory for objects while the disk has no room for them.
type spare struct {
	room int64 // bytes that may be lent at once

	mu   sync.Mutex
	lent []loan // guarded by mu
}

// loan is a file in memory. Who has it closes it like any other and tells nobody, so it is looked whether it is
// still open when the next one is asked for.
type loan struct {
	file  *os.File
	bytes int64
}

// file makes a file for so many bytes. The error wraps ErrFull where that is more than is left.
func (s *spare) file(bytes int64) (*os.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lent = slices.DeleteFunc(s.lent, func(l loan) bool {
		_, err := l.file.Stat()
		return errors.Is(err, os.ErrClosed)
	})
	used := int64(0)
	for _, l := range s.lent {
		used += l.bytes
	}
	if bytes > s.room-used {
		return nil, fmt.Errorf("%w: the disk, and %d bytes of objects are in memory instead", ErrFull, used)
	}
	fd, err := unix.MemfdCreate("object", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("make a file in memory: %w", err)
	}
	f := os.NewFile(uintptr(fd), "object")
	s.lent = append(s.lent, loan{f, bytes})
	return f, nil
}

// reserve takes the room that a file is going to need, where the file system can do that. So that a disk is full
// is known before it is too late for another place.
func reserve(f *os.File, bytes int64) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = conn.Control(func(fd uintptr) {
		for {
			failed = unix.Fallocate(int(fd), 0, 0, bytes)
			if failed != syscall.EINTR { // which tmpfs returns for the runtime's own signals
				return
			}
		}
	})
	if errors.Is(failed, syscall.EOPNOTSUPP) || errors.Is(failed, syscall.ENOSYS) {
		failed = nil
	}
	return errors.Join(err, failed)
}

func isFull(err error) bool {
	return errors.Is(err, ErrFull) || errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
