package cache

import (
	"context"
	"errors"
	"fmt"
)

// Tiered is a Tier made of others, the nearest first. A tier that is down is passed over: it costs
// renditions, never a request. A tier that is slow to write holds up whoever sets: it stands in a
// [Behind].
type Tiered struct {
	// OnError, unless nil, is told of every error of a tier and the op ("get", "set" or "delete") that
	// met it, before the method returns; not of those after ctx was cancelled, which say nothing about
	// the tier. A tier that is down tells so each time it is passed over, with an error that wraps
	// ErrDown. It is called from many goroutines at once. Set it before use.
	OnError func(tier, op string, err error)

	tiers []Tier
}

// NewTiered returns the tiers as one. It does not own them: whoever opened them closes them.
func NewTiered(tiers ...Tier) *Tiered {
	return &Tiered{tiers: tiers}
}

// Name implements Tier.
func (t *Tiered) Name() string { return "tiered" }

// Get implements Tier: Lookup, for those who do not care where the entry was.
func (t *Tiered) Get(ctx context.Context, key string) (*Entry, error) {
	e, _, err := t.Lookup(ctx, key)
	return e, err
}

// Near looks for key in the nearest tier alone.
func (t *Tiered) Near(ctx context.Context, key string) (*Entry, string, error) {
	if len(t.tiers) == 0 {
		return nil, "", ErrMiss
	}
	e, err := t.tiers[0].Get(ctx, key)
	switch {
	case errors.Is(err, ErrMiss):
		return nil, "", err
	case err != nil:
		return nil, "", t.failed(ctx, t.tiers[0], "get", err)
	}
	return e, t.tiers[0].Name(), nil
}

// Lookup looks for key from the nearest tier on, copies a hit into the tiers above it, and returns the
// name of the tier that had it. When none has it, the error wraps ErrMiss and, joined to it, the errors
// of the tiers that are down. Once ctx is done, the error wraps ctx.Err() and not ErrMiss.
//
// A Delete of the same key at the same time may be undone by the copying. That is harmless, as an entry
// never goes out of date: a purge changes the key.
func (t *Tiered) Lookup(ctx context.Context, key string) (*Entry, string, error) {
	miss := []error{ErrMiss}
	for i, tier := range t.tiers {
		e, err := tier.Get(ctx, key)
		switch {
		case err == nil:
			t.setAll(ctx, t.tiers[:i], e)
			return e, tier.Name(), nil
		case errors.Is(err, ErrMiss):
		case ctx.Err() != nil:
			return nil, "", errors.Join(ctx.Err(), t.failed(ctx, tier, "get", err))
		default:
			miss = append(miss, t.failed(ctx, tier, "get", err))
		}
	}
	return nil, "", errors.Join(miss...)
}

// Set implements Tier: it sets e in every tier, the nearest first. It returns nil as soon as one has taken it, else the
// errors of all.
func (t *Tiered) Set(ctx context.Context, e *Entry) error {
	errs := t.setAll(ctx, t.tiers, e)
	if len(errs) < len(t.tiers) {
		return nil
	}
	return errors.Join(errs...)
}

// Delete implements Tier: it deletes key from every tier, those after one that fails included, and
// returns the errors of all, since a tier that failed may still hold the entry.
func (t *Tiered) Delete(ctx context.Context, key string) error {
	var errs []error
	for _, tier := range t.tiers {
		if err := tier.Delete(ctx, key); err != nil {
			errs = append(errs, t.failed(ctx, tier, "delete", err))
		}
	}
	return errors.Join(errs...)
}

// settler is a tier that writes in the background.
type settler interface {
	Settled(ctx context.Context, key string) error
}

// Settled waits until what was set under key is in the tiers that write in the background, or was given
// up there: then others find it who share them. The error is ctx's.
func (t *Tiered) Settled(ctx context.Context, key string) error {
	for _, tier := range t.tiers {
		if s, ok := tier.(settler); ok {
			if err := s.Settled(ctx, key); err != nil {
				return err
			}
		}
	}
	return nil
}

func (t *Tiered) setAll(ctx context.Context, tiers []Tier, e *Entry) (errs []error) {
	for _, tier := range tiers {
		if err := tier.Set(ctx, e); err != nil {
			errs = append(errs, t.failed(ctx, tier, "set", err))
		}
	}
	return errs
}

// failed reports a tier's error and returns it with the tier's name. A deadline that has passed is
// reported: the tier may be what took so long.
func (t *Tiered) failed(ctx context.Context, tier Tier, op string, err error) error {
	if t.OnError != nil && !errors.Is(ctx.Err(), context.Canceled) {
		t.OnError(tier.Name(), op, err)
	}
	return fmt.Errorf("%s in tier %s: %w", op, tier.Name(), err)
}
