package library

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"lightwell/transform"
)

// ErrNoLevel is the error for a level whose file is not there.
var ErrNoLevel = errors.New("the level is not there")

const levelsFolder = "levels/"

func levelsPrefix(hash string) string { return levelsFolder + hash + "/" }

func levelName(hash string, l transform.Level) string { return levelsPrefix(hash) + l.String() }

// PutLevels keeps the files of an asset's levels. The error is as Add's.
func (l *Library) PutLevels(ctx context.Context, a Asset, levels []transform.LevelFile) error {
	for _, level := range levels {
		if level.Format == transform.NoFormat {
			continue
		}
		name := levelName(a.Original, level.Level)
		if err := l.store.Put(ctx, name, bytes.NewReader(level.Body), level.Bytes); err != nil {
			return fmt.Errorf("keep level %v of asset %s: %w", level, a.ID, err)
		}
		if l.cfg.LevelKept != nil {
			l.cfg.LevelKept(level.Bytes)
		}
	}
	return nil
}

// AddLevels keeps levels that an asset does not have, with their files. The error is as Add's or Delete's.
func (l *Library) AddLevels(ctx context.Context, a Asset, levels []transform.LevelFile) error {
	if err := l.PutLevels(ctx, a, levels); err != nil {
		return err
	}
	return l.amend(ctx, "add levels to", a.ID, func(a Asset) Asset {
		all := slices.Clone(a.Levels) // of another process, perhaps
		for _, level := range levels {
			if !slices.ContainsFunc(all, func(l transform.Level) bool { return l.Edge == level.Edge }) {
				all = append(all, level.Level)
			}
		}
		slices.SortFunc(all, func(a, b transform.Level) int { return b.Edge - a.Edge })
		a.Levels = all
		return a
	})
}

// OpenLevel opens the file of an asset's level, as Open does that of the original. The error wraps ErrNoLevel or
// ErrUnavailable.
func (l *Library) OpenLevel(ctx context.Context, a Asset, level transform.Level) (*os.File, error) {
	o, err := l.store.Open(ctx, levelName(a.Original, level))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("level %v of asset %s: %w", level, a.ID, ErrNoLevel)
	case err != nil:
		return nil, unavailable(ctx, fmt.Errorf("open level %v of asset %s: %w", level, a.ID, err))
	}
	if f, ok := o.File(); ok {
		return f, nil
	}
	defer o.Close()
	f, err := memfile(o)
	if err != nil {
		return nil, unavailable(ctx, fmt.Errorf("read level %v of asset %s: %w", level, a.ID, err))
	}
	return f, nil
}

// sweepLevels removes the levels of bytes that are gone: whoever makes them for a request may have been overtaken by
// the sweep of the original.
func (l *Library) sweepLevels(ctx context.Context, c clock, _ *Swept) error {
	last, there := "", true
	for info, err := range l.store.List(ctx, levelsFolder, "") {
		if err != nil {
			return err
		}
		hash, _, _ := strings.Cut(strings.TrimPrefix(info.Name, levelsFolder), "/")
		if hash != last {
			_, err := l.store.Stat(ctx, originalName(hash))
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			last, there = hash, err == nil
		}
		if there || c.age(info.Modified) < l.cfg.Grace {
			continue
		}
		if err := l.store.Delete(ctx, info.Name); err != nil {
			return err
		}
	}
	return nil
}
