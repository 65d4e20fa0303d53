package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
)

// Change makes of the bytes of an object those that take their place. was is nil where there is no
// object, and so is the result where nothing is to change.
type Change func(was []byte) ([]byte, error)

// maxUpdate is the most bytes of an object that Update changes. It is read whole.
const maxUpdate = 1 << 20

// changed is what change makes of an open object, which it closes, or of none.
func changed(o Object, openErr error, change Change) ([]byte, error) {
	var was []byte
	switch {
	case openErr == nil:
		defer o.Close()
		if o.Size > maxUpdate {
			return nil, fmt.Errorf("%d bytes are more than an update may have", o.Size)
		}
		was = make([]byte, o.Size)
		if _, err := io.ReadFull(o, was); err != nil {
			return nil, err
		}
	case !errors.Is(openErr, fs.ErrNotExist):
		return nil, openErr
	}
	return change(was)
}

// Update implements Store.
func (m *Mem) Update(ctx context.Context, name string, change Change) error {
	if err := begin(ctx, "update", name); err != nil {
		return err
	}
	m.updating.Lock()
	defer m.updating.Unlock()
	o, err := m.Open(ctx, name)
	becomes, err := changed(o, err, change)
	if err != nil || becomes == nil {
		return err
	}
	return m.Put(ctx, name, bytes.NewReader(becomes), int64(len(becomes)))
}
