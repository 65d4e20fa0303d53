package library

import (
	"context"
	"errors"
	"io/fs"
	"strings"
	"time"
)

// Swept counts what a sweep removed.
type Swept struct {
	Originals  int   // bytes that nothing refers to
	Bytes      int64 // theirs
	Tombstones int   // deleted assets that need not be remembered any more
	References int   // of uploads that never became assets
	Incoming   int   // uploads that nobody finished
}

// Sweep removes what no asset needs: old tombstones, references of uploads that
// came to nothing, bytes without a reference that are older than the grace
// period, and what has been incoming for too long. It may run beside uploads, on several machines at once.
func (l *Library) Sweep(ctx context.Context) (Swept, error) {
	var s Swept
	for _, pass := range []func(context.Context, *Swept) error{l.sweepTombstones, l.sweepRefs, l.sweepOriginals, l.sweepIncoming} {
		if err := pass(ctx, &s); err != nil {
			return s, err
		}
	}
	return s, nil
}

// sweepTombstones also finishes deletes that were cut short.
func (l *Library) sweepTombstones(ctx context.Context, s *Swept) error {
	for info, err := range l.store.List(ctx, "assets/", "") {
		if err != nil {
			return err
		}
		id := strings.TrimSuffix(strings.TrimPrefix(info.Name, "assets/"), ".json")
		a, err := l.load(ctx, id)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if a.Deleted.IsZero() {
			continue
		}
		if err := l.unlink(ctx, a); err != nil {
			return err
		}
		if time.Since(a.Deleted) >= l.cfg.TombstoneLife {
			if err := l.store.Delete(ctx, info.Name); err != nil {
				return err
			}
			s.Tombstones++
		}
	}
	return nil
}

// sweepRefs removes references whose asset was never published. One that is published
// just then, after all the grace, has its reference back: whoever adds it looks, too, but
// that may have been before.
func (l *Library) sweepRefs(ctx context.Context, s *Swept) error {
	for info, err := range l.store.List(ctx, "refs/", "") {
		if err != nil {
			return err
		}
		if time.Since(info.Modified) < l.cfg.Grace {
			continue
		}
		published, err := l.published(ctx, info.Name)
		if published {
			continue
		}
		if err == nil {
			err = l.store.Delete(ctx, info.Name)
		}
		if err != nil {
			return err
		}
		if published, err = l.published(ctx, info.Name); published {
			err = l.putBytes(context.WithoutCancel(ctx), info.Name, nil)
		} else {
			s.References++
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// published tells whether the asset of a reference is there.
func (l *Library) published(ctx context.Context, ref string) (bool, error) {
	_, err := l.store.Stat(ctx, assetName(markerID(ref)))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (l *Library) sweepOriginals(ctx context.Context, s *Swept) error {
	for info, err := range l.store.List(ctx, "originals/", "") {
		if err != nil {
			return err
		}
		if time.Since(info.Modified) < l.cfg.Grace {
			continue
		}
		hash := strings.TrimPrefix(info.Name, "originals/")
		swept, err := l.sweepOriginal(ctx, hash)
		if err != nil {
			return err
		}
		if swept {
			s.Originals++
			s.Bytes += info.Size
		}
	}
	return nil
}

// sweepOriginal deletes bytes without a reference. It marks them first and then
// looks for references again: an upload that this look misses has put its
// reference after the mark, so it sees the mark, waits for the delete, and puts
// the bytes again.
func (l *Library) sweepOriginal(ctx context.Context, hash string) (bool, error) {
	if referred, err := l.referred(ctx, hash); referred || err != nil {
		return false, err
	}
	if err := l.putBytes(ctx, sweepName(hash), nil); err != nil {
		return false, err
	}
	unmark := func() error { return l.store.Delete(context.WithoutCancel(ctx), sweepName(hash)) }
	if referred, err := l.referred(ctx, hash); referred || err != nil {
		return false, errors.Join(err, unmark())
	}
	err := l.deleteBelow(ctx, "levels/"+hash+"/")
	if err == nil {
		err = l.deleteBelow(ctx, "renditions/"+hash+"/")
	}
	if err == nil {
		err = l.store.Delete(ctx, originalName(hash))
	}
	return err == nil, errors.Join(err, unmark())
}

// deleteBelow deletes all objects of a folder.
func (l *Library) deleteBelow(ctx context.Context, folder string) error {
	for info, err := range l.store.List(ctx, folder, "") {
		if err == nil {
			err = l.store.Delete(ctx, info.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// referred tells whether any asset refers to the bytes.
func (l *Library) referred(ctx context.Context, hash string) (bool, error) {
	for _, err := range l.store.List(ctx, refsPrefix(hash), "") {
		return err == nil, err
	}
	return false, nil
}
