package store

import (
	"context"
	"errors"
	"io/fs"
	"sync"
	"time"
)

// ErrDown is the error of a read that was not tried, because others before it got no answer.
var ErrDown = errors.New("the store does not answer, and is not asked for a moment")

const (
	// tripAfter is how many reads in a row fail before no more are tried.
	tripAfter = 3
	// probeEvery is how often a store that is down is asked whether it still is, and probeTime how long
	// it may take to say.
	probeEvery = 500 * time.Millisecond
	probeTime  = 2 * time.Second
)

// Breaker is a Store that is not read while it does not answer: who wants something of it hears that at
// once instead of waiting, each for himself. No read of anybody's tries whether it is back; the Breaker does,
// with an object that there is not. What is written, and listings, are passed on as they are: who has
// something to keep has the patience.
//
// It is slower to judge than what guards the tiers of the cache, and breaks nothing off: a rendition can be made
// again at once, but whoever reads gigabytes would begin anew because another's reading failed.
type Breaker struct {
	Store
	// told is called with true when the store goes down and with false when it is back.
	told func(down bool)

	probing sync.WaitGroup
	closing context.Context
	close   context.CancelFunc

	mu     sync.Mutex
	failed int  // reads in a row, guarded by mu
	down   bool // guarded by mu
}

// NewBreaker makes a Breaker before a store, which stays the caller's. told may be nil.
func NewBreaker(s Store, told func(down bool)) *Breaker {
	if told == nil {
		told = func(bool) {}
	}
	b := &Breaker{Store: s, told: told}
	b.closing, b.close = context.WithCancel(context.Background())
	return b
}

// Close ends the asking whether a store is back.
func (b *Breaker) Close() error {
	b.close()
	b.probing.Wait()
	return nil
}

// Open implements Store. The error may be ErrDown.
func (b *Breaker) Open(ctx context.Context, name string) (Object, error) {
	if b.isDown() {
		return Object{}, failed("open", name, ErrDown)
	}
	o, err := b.Store.Open(ctx, name)
	b.saw(ctx, err)
	return o, err
}

// Stat implements Store. The error may be ErrDown.
func (b *Breaker) Stat(ctx context.Context, name string) (Info, error) {
	if b.isDown() {
		return Info{}, failed("stat", name, ErrDown)
	}
	info, err := b.Store.Stat(ctx, name)
	b.saw(ctx, err)
	return info, err
}

func (b *Breaker) isDown() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.down
}

// saw counts how a read went. Its being cancelled says nothing of the store; that its time was up does.
func (b *Breaker) saw(ctx context.Context, err error) {
	if errors.Is(ctx.Err(), context.Canceled) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if err == nil || answered(err) {
		b.failed = 0
		return
	}
	if b.failed++; b.failed < tripAfter || b.down || b.closing.Err() != nil {
		return
	}
	b.down = true
	b.told(true)
	b.probing.Go(b.probe)
}

// answered tells whether an error is a store's answer.
func answered(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid) || errors.Is(err, ErrArchived)
}

// probe asks until the store is back.
func (b *Breaker) probe() {
	tick := time.NewTicker(probeEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-b.closing.Done():
			return
		}
		ctx, cancel := context.WithTimeout(b.closing, probeTime)
		_, err := b.Store.Stat(ctx, "probe/breaker")
		cancel()
		if err == nil || answered(err) {
			b.up()
			return
		}
	}
}

func (b *Breaker) up() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down, b.failed = false, 0
	b.told(false)
}
