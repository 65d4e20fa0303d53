package origin

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"sync"
	"time"

	"lightwell/transform"
)

// Later makes renditions that nobody waits for: another one has been answered in their place meanwhile.
type Later struct {
	service *Service // whose renderer is for such work
	jobs    chan *offer
	closing chan struct{}
	hands   sync.WaitGroup

	mu    sync.Mutex
	noted map[string]time.Time // guarded by mu: names of what is to be made; after a failure, until when it is not tried again
}

// laterAgain is how long what has failed is not tried again: clients are told to come back after this.
const laterAgain = time.Minute

// NewLater begins to make renditions with so many hands; of most more may wait, and others are left to the next who
// asks.
func NewLater(service *Service, hands, most int) *Later {
	l := &Later{service: service, jobs: make(chan *offer, most), closing: make(chan struct{}), noted: map[string]time.Time{}}
	for range hands {
		l.hands.Go(l.work)
	}
	return l
}

// Close lets what is being made be finished, and forgets what waits.
func (l *Later) Close() {
	close(l.closing)
	l.hands.Wait()
}

// notes tells whether a rendition is going to be made, or has just failed.
func (l *Later) notes(name string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.notesLocked(name)
}

func (l *Later) notesLocked(name string) bool {
	until, noted := l.noted[name]
	if noted && !until.IsZero() && time.Now().After(until) {
		delete(l.noted, name)
		return false
	}
	return noted
}

// add has a rendition made, unless it is noted, or too many wait.
func (l *Later) add(o *offer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.notesLocked(o.name) {
		return
	}
	select {
	case l.jobs <- o:
		l.noted[o.name] = time.Time{}
	default:
	}
}

func (l *Later) work() {
	for {
		select {
		case <-l.closing:
			return
		default:
		}
		select {
		case <-l.closing:
			return
		case o := <-l.jobs:
			l.make(o)
		}
	}
}

// make makes a rendition, for as long as it may take. What has failed stays noted for a while, and bounds what is.
func (l *Later) make(o *offer) {
	_, err := l.service.Rendition(context.Background(), o.asset, o.recipe, o.name)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.noted, o.name)
	if err == nil {
		return
	}
	level := slog.LevelWarn
	if errors.Is(err, transform.ErrBusy) || errors.Is(err, fs.ErrNotExist) {
		level = slog.LevelDebug
	}
	l.service.Log.Log(context.Background(), level, "rendition not made for later", "asset", o.asset.ID, "key", o.key, "error", err)
	for name := range l.noted { // those that nobody has asked for again
		l.notesLocked(name)
	}
	l.noted[o.name] = time.Now().Add(laterAgain)
}
