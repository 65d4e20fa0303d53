package library

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

func acceptedName(id string) string { return "accepted/" + id }

// Accept keeps bytes that are promised an id, until they are an asset or discarded: any
// process that shares the store can take them up. They are durable when it returns nil.
// An error that wraps store.ErrFull is a store without room; others ErrUnavailable.
func (l *Library) Accept(ctx context.Context, id string, file *os.File, bytes int64) error {
	if err := rewind(file); err != nil {
		return err
	}
	if err := l.store.Put(ctx, acceptedName(id), file, bytes); err != nil {
		return unavailable(ctx, fmt.Errorf("accept %s: %w", id, err))
	}
	return nil
}

// Accepted is the bytes that were accepted under an id, as a file that the caller
// closes. The error wraps fs.ErrNotExist or ErrUnavailable.
func (l *Library) Accepted(ctx context.Context, id string) (*os.File, error) {
	o, err := l.store.Open(ctx, acceptedName(id))
	if err == nil {
		if f, ok := o.File(); ok {
			return f, nil
		}
		defer o.Close()
		var f *os.File
		if f, err = memfile(o); err == nil {
			return f, nil
		}
	}
	if !errors.Is(err, fs.ErrNotExist) {
		err = unavailable(ctx, err)
	}
	return nil, fmt.Errorf("open what was accepted as %s: %w", id, err)
}

// Discard forgets the bytes that were accepted under an id, if there are any.
func (l *Library) Discard(ctx context.Context, id string) error {
	if err := l.store.Delete(ctx, acceptedName(id)); err != nil {
		return unavailable(ctx, fmt.Errorf("discard %s: %w", id, err))
	}
	return nil
}

// AcceptedFor shows the ids under which bytes were accepted so long ago, and when that
// was, by the store's clock, until it returns an error.
func (l *Library) AcceptedFor(ctx context.Context, least time.Duration, show func(id string, since time.Time, age time.Duration) error) error {
	c, err := l.clock(ctx)
	if err != nil {
		return unavailable(ctx, err)
	}
	for info, err := range l.store.List(ctx, acceptedName(""), "") {
		if err != nil {
			return unavailable(ctx, fmt.Errorf("list what is accepted: %w", err))
		}
		if id := info.Name[len(acceptedName("")):]; c.age(info.Modified) >= least && ValidID(id) {
			if err := show(id, info.Modified, c.age(info.Modified)); err != nil {
				return err
			}
		}
	}
	return nil
}
