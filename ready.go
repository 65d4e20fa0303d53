package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"lightwell/uploader/queue"
)

// readyTime is how long the store and the queue may take to say that they are there: less than load balancers
// wait.
const readyTime = 1500 * time.Millisecond

// readyz tells a load balancer whether to send requests. With store=optional the store may be down: what is
// cached is served all the same, and all origins lose it at once.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTime)
	defer cancel()
	optional := r.URL.Query().Get("store") == "optional"
	storeErr, err := s.ready(ctx)
	switch {
	case err != nil:
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	case storeErr != nil && !optional:
		http.Error(w, storeErr.Error(), http.StatusServiceUnavailable)
	case storeErr != nil:
		fmt.Fprintln(w, "ready, but the store does not answer")
	default:
		fmt.Fprintln(w, "ready")
	}
}

// ready says why no requests should come, and apart from that whether the store answers.
func (s *server) ready(ctx context.Context) (storeErr, err error) {
	switch {
	case s.draining.Load():
		return nil, errors.New("draining")
	case !s.pool.Ready():
		return nil, errors.New("no render process is up")
	}
	asked := make(chan error, 1) // at the same time: both may hang
	go func() { asked <- s.askQueue(ctx) }()
	storeErr = s.library.Probe(ctx)
	return storeErr, <-asked
}

// askQueue asks for an item that there is not, where nothing can be done without the queue.
func (s *server) askQueue(ctx context.Context) error {
	if s.does.images {
		return nil
	}
	_, _, err := s.queue.Find(ctx, "readiness")
	if errors.Is(err, queue.ErrNotFound) {
		return nil
	}
	return err
}
