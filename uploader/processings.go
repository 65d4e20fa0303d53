package uploader

import "sync"

// processing is a rendition that is being made, or has been. What err says counts
// once done is closed.
type processing struct {
	url  string
	done chan struct{}
	err  error
}

func (p *processing) ended() (bool, error) {
	select {
	case <-p.done:
		return true, p.err
	default:
		return false, nil
	}
}

// maxProcessings is how many are remembered in each of two halves.
const maxProcessings = 500

// processings remembers what was said to be processing, by image: the last of each,
// and not for ever. Once the young half is full it becomes the old one. Whoever asks
// after one that is forgotten hears of the image itself. The zero value is empty.
type processings struct {
	mu         sync.Mutex // guards both halves
	young, old map[string]*processing
}

func (s *processings) keep(id string, p *processing) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.young) >= maxProcessings {
		s.old, s.young = s.young, nil
	}
	if s.young == nil {
		s.young = map[string]*processing{}
	}
	s.young[id] = p
}

// find is nil for what is not remembered.
func (s *processings) find(id string) *processing {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.young[id]; p != nil {
		return p
	}
	return s.old[id]
}
