package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"lightwell/cache"
	"lightwell/config"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/origin/store"
	"lightwell/transform"
	"lightwell/transform/pool"
	"lightwell/uploader"

	"github.com/prometheus/client_golang/prometheus"
)

type serveCommand struct {
	config.Config
}

// Run serves until the context is done, then drains.
func (c *serveCommand) Run(a *app) (err error) {
	if err := c.Validate(a.sources); err != nil {
		return err
	}
	s := &server{cfg: c.Config, log: newLogger(c.Config), registry: newRegistry()}
	defer func() { err = errors.Join(err, s.closing.close()) }()
	if err := s.open(a.ctx); err != nil {
		return err
	}
	return s.serve(a.ctx)
}

func newLogger(cfg config.Config) *slog.Logger {
	opts := &slog.HandlerOptions{Level: cfg.Level()}
	if cfg.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(os.Stderr, opts))
	}
	return slog.New(slog.NewTextHandler(os.Stderr, opts))
}

// server is everything in one process tree, wired together.
type server struct {
	cfg      config.Config
	log      *slog.Logger
	registry *prometheus.Registry
	closing  closers

	doors   doors
	store   *store.Disk
	library *library.Library
	pool    *pool.Pool
	memory  *cache.Memory
	service *origin.Service

	images   *origin.Server
	uploads  *http.Server
	admin    *http.Server
	draining atomic.Bool
}

// open takes hold of everything that serving needs, the addresses first: what is
// in use already is found out before anything is started.
func (s *server) open(ctx context.Context) (err error) {
	if s.doors, err = openDoors(s.cfg, &s.closing); err != nil {
		return err
	}
	if s.store, err = store.OpenDisk(s.cfg.Data); err != nil {
		return err
	}
	s.closing.add(s.store.Close)
	if s.library, err = library.New(s.store, libraryConfig(s.cfg)); err != nil {
		return err
	}
	if s.memory, err = cache.NewMemory(s.cfg.CacheBytes()); err != nil {
		return err
	}
	s.closing.add(s.memory.Close)
	if s.pool, err = pool.Start(ctx, poolConfig(s.cfg, s.log, s.registry)); err != nil {
		return err
	}
	s.closing.add(s.pool.Close)
	if err := s.buildOrigin(); err != nil {
		return err
	}
	s.closing.add(func() error { s.service.Wait(); return nil })
	if err := s.buildUploader(); err != nil {
		return err
	}
	s.admin = &http.Server{Handler: s.adminHandler(), ReadHeaderTimeout: 10 * time.Second}
	return nil
}

func libraryConfig(cfg config.Config) library.Config {
	return library.Config{
		Life: cfg.MetadataLife, Entries: cfg.MetadataEntries,
		Grace: cfg.SweepGrace, TombstoneLife: cfg.TombstoneLife,
	}
}

func poolConfig(cfg config.Config, log *slog.Logger, r prometheus.Registerer) pool.Config {
	children := cfg.PoolChildren
	if children == 0 {
		children = runtime.NumCPU() + 1
	}
	return pool.Config{
		Children: children, Queue: cfg.PoolQueue, QueueWait: cfg.PoolQueueWait,
		Memory: int64(cfg.PoolMemory), Tasks: cfg.PoolRenders,
		RenderDeadline: cfg.RenderDeadline, InspectDeadline: cfg.IntakeDeadline,
		Log: log, Registerer: r,
	}
}

func limits(cfg config.Config) transform.Limits {
	return transform.Limits{
		Pixels: cfg.MaxPixels, Side: cfg.MaxSide, Frames: cfg.MaxFrames, FramePixels: cfg.MaxFramePixels,
		OutputSide: cfg.MaxOutputSide, OutputPixels: cfg.MaxOutputPixels,
	}
}

