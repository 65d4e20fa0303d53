package uploader

import (
	"context"
	"errors"
	"net/http"

	"lightwell/origin/problem"

	tusd "github.com/tus/tusd/v2/pkg/handler"
)

// metadataOptions are the options in the Upload-Metadata of an upload. Clients put there what they like.
func metadataOptions(meta tusd.MetaData) (opts options, err error) {
	for _, name := range []string{"filename", "name", "tags", "instructions", "callback"} {
		value, given := meta[name]
		if !given || value == "" || value == "null" {
			continue
		}
		if name == "filename" || name == "name" {
			name, value = "name", clip(value)
		}
		if err := opts.set(name, value); err != nil {
			return opts, err
		}
	}
	return opts, nil
}

// partLocker is what tusd has for Locks.
type partLocker struct{ locks Locks }

// NewLock implements tusd.Locker.
func (l partLocker) NewLock(id string) (tusd.Lock, error) {
	return &partLock{locks: l.locks, id: id}, nil
}

type partLock struct {
	locks  Locks
	id     string
	unlock func()
}

// Lock implements tusd.Lock.
func (l *partLock) Lock(ctx context.Context, asked func()) (err error) {
	l.unlock, err = l.locks.Lock(ctx, l.id, asked)
	if errors.Is(err, context.DeadlineExceeded) {
		return tusd.ErrFileLocked
	}
	if err != nil {
		p := problem.New(http.StatusServiceUnavailable, "Who has this upload cannot be found out at the moment.")
		p.RetryAfter = 1
		return failed(ctx, errors.Join(p, err))
	}
	return nil
}

// Unlock implements tusd.Lock.
func (l *partLock) Unlock() error {
	l.unlock()
	return nil
}
