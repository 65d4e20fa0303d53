package library

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"
	"time"

	"lightwell/tracing"

	"golang.org/x/sync/singleflight"
)

// Shared keeps small values for the processes of a fleet, each with a life, and passes messages
// between them. It may forget and it may be down; then every process asks the store by itself.
type Shared interface {
	// Get returns the value of a name, and what is left of its life.
	Get(ctx context.Context, name string) (value []byte, left time.Duration, err error)
	// Put keeps a value for so long, in place of another; Add only where there is none.
	Put(ctx context.Context, name string, value []byte, life time.Duration) error
	Add(ctx context.Context, name string, value []byte, life time.Duration) error
	// Publish sends a message to all who listen now, the sender with them.
	Publish(ctx context.Context, message string) error
}

// heldAsset is metadata in memory. A tombstone is held like any other.
type heldAsset struct {
	asset *Asset    // read-only
	asOf  time.Time // when reading it from the store began
}

// fetchTime is how long the store may take to tell what is known of an asset.
const fetchTime = 2 * time.Second

// Asset is what is known of an id. The error wraps fs.ErrNotExist or ErrDeleted;
// with a store that does not answer, what is held is returned however old, and
// without that the error wraps ErrUnavailable.
//
// What was read from the store is trusted for Config.Life from then on, by all processes that share it
// together. What is asked for in the second half of that is read anew beforehand: so an asset that is in
// demand keeps nobody waiting, also when the store has stopped to answer.
func (l *Library) Asset(ctx context.Context, id string) (Asset, error) {
	if !ValidID(id) {
		return Asset{}, fmt.Errorf("asset %q: %w", id, fs.ErrNotExist)
	}
	h, held := l.held.Get(id)
	if age := time.Since(h.asOf); held && age < l.cfg.Life {
		if age > l.cfg.Life/2 {
			l.refresh(id)
		}
		return *h.asset, h.asset.gone()
	}
	a, err := l.fetch(ctx, id)
	switch {
	case err == nil:
		return a, a.gone()
	case errors.Is(err, fs.ErrNotExist):
		return Asset{}, err
	case held:
		return *h.asset, h.asset.gone()
	}
	return Asset{}, unavailable(ctx, err)
}

// Held is what Asset has in memory of an asset that there is. It is nil where Asset would ask somebody, or have it
// asked beforehand. Nobody changes what it points to; what changes has another pointer.
func (l *Library) Held(id string) *Asset {
	h, held := l.held.Get(id)
	if !held || time.Since(h.asOf) > l.cfg.Life/2 || h.asset.gone() != nil {
		return nil
	}
	return h.asset
}

// Wait returns when nothing is being fetched that nobody waits for.
func (l *Library) Wait() { l.ahead.Wait() }

// refresh has an asset fetched that nobody waits for.
func (l *Library) refresh(id string) {
	if _, busy := l.refreshing.LoadOrStore(id, true); busy {
		return
	}
	l.ahead.Go(func() {
		defer l.refreshing.Delete(id)
		<-l.fetching(id)
	})
}

// fetch reads an asset from where the fleet shares it, or from the store. All who want the same one do
// that together, and it goes on when ctx ends.
func (l *Library) fetch(ctx context.Context, id string) (_ Asset, err error) {
	_, span := tracing.Start(ctx, "metadata")
	defer func() { endSpan(span, err) }()
	fetched := l.fetching(id)
	select {
	case got := <-fetched:
		return got.Val.(Asset), got.Err
	case <-ctx.Done():
		l.ahead.Go(func() { <-fetched })
		return Asset{}, fmt.Errorf("load asset %s: %w", id, context.Cause(ctx))
	}
}

func (l *Library) fetching(id string) <-chan singleflight.Result {
	return l.fetches.DoChan(id, func() (a any, err error) {
		defer func() { // singleflight would end the process
			if p := recover(); p != nil {
				a, err = Asset{}, fmt.Errorf("load asset %s: panic: %v", id, p)
			}
		}()
		ctx, cancel := context.WithTimeout(context.Background(), fetchTime)
		defer cancel()
		return l.fetchNow(ctx, id)
	})
}

