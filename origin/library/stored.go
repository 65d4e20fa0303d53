package library

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

func (l *Library) load(ctx context.Context, id string) (Asset, error) {
	body, err := l.read(ctx, id)
	if err != nil {
		return Asset{}, err
	}
	return decode(id, body)
}

// read is what the store has of an asset, as it stands.
func (l *Library) read(ctx context.Context, id string) ([]byte, error) {
	o, err := l.store.Open(ctx, assetName(id))
	if err != nil {
		return nil, fmt.Errorf("load asset %s: %w", id, err)
	}
	defer o.Close()
	body, err := io.ReadAll(io.LimitReader(o, maxMetadata))
	if err != nil {
		return nil, fmt.Errorf("load asset %s: %w", id, err)
	}
	return body, nil
}

// maxMetadata is more bytes than what is known of an asset has.
const maxMetadata = 1 << 20

// decode reads an asset as the store has it. That of another id is what a store gives that is out of its mind.
func decode(id string, body []byte) (a Asset, err error) {
	if err := json.Unmarshal(body, &a); err != nil {
		return Asset{}, fmt.Errorf("read asset %s: %w", id, err)
	}
	if a.ID != id {
		return Asset{}, fmt.Errorf("read asset %s: it says that it is %.80q", id, a.ID)
	}
	return a, nil
}

// change makes an asset of what the store has under an id, nothing between: of nil where there is no
// asset. It returns the asset as it is then.
func (l *Library) change(ctx context.Context, id string, change func(was *Asset) (Asset, error)) (a Asset, err error) {
	err = l.store.Update(ctx, assetName(id), func(body []byte) ([]byte, error) {
		var was *Asset
		if body != nil {
			is, err := decode(id, body)
			if err != nil {
				return nil, err
			}
			was = &is
		}
		if a, err = change(was); err != nil {
			return nil, err
		}
		if becomes := encode(a); !bytes.Equal(becomes, body) {
			return becomes, nil
		}
		return nil, nil
	})
	return a, err
}

// existing is a change of an asset that there is, and that has not been deleted.
func existing(id string, change func(Asset) Asset) func(was *Asset) (Asset, error) {
	return func(was *Asset) (Asset, error) {
		if was == nil {
			return Asset{}, fmt.Errorf("asset %s: %w", id, fs.ErrNotExist)
		}
		return change(*was), was.gone()
	}
}

// amend changes an asset that there is. what is being done is for errors of the store's.
func (l *Library) amend(ctx context.Context, what, id string, change func(Asset) Asset) error {
	a, err := l.change(ctx, id, existing(id, change))
	switch {
	case err == nil:
		l.changed(ctx, a)
	case !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, ErrDeleted):
		err = unavailable(ctx, fmt.Errorf("%s asset %s: %w", what, id, err))
	}
	return err
}

// encode is an asset as the store has it.
func encode(a Asset) []byte {
	body, err := json.Marshal(a)
	if err != nil { // strings, numbers and times
		panic(err)
	}
	return body
}
