package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"lightwell/transform"
)

// Add keeps an upload: file holds its bytes, a.Bytes and a.Original are their
// number and hash, a.ID is fresh. When Add returns nil the asset and its bytes
// are durable; after an error there may be an asset or not, until Add is repeated or
// Undo called. Adding the same asset twice, with the same time, is the same as once.
// An error that wraps store.ErrFull is a store without room; one that wraps ErrDeleted
// says that the asset was there and has been deleted: it is not brought back. The levels are kept with the bytes.
//
// The order matters. The reference comes first, so that a sweep that has not
// looked yet keeps the bytes; and it and the bytes are looked at once more last, in
// case one had looked before.
func (l *Library) Add(ctx context.Context, file *os.File, a Asset, levels ...transform.LevelFile) (Asset, error) {
	a.Created = a.Created.UTC().Truncate(time.Millisecond)
	added, err := l.add(ctx, file, a, levels)
	if err == nil {
		err = l.stays(ctx, a)
	}
	if err != nil {
		return Asset{}, fmt.Errorf("add asset %s: %w", a.ID, err)
	}
	l.changed(ctx, added)
	return added, nil
}

// Stage keeps the bytes of an asset that Add will publish, so that renditions can be made
// of it before anybody sees it. Errors, and what is left after one, are as Add's.
func (l *Library) Stage(ctx context.Context, file *os.File, a Asset, levels ...transform.LevelFile) (Asset, error) {
	a.Created = a.Created.UTC().Truncate(time.Millisecond)
	err := l.notDeleted(ctx, a.ID)
	if err == nil {
		err = l.putBytes(ctx, refName(a.Original, a.ID), nil)
	}
	if err == nil {
		err = l.ensureOriginal(ctx, file, a)
	}
	if err == nil {
		err = l.PutLevels(ctx, a, levels)
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
	err := l.notDeleted(ctx, a.ID)
	switch {
	case errors.Is(err, ErrDeleted): // the tombstone stays
		err = nil
	case err == nil:
		l.held.Remove(a.ID)
		err = l.store.Delete(ctx, assetName(a.ID))
	}
	return errors.Join(err, l.unlink(ctx, a))
}

func (l *Library) add(ctx context.Context, file *os.File, a Asset, levels []transform.LevelFile) (added Asset, err error) {
	if err := l.notDeleted(ctx, a.ID); err != nil {
		return added, err
	}
	if err := l.putBytes(ctx, refName(a.Original, a.ID), nil); err != nil {
		return added, err
	}
	if err := l.ensureOriginal(ctx, file, a); err != nil {
		return added, err
	}
	if err := l.PutLevels(ctx, a, levels); err != nil {
		return added, err
	}
	if added, err = l.publish(ctx, a); err != nil {
		return added, err
	}
	for _, marker := range a.markers() {
		if err := l.putBytes(ctx, marker, nil); err != nil {
			return added, err
		}
	}
	if err := l.ensureReference(ctx, a); err != nil {
		return added, err
	}
	if err := l.awaitSweep(ctx, a); err != nil {
		return added, err
	}
	return added, l.ensureOriginal(ctx, file, a)
}

// publish puts an asset, unless it is there: another may have added it meanwhile, for one who was away for
// long, and it may have been purged since, or deleted.
func (l *Library) publish(ctx context.Context, a Asset) (Asset, error) {
	added, err := l.change(ctx, a.ID, func(was *Asset) (Asset, error) {
		if was == nil {
			kept := a
			kept.Unsettled = false
			return kept, nil
		}
		return *was, was.gone()
	})
	if errors.Is(err, ErrDeleted) {
		l.hold(added, time.Now())
		err = errors.Join(err, l.unlink(ctx, a))
	}
	return added, err
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
		l.hold(was, time.Now())
		err = was.gone()
	}
	return err
}

// ensureOriginal puts the bytes unless they are there, whole. Those that were accepted
// under the asset's id need not be moved again, where they are known to be the file's.
func (l *Library) ensureOriginal(ctx context.Context, file *os.File, a Asset) error {
	info, err := l.store.Stat(ctx, originalName(a.Original))
	switch {
	case err == nil && info.Size == a.Bytes:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	if !a.Unsettled {
		if err := l.store.Copy(ctx, acceptedName(a.ID), originalName(a.Original)); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := rewind(file); err != nil {
		return err
	}
	return l.store.Put(ctx, originalName(a.Original), file, a.Bytes)
}
