package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lightwell/origin/store"
)

// Add keeps an upload: file holds its bytes, a.Bytes and a.Original are their
// number and hash, a.ID is fresh. When Add returns nil the asset and its bytes
// are durable; after an error there may be an asset or not, until Add is repeated or
// Undo called. Adding the same asset twice, with the same time, is the same as once.
// An error that wraps store.ErrFull is a store without room; one that wraps ErrDeleted
// says that the asset was there and has been deleted: it is not brought back.
//
// The order matters. The reference comes first, so that a sweep that has not
// looked yet keeps the bytes; and it and the bytes are looked at once more last, in
// case one had looked before.
func (l *Library) Add(ctx context.Context, file *os.File, a Asset) (Asset, error) {
	a.Created = a.Created.UTC().Truncate(time.Millisecond)
	err := l.add(ctx, file, a)
	if err == nil {
		err = l.stays(ctx, a)
	}
	if err != nil {
		return Asset{}, fmt.Errorf("add asset %s: %w", a.ID, err)
	}
	l.hold(a)
	return a, nil
}

// Stage keeps the bytes of an asset that Add will publish, so that renditions can be made
// of it before anybody sees it. Errors, and what is left after one, are as Add's.
func (l *Library) Stage(ctx context.Context, file *os.File, a Asset) (Asset, error) {
	a.Created = a.Created.UTC().Truncate(time.Millisecond)
	err := l.notDeleted(ctx, a.ID)
	if err == nil {
		err = l.putBytes(ctx, refName(a.Original, a.ID), nil)
	}
	if err == nil {
		err = l.ensureOriginal(ctx, file, a)
	}
	if err != nil {
		return Asset{}, fmt.Errorf("stage asset %s: %w", a.ID, err)
	}
	return a, nil
}

// stays takes back what was added beside a Delete, which may have come between any two
// steps: what it had removed by then must not be there again.
func (l *Library) stays(ctx context.Context, a Asset) error {
	err := l.notDeleted(ctx, a.ID)
	if errors.Is(err, ErrDeleted) {
		err = errors.Join(err, l.unlink(ctx, a))
	}
	return err
}

// Undo takes away what an Add has left that failed. Nobody else may be adding the
// same asset. What a sweep would find, it leaves where the store does.
func (l *Library) Undo(ctx context.Context, a Asset) error {
	a.Created = a.Created.UTC().Truncate(time.Millisecond)
	l.held.Remove(a.ID)
	return errors.Join(l.store.Delete(ctx, assetName(a.ID)), l.unlink(ctx, a))
}

func (l *Library) add(ctx context.Context, file *os.File, a Asset) error {
	if err := l.notDeleted(ctx, a.ID); err != nil {
		return err
	}
	if err := l.putBytes(ctx, refName(a.Original, a.ID), nil); err != nil {
		return err
	}
	if err := l.ensureOriginal(ctx, file, a); err != nil {
		return err
	}
	if err := l.notDeleted(ctx, a.ID); err != nil { // once more: the bytes may have taken long
		return errors.Join(err, l.unlink(ctx, a))
	}
	if err := l.putJSON(ctx, assetName(a.ID), a); err != nil {
		return err
	}
	for _, marker := range a.markers() {
		if err := l.putBytes(ctx, marker, nil); err != nil {
			return err
		}
	}
	if err := l.ensureReference(ctx, a); err != nil {
		return err
	}
	if err := l.awaitSweep(ctx, a.Original); err != nil {
		return err
	}
	return l.ensureOriginal(ctx, file, a)
}

// ensureReference puts the reference again that a sweep has taken for one of an upload
// that came to nothing.
func (l *Library) ensureReference(ctx context.Context, a Asset) error {
	_, err := l.store.Stat(ctx, refName(a.Original, a.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return l.putBytes(ctx, refName(a.Original, a.ID), nil)
	}
	return err
}

// notDeleted is an error for an asset that is a tombstone: somebody else has added it, for
// one who was away for long and goes on now, and meanwhile it was seen and deleted.
func (l *Library) notDeleted(ctx context.Context, id string) error {
	was, err := l.load(ctx, id)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil && was.gone() != nil {
		l.hold(was)
		err = was.gone()
	}
	return err
}

// ensureOriginal puts the bytes unless they are there, whole. Those that were accepted
// under the asset's id need not be moved again.
func (l *Library) ensureOriginal(ctx context.Context, file *os.File, a Asset) error {
	info, err := l.store.Stat(ctx, originalName(a.Original))
	switch {
	case err == nil && info.Size == a.Bytes:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if err := l.store.Copy(ctx, acceptedName(a.ID), originalName(a.Original)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := rewind(file); err != nil {
		return err
	}
	return l.store.Put(ctx, originalName(a.Original), file, a.Bytes)
}

const (
	sweepPoll = 20 * time.Millisecond
	// sweepStale is how old a sweep's mark is when its sweep must have died. It
	// is far above what one delete takes, and any clock is off by.
	sweepStale = time.Minute
)

// awaitSweep waits while a sweep is between deciding and deleting the bytes.
func (l *Library) awaitSweep(ctx context.Context, hash string) error {
	for {
		mark, err := l.store.Stat(ctx, sweepName(hash))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if time.Since(mark.Modified) > sweepStale {
			return l.store.Delete(ctx, sweepName(hash))
		}
		select {
		case <-time.After(sweepPoll):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// Delete makes an asset a tombstone. The error wraps fs.ErrNotExist, ErrDeleted
// or ErrUnavailable. Its bytes go with the next sweep after the grace period,
// unless another asset refers to them.
func (l *Library) Delete(ctx context.Context, id string) error {
	if !ValidID(id) {
		return fmt.Errorf("asset %q: %w", id, fs.ErrNotExist)
	}
	a, err := l.load(ctx, id)
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			err = unavailable(ctx, err)
		}
		return err
	}
	if err := a.gone(); err != nil {
		l.hold(a)
		return err
	}
	a.Deleted = time.Now().UTC().Truncate(time.Millisecond)
	a.Name, a.Placeholder = "", ""
	if err := l.bury(ctx, a); err != nil {
		return unavailable(ctx, fmt.Errorf("delete asset %s: %w", id, err))
	}
	// Deleted it is; what is left over now, a sweep removes.
	if err := l.unlink(ctx, a); err != nil {
		return unavailable(ctx, fmt.Errorf("delete asset %s: %w", id, err))
	}
	return nil
}

// Bury makes an id that is promised and no asset yet a tombstone, so that it never
// becomes one. The error wraps ErrUnavailable.
func (l *Library) Bury(ctx context.Context, id string) error {
	now := time.Now().UTC().Truncate(time.Millisecond)
	a := Asset{ID: id, Created: now, Deleted: now}
	if err := l.bury(ctx, a); err != nil {
		return unavailable(ctx, fmt.Errorf("bury asset %s: %w", id, err))
	}
	// Whoever was just adding it may have been faster, or put it over the tombstone.
	err := l.notDeleted(ctx, id)
	if err == nil {
		err = l.Delete(ctx, id)
	}
	if errors.Is(err, ErrDeleted) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// bury puts a tombstone. Where there is no room for it, the asset's own place is taken:
// what is full must be able to become less so.
func (l *Library) bury(ctx context.Context, a Asset) error {
	err := l.putJSON(ctx, assetName(a.ID), a)
	if errors.Is(err, store.ErrFull) {
		err = l.store.Delete(ctx, assetName(a.ID))
		if err == nil {
			err = l.putJSON(ctx, assetName(a.ID), a)
		}
	}
	if err == nil {
		l.hold(a)
	}
	return err
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
