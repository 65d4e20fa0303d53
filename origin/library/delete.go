package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"lightwell/origin/store"
	"lightwell/transform"
)

// Delete makes an asset a tombstone. The error wraps fs.ErrNotExist, ErrDeleted
// or ErrUnavailable. Its bytes go with the next sweep after the grace period,
// unless another asset refers to them.
func (l *Library) Delete(ctx context.Context, id string) error {
	if !ValidID(id) {
		return fmt.Errorf("asset %q: %w", id, fs.ErrNotExist)
	}
	was, err := l.bury(ctx, id, existing(id, Asset.tombstone))
	if err != nil {
		return err
	}
	// Deleted it is; what is left over now, a sweep removes.
	if err := l.unlink(ctx, was); err != nil {
		return unavailable(ctx, fmt.Errorf("delete asset %s: %w", id, err))
	}
	return nil
}

// Bury makes an id that is promised and no asset yet a tombstone, so that it never
// becomes one. The error wraps ErrUnavailable.
func (l *Library) Bury(ctx context.Context, id string) error {
	was, err := l.bury(ctx, id, func(was *Asset) (Asset, error) {
		if was == nil {
			was = &Asset{ID: id, Created: time.Now().UTC().Truncate(time.Millisecond)}
		}
		return was.tombstone(), was.gone()
	})
	if errors.Is(err, ErrDeleted) {
		return nil
	}
	if err == nil { // whoever was just adding it may have been faster
		err = l.unlink(ctx, was)
	}
	if err != nil {
		return unavailable(ctx, fmt.Errorf("bury asset %s: %w", id, err))
	}
	return nil
}

// bury puts a tombstone. Where there is no room for it, the asset's own place is taken:
// what is full must be able to become less so.
func (l *Library) bury(ctx context.Context, id string, change func(was *Asset) (Asset, error)) (a Asset, err error) {
	a, err = l.change(ctx, id, change)
	if errors.Is(err, store.ErrFull) {
		var was Asset
		if was, err = l.load(ctx, id); err == nil {
			err = l.store.Delete(ctx, assetName(id))
		}
		if err == nil {
			a, err = l.change(ctx, id, func(*Asset) (Asset, error) { return was.tombstone(), nil })
		}
	}
	switch {
	case err == nil:
		l.changed(ctx, a)
	case errors.Is(err, ErrDeleted):
		l.hold(a, time.Now())
	case !errors.Is(err, fs.ErrNotExist):
		err = unavailable(ctx, fmt.Errorf("delete asset %s: %w", id, err))
	}
	return a, err
}

// tombstone is what is kept of an asset that is deleted now, or was.
func (a Asset) tombstone() Asset {
	if a.Deleted.IsZero() {
		a.Deleted = time.Now().UTC().Truncate(time.Millisecond)
		a.Name, a.Facts = "", transform.Facts{}
	}
	return a
}

// unlink removes an asset's reference and markers.
func (l *Library) unlink(ctx context.Context, a Asset) error {
	var errs []error
	if a.Original != "" { // of what was buried nothing is known
		errs = append(errs, l.store.Delete(ctx, refName(a.Original, a.ID)))
	}
	for _, marker := range a.markers() {
		errs = append(errs, l.store.Delete(ctx, marker))
	}
	return errors.Join(errs...)
}
