package cache

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// endGrace is what the writes that are given up at the end have for ending.
const endGrace = time.Second

// write writes an entry, and again when it was replaced meanwhile, unless it is deleted.
func (b *Behind) write(ctx context.Context, w *waiting) {
	for again := true; again; {
		own, cancel := context.WithTimeout(ctx, b.opt.Timeout)
		e := b.begin(w, cancel)
		if e == nil {
			cancel()
			return
		}
		err := b.put(own, e)
		if err != nil && ctx.Err() == nil {
			// What lies there under the key is older than what was set: the contract has it gone.
			err = errors.Join(err, b.tier.Delete(ctx, e.Key))
		}
		cancel()
		again = b.end(w, e, err)
	}
}

// put sets e in the tier behind, unless time is up before: at the end what waits is only given up.
func (b *Behind) put(ctx context.Context, e *Entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return b.tier.Set(ctx, e)
}

// begin returns what to write, or nil when it was deleted. An earlier write of the same key, of what
// was deleted since, ends first.
func (b *Behind) begin(w *waiting, end context.CancelFunc) *Entry {
	b.mu.Lock()
	defer b.mu.Unlock()
	for {
		if w.isGone() {
			return nil
		}
		earlier := b.writing[w.entry.Key]
		if earlier == nil {
			break
		}
		b.mu.Unlock()
		<-earlier
		b.mu.Lock()
	}
	b.writing[w.entry.Key] = make(chan struct{})
	w.end = end
	return w.entry
}

func (w *waiting) isGone() bool {
	select {
	case <-w.gone:
		return true
	default:
		return false
	}
}

// end notes how the write of e ended, and tells whether there is another to be written in its place.
func (b *Behind) end(w *waiting, e *Entry, err error) (again bool) {
	b.mu.Lock()
	close(b.writing[e.Key])
	delete(b.writing, e.Key)
	w.end = nil
	wanted := !w.isGone()
	again = wanted && w.entry != e
	if wanted && !again {
		b.removeLocked(w)
	}
	failed := wanted && err != nil
	if failed {
		b.stats.Failed++
	}
	b.mu.Unlock()
	if failed && b.opt.OnError != nil {
		b.opt.OnError(b.Name(), "write", err)
	}
	return again
}

// Settled waits until what was set under key is in the tier behind, or was given up; for others who
// look there. The error is ctx's.
func (b *Behind) Settled(ctx context.Context, key string) error {
	b.mu.Lock()
	w := b.waiting[key]
	b.mu.Unlock()
	if w == nil {
		return nil
	}
	select {
	case <-w.gone:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Flush waits until everything that was set before is written or given up. The error is ctx's.
func (b *Behind) Flush(ctx context.Context) error {
	b.mu.Lock()
	var keys []string
	for key := range b.waiting {
		keys = append(keys, key)
	}
	b.mu.Unlock()
	for _, key := range keys {
		if err := b.Settled(ctx, key); err != nil {
			return err
		}
	}
	return nil
}

// Close refuses what is set from now on, writes what waits until ctx is done, gives the rest up and
// waits for the workers. The error tells what was not written; it also comes when a write has not ended
// a second after it was told to.
func (b *Behind) Close(ctx context.Context) error {
	b.mu.Lock()
	first := !b.closed
	b.closed = true
	b.mu.Unlock()
	var lost error
	if err := b.Flush(ctx); err != nil {
		lost = fmt.Errorf("%d entries not written to %s: %w", b.Stats().Entries, b.Name(), err)
	}
	b.stop()
	if first {
		close(b.ready) // nothing is sent once closed is set
	}
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), endGrace)
	defer cancel()
	if err := waitFor(grace, &b.work); err != nil {
		return errors.Join(lost, fmt.Errorf("a write to %s hangs: %w", b.Name(), err))
	}
	return lost
}
