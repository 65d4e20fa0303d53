package store

import (
	"errors"
	"fmt"
	"os"
)

// Scratch makes temporary files in a folder of a local disk, for those whose store is elsewhere. A Disk has
// its own.
type Scratch struct {
	root    *os.Root
	scratch *scratch
}

// OpenScratch opens the folder dir, which it makes when it is missing and which may be a Disk's, and removes
// the unfinished files that dead processes left there. The caller closes it.
func OpenScratch(dir string) (*Scratch, error) {
	s, err := openScratchIn(dir)
	if err != nil {
		return nil, fmt.Errorf("open temporary files in %s: %w", dir, err)
	}
	return s, nil
}

func openScratchIn(dir string) (*Scratch, error) {
	if err := os.MkdirAll(dir, dirPerm); err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	s := &Scratch{root: root}
	if err = root.MkdirAll(tmpDir, dirPerm); err == nil {
		err = sweep(root)
	}
	if err == nil {
		s.scratch, err = openScratch(root)
	}
	if err != nil {
		root.Close()
		return nil, err
	}
	return s, nil
}

// TempFile returns an empty file without a name. Its room is freed when the caller closes it, or with the
// process.
func (s *Scratch) TempFile() (*os.File, error) { return s.scratch.nameless() }

// Close removes the folder of this process's files. Those that are open stay usable.
func (s *Scratch) Close() error {
	if err := errors.Join(s.scratch.close(), s.root.Close()); err != nil {
		return fmt.Errorf("close temporary files: %w", err)
	}
	return nil
}
