package main

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"lightwell/origin/library"
	"lightwell/uploader/queue"
)

const (
	// promiseTime is how long a queue may take to say what it knows of an id that is no image.
	promiseTime = 300 * time.Millisecond
	// promisePause is how long a queue is not asked that did not answer.
	promisePause = time.Second
)

// errNotAsked is why it is not known whether an image has been promised.
var errNotAsked = errors.New("the queue has not answered lately")

// promises knows what the queue has promised.
type promises struct {
	queue  jobs
	silent atomic.Int64 // until when the queue is not asked, in Unix nanoseconds
}

// pending tells whether an upload has been promised an id and is not done.
func (p *promises) pending(ctx context.Context, id string) (bool, error) {
	if !library.ValidID(id) {
		return false, nil
	}
	if time.Now().UnixNano() < p.silent.Load() {
		return false, errNotAsked
	}
	ctx, cancel := context.WithTimeout(ctx, promiseTime)
	defer cancel()
	job, item, err := p.queue.Find(ctx, id)
	switch {
	case errors.Is(err, queue.ErrNotFound):
		return false, nil
	case err != nil:
		p.silent.Store(time.Now().Add(promisePause).UnixNano())
		return false, err
	}
	return job.State != queue.Open && (item.State == queue.Waiting || item.State == queue.Running), nil
}
