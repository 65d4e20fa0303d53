package client

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// Journal remembers, in a file, what was uploaded where. Each line is an entry in JSON, and the
// last with a key counts. A line that was torn by a crash is left out. While a Journal is open no
// other process can open it.
type Journal struct {
	lock *os.File

	mu    sync.Mutex // guards all that follows
	file  *os.File
	byKey map[string]entry
	// bySame is the key of the entry of an image that is there, by entry.Same.
	bySame map[string]string
	torn   bool  // the last line has no end
	failed error // the first error of writing
}

// entry is what is known of one file or address with one server and some options.
type entry struct {
	Key    string `json:"key"`            // of server, path and options
	Same   string `json:"same,omitempty"` // of server, bytes and options
	Server string `json:"server"`         // this and Path are for whoever reads the file
	Path   string `json:"path"`
	State  state  `json:"state"`

	// Size in bytes and Modified in nanoseconds since 1970 are those of the file that has SHA256.
	Size     int64  `json:"size,omitempty"`
	Modified int64  `json:"modified,omitempty"`
	SHA256   string `json:"sha256,omitempty"`

	ImageID    string   `json:"imageId,omitempty"`
	URL        string   `json:"url,omitempty"`
	Renditions []string `json:"renditions,omitempty"`
	// Resumable is the path and query of an upload in pieces that is not over.
	Resumable string `json:"resumable,omitempty"`
	// Salt makes another upload of what was uploaded before and is not there any more.
	Salt string `json:"salt,omitempty"`
}

type state string

const (
	stateOpen     state = "open"     // some bytes are there
	stateAccepted state = "accepted" // all are, and the server works on it
	stateDone     state = "done"     // it is an image
	stateFailed   state = "failed"   // it will be none
)

// ErrBusy is a journal that another process has open.
var ErrBusy = errors.New("another upload is going on with the same state file")

// compactFrom is how many lines a file has before those are taken out that do not count any more.
const compactFrom = 1000

// OpenJournal opens a file, which need not be there.
func OpenJournal(path string) (*Journal, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(path+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = fmt.Errorf("%w, %s", ErrBusy, path)
	}
	j := &Journal{lock: lock, byKey: map[string]entry{}, bySame: map[string]string{}}
	if err == nil {
		err = j.load(path)
	}
	if err != nil {
		lock.Close()
		return nil, err
	}
	return j, nil
}

// Close lets others have the file. Its error is the first of writing.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := errors.Join(j.failed, j.file.Close())
	return errors.Join(err, j.lock.Close())
}

func (j *Journal) load(path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	j.file = file
	lines, err := j.read(file)
	if err != nil {
		j.file.Close()
		return fmt.Errorf("read the state of uploads: %w", err)
	}
	if lines >= compactFrom && lines > 2*len(j.byKey) {
		j.compact(path) // an error leaves the file longer than it need be
	}
	return nil
}

func (j *Journal) read(from io.Reader) (lines int, err error) {
	for r := bufio.NewReader(from); ; lines++ {
		line, err := r.ReadBytes('\n')
		var e entry
		if json.Unmarshal(line, &e) == nil && e.Key != "" {
			j.remember(e)
		}
		if err == io.EOF {
			j.torn = len(line) > 0
			return lines, nil
		}
		if err != nil {
			return lines, err
		}
	}
}

// compact writes what counts into a new file, in the old one's place.
func (j *Journal) compact(path string) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // in vain once it is renamed
	var text bytes.Buffer
	for _, e := range j.byKey {
		text.Write(lineOf(e))
	}
	_, err = file.Write(text.Bytes())
	if err = errors.Join(err, file.Sync()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		file.Close()
		return err
	}
	j.file.Close() // nothing was written there
	j.file, j.torn = file, false
	return nil
}

func lineOf(e entry) []byte {
	line, err := json.Marshal(e)
	if err != nil {
		panic(err) // there is nothing in an entry that has no JSON
	}
	return append(line, '\n')
}

// remember takes an entry in. mu is held, or nobody else has j yet.
func (j *Journal) remember(e entry) {
	if before := j.byKey[e.Key]; j.bySame[before.Same] == e.Key {
		delete(j.bySame, before.Same)
	}
	j.byKey[e.Key] = e
	if e.State == stateDone && e.Same != "" {
		j.bySame[e.Same] = e.Key
	}
}

// put remembers an entry. Where it cannot be written this run goes on, and the next one will not
// know of it; with sync it outlives the machine's crash, too.
func (j *Journal) put(e entry, sync bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.remember(e)
	line := lineOf(e)
	if j.torn {
		line = append([]byte("\n"), line...)
	}
	n, err := j.file.Write(line)
	if n > 0 {
		j.torn = n < len(line)
	}
	if err == nil && sync {
		err = j.file.Sync()
	}
	if err != nil && j.failed == nil {
		j.failed = fmt.Errorf("write the state of uploads: %w", err)
	}
}

// get is the entry with a key, a zero one where there is none.
func (j *Journal) get(key string) entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.byKey[key]
}

// same is the entry of an image that is there, with these bytes and options.
func (j *Journal) same(same string) entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.byKey[j.bySame[same]]
}