func (s *server) buildOrigin() error {
	if id := s.cfg.FallbackImage; id != "" && !library.ValidID(id) {
		return fmt.Errorf("fallback-image: %q is not an asset's id", id)
	}
	tiers := cache.NewTiered(s.memory)
	tiers.OnError = func(tier, op string, err error) {
		s.log.Warn("cache tier failed", "tier", tier, "operation", op, "error", err)
	}
	s.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "lightwell_cache_bytes", Help: "Bytes that a tier of the cache holds.",
		ConstLabels: prometheus.Labels{"tier": s.memory.Name()},
	}, func() float64 { return float64(s.memory.Bytes()) }))
	metrics := origin.NewMetrics(s.registry)
	// A flight opens the source, waits its turn and renders; a second is for the rest.
	deadline := s.cfg.PoolQueueWait + s.cfg.RenderDeadline + time.Second
	s.service = &origin.Service{
		Library: s.library, Cache: tiers, Renderer: s.pool, Limits: limits(s.cfg),
		Deadline: deadline, Metrics: metrics, Log: s.log,
	}
	handler := &origin.Handler{
		Service: s.service, Parser: transform.Parser{Ignore: s.cfg.IgnoreParams},
		Fingerprint: s.pool.Fingerprint(), Timeout: deadline + time.Second,
		CORSOrigin: s.cfg.CORSOrigin, CORP: s.cfg.CORP, Fallback: s.cfg.FallbackImage,
		Metrics: metrics, Log: s.log,
	}
	s.images = origin.NewServer(handler, origin.ServerConfig{
		ReadTimeout: s.cfg.ReadTimeout, WriteTimeout: s.cfg.WriteTimeout, IdleTimeout: s.cfg.IdleTimeout,
		MaxConnections: s.cfg.MaxConnections, MaxConnectionsPerIP: s.cfg.MaxConnectionsPerIP,
	})
	return nil
}

func (s *server) buildUploader() error {
	formats := map[transform.Format]bool{}
	for _, name := range s.cfg.Formats {
		f, err := transform.ParseFormat(name)
		if err != nil {
			return fmt.Errorf("formats: %w", err)
		}
		formats[f] = true
	}
	u := &uploader.Uploader{
		Library: s.library, Inspector: s.pool, TempFile: s.store.TempFile,
		Formats: formats, Limits: limits(s.cfg), MaxBytes: int64(s.cfg.MaxBytes), BodyTimeout: s.cfg.UploadTimeout,
		BaseURL: s.baseURL(), Metrics: uploader.NewMetrics(s.registry), Log: s.log,
	}
	s.uploads = &http.Server{
		Handler: u.Handler(), ReadHeaderTimeout: s.cfg.ReadTimeout, IdleTimeout: s.cfg.IdleTimeout,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	return nil
}

// baseURL is where images are reached, with the port that was taken for 0.
func (s *server) baseURL() string {
	cfg := s.cfg
	cfg.Listen = s.doors.images.Addr().String()
	return cfg.BaseURL()
}

// serve serves all doors until ctx is done or one fails, and then drains.
func (s *server) serve(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
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
	start("images", s.doors.images, s.images.Serve)
	start("uploads", s.doors.uploads, s.uploads.Serve)
	start("admin", s.doors.admin, s.admin.Serve)
	running.Go(func() { s.sweep(ctx) })
	s.log.Info("ready", "engine", s.pool.Fingerprint(), "data", s.cfg.Data)
	<-ctx.Done()
	err := s.drain()
	running.Wait()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		err = errors.Join(cause, err)
	}
	return err
}

// drain lets requests under way finish, and takes no new ones. The admin door
// closes last, so that a load balancer can see what is going on.
func (s *server) drain() error {
	s.draining.Store(true)
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

// sweep removes at intervals what no asset needs.
func (s *server) sweep(ctx context.Context) {
	tick := time.NewTicker(s.cfg.SweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		swept, err := s.library.Sweep(ctx)
		if err != nil && ctx.Err() == nil {
			s.log.Error("sweep failed", "error", err)
		}
		if swept != (library.Swept{}) {
			s.log.Info("swept", "originals", swept.Originals, "bytes", swept.Bytes,
				"tombstones", swept.Tombstones, "references", swept.References)
		}
	}
}
