package pool

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"lightwell/transform"

	"github.com/hashicorp/golang-lru/v2/expirable"
)

// Suspects remembers what ended children, so that it does not end the next one,
// too: for an hour, and the most recent ten thousand.
//
// At intake the file alone is to blame, and once is enough. In serving a neighbour
// or the operator may have been, so it takes two; and what took too long or too
// much is the rendition that was asked for, not the photograph: else anybody could
// have a photograph refused by asking for it too large.
type Suspects struct {
	mu   sync.Mutex // makes counting atomic; the cache has its own
	seen *expirable.LRU[string, int]
}

const (
	suspectsMost = 10_000
	suspectsLife = time.Hour
	enough       = 2 // times in serving
)

// NewSuspects remembers nothing yet.
func NewSuspects() *Suspects {
	return &Suspects{seen: expirable.NewLRU[string, int](suspectsMost, nil, suspectsLife)}
}

// Check refuses, with an error that wraps transform.ErrSuspect, when an original
// of the hash or the rendition of the key has ended children. An empty key is none.
func (s *Suspects) Check(hash, key string) error {
	for _, name := range []string{hash, key} {
		if n, ok := s.seen.Peek(name); ok && n >= enough {
			return fmt.Errorf("%w: it is not tried again for an hour", transform.ErrSuspect)
		}
	}
	return nil
}

// Inspected takes note of how the intake of an original went.
func (s *Suspects) Inspected(hash string, err error) {
	if endedChild(err) {
		s.blame(hash, enough)
	}
}

// Rendered takes note of how a rendition of an original went.
func (s *Suspects) Rendered(hash, key string, err error) {
	switch {
	case errors.Is(err, transform.ErrCrash):
		s.blame(hash, 1)
	case endedChild(err):
		s.blame(key, 1)
	}
}

func endedChild(err error) bool {
	return errors.Is(err, transform.ErrCrash) || errors.Is(err, transform.ErrMemory) || errors.Is(err, transform.ErrDeadline)
}

func (s *Suspects) blame(name string, times int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, _ := s.seen.Peek(name)
	s.seen.Add(name, n+times)
}
