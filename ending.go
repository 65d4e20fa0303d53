package main

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// delay goes on serving for a while, so that a load balancer notices, or until there is a hurry. Each
// connection is told with its next answer that it was the last one there: closing those that are idle would
// fail the request that is just on its way.
func (s *server) delay(hurry context.Context) {
	if hurry.Err() != nil || s.cfg.DrainDelay == 0 {
		return
	}
	s.log.Info("ending, and serving for a moment longer", "for", s.cfg.DrainDelay)
	if s.does.images {
		s.images.LetGo()
	}
	select {
	case <-time.After(s.cfg.DrainDelay):
	case <-hurry.Done():
	}
}

// lettingGo tells the clients of a handler, once the server is ending, to make another connection.
func (s *server) lettingGo(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.draining.Load() && r.Header.Get("Upgrade") == "" {
			w.Header().Set("Connection", "close")
		}
		next.ServeHTTP(w, r)
	})
}

// drain lets requests under way finish, and takes no new ones. The admin door
// closes last, so that a load balancer can see what is going on.
func (s *server) drain() error {
	s.log.Info("draining", "atMost", s.cfg.DrainTimeout)
	ctx, cancel := context.WithTimeout(context.Background(), s.cfg.DrainTimeout)
	defer cancel()
	var both sync.WaitGroup
	var imagesErr, uploadsErr error
	both.Go(func() { imagesErr = s.images.Shutdown(ctx) })
	both.Go(func() { uploadsErr = s.uploads.Shutdown(ctx) })
	both.Wait()
	return errors.Join(imagesErr, uploadsErr, s.admin.Close())
}
