package origin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"lightwell/origin/library"
	"lightwell/tracing"
	"lightwell/transform"
)

// Later does what nobody waits for: it makes renditions in whose place another has been answered meanwhile, and levels.
type Later struct {
	service *Service // whose renderer is for such work
	chores  chan chore
	closing chan struct{}
	hands   sync.WaitGroup

	mu    sync.Mutex
	noted map[string]time.Time // guarded by mu: names of what is to be done; after a failure, until when it is not tried again
}

// chore is one thing to do.
type chore struct {
	name  string
	asset string        // the id
	span  *tracing.Span // of the request that it is of use to, nil where that is not traced
	do    func(ctx context.Context) error
}

// laterAgain is how long what has failed is not tried again: clients are told to come back after this.
const laterAgain = time.Minute

// NewLater begins to work with so many hands; most more chores may wait, and others are left to the next who asks.
func NewLater(service *Service, hands, most int) *Later {
	l := &Later{service: service, chores: make(chan chore, most), closing: make(chan struct{}), noted: map[string]time.Time{}}
	for range hands {
		l.hands.Go(l.work)
	}
	return l
}

// Close lets what is being done be finished, and forgets what waits.
func (l *Later) Close() {
	close(l.closing)
	l.hands.Wait()
}

// notes tells whether something is going to be done, or has just failed.
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

// offer has made what is offered.
func (l *Later) offer(ctx context.Context, o *offer) {
	l.add(chore{o.name, o.asset.ID, tracing.From(ctx), func(ctx context.Context) error {
		_, err := l.service.Rendition(ctx, o.asset, o.recipe, o.name)
		return err
	}})
}

// levels has made what an asset lacks.
func (l *Later) levels(ctx context.Context, a library.Asset) {
	l.add(chore{"levels of " + a.ID, a.ID, tracing.From(ctx), func(ctx context.Context) error { return l.service.addLevels(ctx, a) }})
}

// add has a chore done, unless it is noted, or too many wait.
func (l *Later) add(c chore) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.notesLocked(c.name) {
		return
	}
	select {
	case l.chores <- c:
		l.noted[c.name] = time.Time{}
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
		case c := <-l.chores:
			l.do(c)
		}
	}
}

// do does a chore, for as long as that may take. What has failed stays noted for a while, and bounds what is.
func (l *Later) do(c chore) {
	err := l.attempt(c)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.noted, c.name)
	if err == nil {
		return
	}
	level := slog.LevelWarn
	if errors.Is(err, transform.ErrBusy) || errors.Is(err, fs.ErrNotExist) {
		level = slog.LevelDebug
	}
	l.service.Log.Log(context.Background(), level, "not made for later", "asset", c.asset, "what", c.name, "error", err)
	for name := range l.noted { // those that nobody has asked for again
		l.notesLocked(name)
	}
	l.noted[c.name] = time.Now().Add(laterAgain)
}

// attempt does a chore; a panic in it is an error.
func (l *Later) attempt(c chore) (err error) {
	defer func() {
		if p := recover(); p != nil {
			l.service.Log.Error("panic in what nobody waits for", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	ctx, span := tracing.Start(tracing.With(context.Background(), c.span), "later")
	defer func() { endSpan(span, err) }()
	return c.do(ctx)
}
