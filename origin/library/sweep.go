package library

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"strings"
	"time"

	"lightwell/origin/store"
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
// period, levels of bytes that are gone, and what has been incoming for too long. It may run beside uploads, on several machines at once.
//
// How old something is, it tells by the store's clock. What an upload beside it needs does not depend on that:
// with no grace at all, or where clocks are off, it is still there when the upload ends.
func (l *Library) Sweep(ctx context.Context) (Swept, error) {
	var s Swept
	c, err := l.clock(ctx)
	if err != nil {
		return s, err
	}
	for _, pass := range []func(context.Context, clock, *Swept) error{
		l.sweepTombstones, l.sweepMarks, l.sweepRefs, l.sweepOriginals, l.sweepLevels, l.sweepIncoming,
	} {
		if err := pass(ctx, c, &s); err != nil {
			return s, err
		}
	}
	return s, nil
}

// sweepTombstones also finishes deletes that were cut short.
func (l *Library) sweepTombstones(ctx context.Context, _ clock, s *Swept) error {
	for info, err := range l.store.List(ctx, "assets/", "") {
		if err != nil {
			return err
		}
		id := strings.TrimSuffix(strings.TrimPrefix(info.Name, "assets/"), ".json")
		a, err := l.loadDeleted(ctx, id)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if a == nil || a.Deleted.IsZero() {
			continue
		}
		if err := l.unlink(ctx, *a); err != nil {
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

// loadDeleted is load of an asset that is a tombstone. Of any other it is nil, and no more of it is decoded:
// a sweep looks at all there are.
func (l *Library) loadDeleted(ctx context.Context, id string) (*Asset, error) {
	body, err := l.read(ctx, id)
	if err != nil {
		return nil, err
	}
	var is struct {
		ID      string    `json:"id"`
		Deleted time.Time `json:"deleted"`
	}
	if err := json.Unmarshal(body, &is); err == nil && is.ID == id && is.Deleted.IsZero() {
		return nil, nil
	}
	a, err := decode(id, body)
	return &a, err
}

// clockStale is how old an object is off which the clock was to be read, when who was to do that must have died.
const clockStale = 5 * time.Second

// sweepMarks takes away the marks of sweeps that have died, and what they were to read the clock off.
func (l *Library) sweepMarks(ctx context.Context, c clock, _ *Swept) error {
	for info, err := range l.store.List(ctx, sweepName(""), "") {
		isClock := strings.HasPrefix(info.Name, sweepName(clockName))
		switch {
		case err != nil:
		case isClock && c.age(info.Modified) > clockStale:
			err = l.store.Delete(ctx, info.Name)
		case !isClock && c.age(info.Modified) > sweepStale:
			err = l.marked(ctx, strings.TrimPrefix(info.Name, sweepName("")), c, func(context.Context) error { return nil })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sweepRefs removes references whose asset was never published.
func (l *Library) sweepRefs(ctx context.Context, c clock, s *Swept) error {
	for info, err := range l.store.List(ctx, "refs/", "") {
		if err != nil {
			return err
		}
		if c.age(info.Modified) < l.cfg.Grace {
			continue
		}
		published, err := l.published(ctx, info.Name)
		if published {
			continue
		}
		if err == nil {
			hash, _, _ := strings.Cut(strings.TrimPrefix(info.Name, "refs/"), "/")
			err = l.marked(ctx, hash, c, func(ctx context.Context) error { return l.sweepRef(ctx, info.Name, s) })
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sweepRef removes a reference under the mark of its bytes. One whose asset is published just then, after all
// the grace, has it back: whoever adds it looks, too, but that may have been before. Meanwhile no other sweep
// finds the bytes without a reference.
func (l *Library) sweepRef(ctx context.Context, ref string, s *Swept) error {
	published, err := l.published(ctx, ref)
	if published || err != nil {
		return err
	}
	if err := l.store.Delete(ctx, ref); err != nil {
		return err
	}
	if published, err = l.published(ctx, ref); published {
		return l.putBytes(context.WithoutCancel(ctx), ref, nil)
	}
	s.References++
	return err
}

// published tells whether the asset of a reference is there.
func (l *Library) published(ctx context.Context, ref string) (bool, error) {
	_, err := l.store.Stat(ctx, assetName(markerID(ref)))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func (l *Library) sweepOriginals(ctx context.Context, c clock, s *Swept) error {
	for info, err := range l.store.List(ctx, "originals/", "") {
		if err != nil {
			return err
		}
		if c.age(info.Modified) < l.cfg.Grace {
			continue
		}
		if err := l.sweepOriginal(ctx, c, info, s); err != nil {
			return err
		}
	}
	return nil
}

// sweepOriginal deletes bytes without a reference. It marks them first and then
// looks for references again: an upload that this look misses has put its
// reference after the mark, so it sees the mark, waits for the delete, and puts
// the bytes again.
func (l *Library) sweepOriginal(ctx context.Context, c clock, info store.Info, s *Swept) error {
	hash := strings.TrimPrefix(info.Name, "originals/")
	if referred, err := l.referred(ctx, hash); referred || err != nil {
		return err
	}
	return l.marked(ctx, hash, c, func(ctx context.Context) error {
		if referred, err := l.referred(ctx, hash); referred || err != nil {
			return err
		}
		err := l.deleteBelow(ctx, levelsPrefix(hash))
		if err == nil {
			err = l.deleteBelow(ctx, "renditions/"+hash+"/")
		}
		if err == nil {
			err = l.store.Delete(ctx, info.Name)
		}
		if err == nil {
			s.Originals++
			s.Bytes += info.Size
		}
		return err
	})
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
