package cache

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrBusy is the error of a Set for which there is no room among what waits to be written.
var ErrBusy = errors.New("too much is waiting to be written")

// BehindOptions are the limits of a [Behind].
type BehindOptions struct {
	Entries int           // that may wait: 1,024 unless set
	Bytes   int64         // that they may take, by Entry.Cost: 64 MiB unless set
	Workers int           // that write: 4 unless set
	Timeout time.Duration // of one write: 30 s unless set

	// OnError, unless nil, is told of every write that failed (op "write"), by the workers.
	OnError func(tier, op string, err error)
}

func (o BehindOptions) withDefaults() BehindOptions {
	o.Entries = cmp.Or(o.Entries, 1024)
	o.Bytes = cmp.Or(o.Bytes, 64<<20)
	o.Workers = cmp.Or(o.Workers, 4)
	o.Timeout = cmp.Or(o.Timeout, 30*time.Second)
	return o
}

// Behind is the Tier that writes to another in the background, so that no request waits for it. A Get
// finds what has not been written yet. What a write fails for is forgotten.
type Behind struct {
	tier  Tier
	opt   BehindOptions
	ready chan *waiting // in the order in which they were set; those deleted meanwhile are in it, too
	stop  context.CancelFunc
	work  sync.WaitGroup // the workers

	mu      sync.Mutex               // guards the fields below
	waiting map[string]*waiting      // by key
	writing map[string]chan struct{} // keys being written; closed when the write has ended
	stats   BehindStats
	closed  bool
}

// BehindStats are what waits and what was not written.
type BehindStats struct {
	Entries int   // that wait or are being written
	Bytes   int64 // by Entry.Cost
	Dropped int64 // refused with ErrBusy, so far
	Failed  int64 // whose write failed or was given up at the end, so far
}

// waiting is an entry that is to be written. Behind.mu guards it.
type waiting struct {
	entry *Entry             // replaced by a later Set
	gone  chan struct{}      // closed when it is written, deleted or given up
	end   context.CancelFunc // of the write; nil before
}

// NewBehind returns a tier that writes to tier, which stays the caller's to close, after this one.
func NewBehind(tier Tier, opt BehindOptions) *Behind {
	ctx, stop := context.WithCancel(context.Background())
	opt = opt.withDefaults()
	b := &Behind{
		tier: tier, opt: opt, stop: stop,
		ready:   make(chan *waiting, opt.Entries),
		waiting: make(map[string]*waiting),
		writing: make(map[string]chan struct{}),
	}
	for range opt.Workers {
		b.work.Go(func() {
			for w := range b.ready {
				b.write(ctx, w)
			}
		})
	}
	return b
}

// Name implements Tier: it is that of the tier behind.
func (b *Behind) Name() string { return b.tier.Name() }

// Stats returns what waits at the moment and what was not written so far.
func (b *Behind) Stats() BehindStats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.stats
	s.Entries = len(b.waiting)
	return s
}

// Get implements Tier.
func (b *Behind) Get(ctx context.Context, key string) (*Entry, error) {
	b.mu.Lock()
	w := b.waiting[key]
	if w != nil {
		defer b.mu.Unlock()
		return w.entry, nil
	}
	b.mu.Unlock()
	return b.tier.Get(ctx, key)
}

// Set implements Tier. It never waits: when there is no room it returns ErrBusy.
func (b *Behind) Set(_ context.Context, e *Entry) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return errClosed
	}
	w, cost := b.waiting[e.Key], e.Cost()
	if w != nil {
		cost -= w.entry.Cost()
	}
	if b.stats.Bytes+cost > b.opt.Bytes {
		return b.busyLocked()
	}
	if w == nil {
		w = &waiting{gone: make(chan struct{})}
		select {
		case b.ready <- w:
		default:
			return b.busyLocked()
		}
		b.waiting[e.Key] = w
	}
	w.entry = e
	b.stats.Bytes += cost
	return nil
}

func (b *Behind) busyLocked() error {
	b.stats.Dropped++
	return fmt.Errorf("%w: %d entries of %d bytes", ErrBusy, len(b.waiting), b.stats.Bytes)
}

// Delete implements Tier. A write of the key that is under way is ended, and waited for.
func (b *Behind) Delete(ctx context.Context, key string) error {
	if err := b.forget(ctx, key); err != nil {
		return err
	}
	return b.tier.Delete(ctx, key)
}

// forget takes key out of what waits. When it returns nil, no write of what was set before is under way.
func (b *Behind) forget(ctx context.Context, key string) error {
	b.mu.Lock()
	if w := b.waiting[key]; w != nil {
		b.removeLocked(w)
		if w.end != nil {
			w.end()
		}
	}
	ended := b.writing[key]
	b.mu.Unlock()
	if ended == nil {
		return nil
	}
	select {
	case <-ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// removeLocked takes an entry out of what waits.
func (b *Behind) removeLocked(w *waiting) {
	delete(b.waiting, w.entry.Key)
	b.stats.Bytes -= w.entry.Cost()
	close(w.gone)
}