func (l *Library) fetchNow(ctx context.Context, id string) (Asset, error) {
	began := time.Now()
	if a, asOf, ok := l.shared(ctx, id); ok {
		l.holdRead(a, asOf, began)
		return a, nil
	}
	asOf := time.Now()
	a, err := l.load(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		l.held.Remove(id)
	}
	if err != nil {
		return Asset{}, err
	}
	l.holdRead(a, asOf, began)
	if left := l.cfg.Life - time.Since(asOf); l.cfg.Shared != nil && left > 0 {
		// Only where there is nothing: what another has put meanwhile is younger. An error costs
		// others the same reading.
		l.cfg.Shared.Add(ctx, sharedName(id), encode(a), left)
	}
	return a, nil
}

// shared is an asset as the fleet shares it, and as of when that is.
func (l *Library) shared(ctx context.Context, id string) (a Asset, asOf time.Time, ok bool) {
	if l.cfg.Shared == nil {
		return a, asOf, false
	}
	asked := time.Now() // what is left is told after that: the way back makes nothing younger
	value, left, err := l.cfg.Shared.Get(ctx, sharedName(id))
	if err != nil || left <= 0 || left > l.cfg.Life || json.Unmarshal(value, &a) != nil || a.ID != id {
		return Asset{}, asOf, false
	}
	return a, asked.Add(left - l.cfg.Life), true
}

func sharedName(id string) string { return "asset:" + id }

// changed keeps and tells what was put into the store just now.
func (l *Library) changed(ctx context.Context, a Asset) {
	l.outdate(a.ID)
	l.hold(a, time.Now())
	if l.cfg.Shared == nil {
		return
	}
	// An error is no news here: it holds within the metadata's life all the same.
	l.cfg.Shared.Put(ctx, sharedName(a.ID), encode(a), l.cfg.Life)
	l.tell(ctx, sharedName(a.ID))
}

// tell tells the fleet what has changed. With a message lost, or nothing to send it by, the others see it
// within the metadata's life.
func (l *Library) tell(ctx context.Context, what string) {
	if l.cfg.Shared != nil {
		l.cfg.Shared.Publish(ctx, what)
	}
}

// Heard takes a message of another process: what it names has changed.
func (l *Library) Heard(message string) {
	kind, name, _ := strings.Cut(message, ":")
	switch kind {
	case "asset":
		l.forget(name)
	case l.presets.kind:
		l.presets.held.Remove(name)
	case l.marks.kind:
		l.marks.held.Remove(name)
	}
}

// forget has an asset read anew, but for tombstones: they are the end.
func (l *Library) forget(id string) {
	l.outdate(id)
	l.reading.Lock()
	defer l.reading.Unlock()
	if h, held := l.held.Peek(id); held && h.asset.Deleted.IsZero() {
		l.held.Remove(id)
	}
}

// outdate has nothing kept of what is just being read of an asset, and nobody else wait for that.
func (l *Library) outdate(id string) {
	l.reading.Lock()
	defer l.reading.Unlock()
	l.outdated.Add(id, time.Now())
	l.fetches.Forget(id)
}

// holdRead is hold for what was read, unless the asset has changed since that began.
func (l *Library) holdRead(a Asset, asOf, began time.Time) {
	l.reading.Lock()
	defer l.reading.Unlock()
	if at, changed := l.outdated.Get(a.ID); !changed || began.After(at) {
		l.holdLocked(a, asOf)
	}
}

// hold keeps metadata in memory. What is deleted never comes back: a tombstone gives way
// to nothing that was read before it. Nor does an older generation.
func (l *Library) hold(a Asset, asOf time.Time) {
	l.reading.Lock()
	defer l.reading.Unlock()
	l.holdLocked(a, asOf)
}

// holdLocked is hold for who holds l.reading.
func (l *Library) holdLocked(a Asset, asOf time.Time) {
	h, held := l.held.Peek(a.ID)
	if held {
		switch {
		case !h.asset.Deleted.IsZero() && a.Deleted.IsZero():
			return
		case h.asset.Generation > a.Generation && a.Deleted.IsZero():
			return
		}
	}
	if held && h.asset.Deleted.IsZero() == a.Deleted.IsZero() && reflect.DeepEqual(*h.asset, a) {
		l.held.Add(a.ID, heldAsset{h.asset, asOf}) // the same pointer says that it is the same
		return
	}
	l.held.Add(a.ID, heldAsset{&a, asOf})
}

func (a Asset) gone() error {
	if !a.Deleted.IsZero() {
		return fmt.Errorf("asset %s: %w", a.ID, ErrDeleted)
	}
	return nil
}
