package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"lightwell/cache"
	"lightwell/config"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/tracing"
	"lightwell/transform/pool"
	"lightwell/uploader"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/redis/go-redis/v9"
)

// roles are what a process does.
type roles struct{ images, uploads, work bool }

// String is the command that does them.
func (r roles) String() string {
	switch r {
	case roles{images: true}:
		return "origin"
	case roles{uploads: true}:
		return "uploader"
	case roles{work: true}:
		return "worker"
	}
	return "serve"
}

type serveCommand struct{ config.Config }

// Run does everything.
func (c *serveCommand) Run(a *app) error {
	return runServer(a, c.Config, roles{images: true, uploads: true, work: true})
}

type originCommand struct{ config.Config }

// Run serves images.
func (c *originCommand) Run(a *app) error { return runServer(a, c.Config, roles{images: true}) }

type uploaderCommand struct{ config.Config }

// Run takes uploads.
func (c *uploaderCommand) Run(a *app) error { return runServer(a, c.Config, roles{uploads: true}) }

type workerCommand struct{ config.Config }

// Run processes uploads.
func (c *workerCommand) Run(a *app) error { return runServer(a, c.Config, roles{work: true}) }

// runServer serves until the context is done, then drains.
func runServer(a *app, cfg config.Config, does roles) (err error) {
	if err := cfg.Validate(a.sources); err != nil {
		return err
	}
	limitHeap(cfg.CacheBytes())
	s := &server{cfg: cfg, does: does, log: newLogger(cfg), registry: newRegistry()}
	defer func() { err = errors.Join(err, s.closing.close()) }()
	if err := s.open(a.ctx); err != nil {
		return err
	}
	return s.serve(a)
}

// limitHeap keeps the collector from letting garbage grow to the size of the
// cache, as it does by default: what is in the cache stays, so the memory would be
// twice what the setting says. A quarter more is for entries on their way out.
func limitHeap(cache int64) {
	const base = 256 << 20 // for requests under way and all else
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(cache + cache/4 + base)
	}
}

// server is everything in one process tree, wired together.
type server struct {
	cfg      config.Config
	does     roles
	log      *slog.Logger
	audit    *slog.Logger // what changes images
	registry *prometheus.Registry
	closing  closers

	doors    doors
	store    storage
	library  *library.Library
	pool     *pool.Pool
	suspects *pool.Suspects
	fleet    *fleet // nil for none
	// fleetLocks are in the Redis of the queue; nil where there is none.
	fleetLocks *cache.Locks
	memory     *cache.Memory
	objects    *cache.Objects // nil for none
	// handler answers requests, and ahead makes what nobody waits for.
	handler  *origin.Handler
	ahead    *origin.Handler
	uploader *uploader.Uploader
	gate     uploader.Gate
	access   uploader.Access
	quota    uploader.Quota
	cdn      uploader.CDN // nil for none
	queue    jobs
	worker   *uploader.Worker
	// messenger sends callbacks.
	messenger *uploader.Worker
	sweeper   *uploader.Sweeper

	images   *origin.Server
	uploads  *http.Server
	admin    *http.Server
	draining atomic.Bool

	tracer *tracing.Tracer // nil where nothing is traced
}

// open takes hold of everything that serving needs, the addresses first: what is
// in use already is found out before anything is started.
func (s *server) open(ctx context.Context) (err error) {
	if s.doors, err = openDoors(s.cfg, s.does, &s.closing); err != nil {
		return err
	}
	if s.audit, err = openAudit(s.cfg, s.log, &s.closing); err != nil {
		return err
	}
	if err := s.openTraces(ctx); err != nil {
		return err
	}
	if err := s.buildCDN(); err != nil {
		return err
	}
	if s.store, err = openStorage(ctx, s.cfg, &s.closing); err != nil {
		return err
	}
	if err := s.store.openCache(ctx, s.cfg, s.log, &s.closing); err != nil {
		return err
	}
	s.registry.MustRegister(newDisks(s.cfg))
	redis.SetLogger(redisLog{s.log})
	if s.queue, err = openQueue(ctx, s.cfg); err != nil {
		return err
	}
	s.closing.add(s.queue.Close)
	if err := s.openFleet(ctx); err != nil {
		return err
	}
	if err := s.openLocks(ctx); err != nil {
		return err
	}
	about := libraryConfig(s.cfg)
	about.LevelKept = countLevels(s.registry)
	if s.fleet != nil {
		about.Shared = board{s.fleet.shared}
	}
	if s.library, err = library.New(s.store.Store, about); err != nil {
		return err
	}
	s.closing.add(func() error { s.library.Wait(); return nil })
	if s.pool, err = pool.Start(ctx, poolConfig(s.cfg, s.log, s.registry)); err != nil {
		return err
	}
	s.closing.add(s.pool.Close)
	s.suspects = pool.NewSuspects()
	tiers, err := s.openTiers()
	if err != nil {
		return err
	}
	if err := s.buildOrigin(tiers); err != nil {
		return err
	}
	if err := s.buildGate(); err != nil {
		return err
	}
	if err := s.buildAccess(); err != nil {
		return err
	}
	if err := s.buildUploader(); err != nil {
		return err
	}
	if err := s.buildWorkers(); err != nil {
		return err
	}
	s.buildAdmin()
	return nil
}

// serve serves all doors until ctx is done or one fails, and then drains.
func (s *server) serve(a *app) error {
	ctx, cancel := context.WithCancelCause(a.ctx)
	defer cancel(nil)
	var running sync.WaitGroup
	start := func(name string, l net.Listener, serve func(net.Listener) error) {
		s.log.Info("listening", "door", name, "address", l.Addr().String())
		running.Go(func() {
			if err := serve(l); err != nil && !errors.Is(err, http.ErrServerClosed) {
				cancel(fmt.Errorf("serve %s: %w", name, err))
			}
		})
	}
	doors := s.doors.guarded(s.cfg, s.log)
	if s.does.images {
		start("images", doors.images, s.images.Serve)
	}
	if s.does.uploads {
		start("uploads", doors.uploads, s.uploads.Serve)
	}
	start("admin", doors.admin, s.admin.Serve)
	running.Go(func() { s.listen(ctx) })
	if s.fleetLocks != nil {
		running.Go(func() { s.fleetLocks.Listen(ctx) })
	}
	running.Go(func() { s.sweep(ctx) })
	if s.does.work {
		running.Go(func() { s.work(ctx) })
	}
	s.log.Info("ready", "engine", s.pool.Fingerprint(), "data", s.cfg.Data)
	<-ctx.Done()
	s.draining.Store(true)
	if a.ctx.Err() != nil { // no door has failed
		s.delay(a.hurry)
	}
	err := s.drain()
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}
