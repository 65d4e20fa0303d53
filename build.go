package main

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"lightwell/cache"
	"lightwell/config"
	"lightwell/origin"
	"lightwell/origin/library"
	"lightwell/transform"
	"lightwell/transform/pool"
	"lightwell/uploader"
	"lightwell/uploader/locks"

	"github.com/prometheus/client_golang/prometheus"
)

func libraryConfig(cfg config.Config) library.Config {
	return library.Config{
		Life: cfg.MetadataLife, Entries: cfg.MetadataEntries,
		Grace: cfg.SweepGrace, TombstoneLife: cfg.TombstoneLife, IncomingLife: cfg.IncomingLife,
	}
}

// countLevels counts the bytes of the levels that are kept.
func countLevels(r prometheus.Registerer) func(bytes int64) {
	total := prometheus.NewCounter(prometheus.CounterOpts{
		Name: "lightwell_levels_bytes_total", Help: "Bytes of levels, the reduced copies of originals, that were kept.",
	})
	r.MustRegister(total)
	return func(bytes int64) { total.Add(float64(bytes)) }
}

func poolConfig(cfg config.Config, log *slog.Logger, r prometheus.Registerer) pool.Config {
	children := cfg.PoolChildren
	if children == 0 {
		children = runtime.GOMAXPROCS(0) + 1 // which knows what a container may use
	}
	return pool.Config{
		Children: children, Queue: cfg.PoolQueue, QueueWait: cfg.PoolQueueWait,
		Memory: int64(cfg.PoolMemory), Tasks: cfg.PoolRenders, Levels: cfg.Levels,
		IntakeWait:     2 * cfg.IntakeDeadline, // two may be before it that take as long as they may
		RenderDeadline: cfg.RenderDeadline, InspectDeadline: cfg.IntakeDeadline, PrepareDeadline: cfg.BackgroundDeadline,
		Log: log, Registerer: r,
	}
}

func limits(cfg config.Config) transform.Limits {
	return transform.Limits{
		Pixels: cfg.MaxPixels, Side: cfg.MaxSide, Frames: cfg.MaxFrames, FramePixels: cfg.MaxFramePixels,
		OutputSide: cfg.MaxOutputSide, OutputPixels: cfg.MaxOutputPixels, OutputFramePixels: cfg.MaxOutputFramePixels,
	}
}

// fingerprint names what makes renditions: the engine, and the limits that make them smaller.
func fingerprint(cfg config.Config, p *pool.Pool) string {
	return fmt.Sprintf("%s, at most %d pixels a side, %d in all and %d of all frames, positions %v",
		p.Fingerprint(), cfg.MaxOutputSide, cfg.MaxOutputPixels, cfg.MaxOutputFramePixels, cfg.AllowPositions)
}

func (s *server) buildOrigin(tiers *cache.Tiered) error {
	if id := s.cfg.FallbackImage; id != "" && !library.ValidID(id) {
		return fmt.Errorf("fallback-image: %q is not an asset's id", id)
	}
	metrics := origin.NewMetrics(s.registry)
	s.handler = s.buildHandler(tiers, metrics, s.pool, s.cfg.PoolQueueWait+s.cfg.RenderDeadline)
	s.ahead = s.buildHandler(tiers, metrics, pool.Background{Pool: s.pool}, 2*s.cfg.BackgroundDeadline)
	later := origin.NewLater(s.ahead.Service, s.decoders(), s.cfg.PoolQueue)
	s.closing.add(func() error { later.Close(); return nil })
	s.handler.Service.Later, s.ahead.Service.Later = later, later
	s.handler.Interim = s.cfg.Interim == "on"
	s.images = origin.NewServer(s.handler, origin.ServerConfig{
		ReadTimeout: s.cfg.ReadTimeout, IdleTimeout: s.cfg.IdleTimeout, MaxConnections: s.cfg.MaxConnections,
	})
	return nil
}

// buildHandler makes a handler whose renditions a renderer makes, within some time.
func (s *server) buildHandler(tiers origin.Cache, metrics *origin.Metrics, renderer origin.Renderer, within time.Duration) *origin.Handler {
	// A flight opens the source, waits its turn and renders; a second is for the rest.
	service := &origin.Service{
		Library: s.library, Cache: tiers, Renderer: renderer, Suspects: s.suspects, Fleet: s.fleetOf(), Limits: limits(s.cfg), Positions: s.cfg.AllowPositions, Levels: s.cfg.Levels,
		Deadline: within + time.Second, Fingerprint: fingerprint(s.cfg, s.pool), Metrics: metrics, Log: s.log,
	}
	s.closing.add(func() error { service.Wait(); return nil })
	return &origin.Handler{
		Service: service, Parser: transform.Parser{Ignore: s.cfg.IgnoreParams}, Access: imageAccess(s.cfg),
		Writes:      s.pool.Capabilities().Writes,
		Fingerprint: fingerprint(s.cfg, s.pool), Fonts: s.pool.Capabilities().Typesetting, Timeout: service.Deadline + time.Second,
		SVGOriginal: svgOriginal(s.cfg), CORSOrigin: s.cfg.CORSOrigin, CORP: s.cfg.CORP, Fallback: s.cfg.FallbackImage,
		Pending: (&promises{queue: s.queue}).pending,
		Cold: origin.NewCold(origin.Cold{
			Rate: s.cfg.RenderRate, Burst: s.cfg.RenderBurst, Proxies: s.cfg.Proxies(), Header: s.cfg.ClientHeader,
		}),
		Metrics: metrics, Tracer: s.tracer, Log: s.log,
	}
}

func svgOriginal(cfg config.Config) transform.Recipe {
	if cfg.SVG == "rasterize" {
		return transform.Recipe{Format: transform.PNG}
	}
	return transform.SanitizedSVG
}

// buildGate says what is taken in.
func (s *server) buildGate() error {
	formats := map[transform.Format]bool{}
	for _, name := range s.cfg.Formats {
		f, err := transform.ParseFormat(name)
		if err != nil {
			return fmt.Errorf("formats: %w", err)
		}
		formats[f] = true
		if s.pool != nil && !s.pool.Capabilities().Reads.Has(f) {
			s.log.Warn("a format of the setting formats cannot be read by this build of libvips: such images are refused", "format", name)
			formats[f] = false
		}
	}
	s.gate = uploader.Gate{TempFile: s.store.TempFile, Formats: formats, MaxBytes: int64(s.cfg.MaxBytes)}
	return nil
}

// buildAccess says who may upload, and how much.
func (s *server) buildAccess() error {
	tokens, err := s.cfg.UploadTokens()
	if err != nil {
		return fmt.Errorf("tokens: %w", err)
	}
	s.access = uploader.Access{Proxies: s.cfg.Proxies(), Rate: s.cfg.UploadRate, Burst: s.cfg.UploadBurst}
	s.quota = uploader.Quota{Meter: s.queue, Most: map[string]int64{}}
	for _, t := range tokens {
		token := uploader.Token{Name: t.Name, Digest: t.Digest}
		for _, name := range t.Scopes {
			scope, err := uploader.ParseScope(name)
			if err != nil {
				return fmt.Errorf("tokens: %w", err)
			}
			token.Scopes = append(token.Scopes, scope)
		}
		s.access.Tokens = append(s.access.Tokens, token)
		if t.Bytes > 0 {
			s.quota.Most[t.Name] = int64(t.Bytes)
		}
	}
	return nil
}

func (s *server) buildUploader() error {
	ending := make(chan struct{})
	s.uploader = &uploader.Uploader{
		Library: s.library, Incoming: s.library, Presets: s.library, Marks: s.library, Queue: s.queue, Gate: s.gate,
		Presigner: s.store.presigner(), PresignLife: s.cfg.PresignLife, UploadURL: strings.TrimRight(s.cfg.UploadPublicURL, "/"),
		Locks: s.locks(), PartsLife: s.cfg.IncomingLife,
		Access: s.access, Quota: s.quota, Origins: s.cfg.UploadOrigins, CDN: s.cdn,
		BulkItems: s.cfg.BulkItems, BulkBytes: int64(s.cfg.BulkBytes),
		BodyTimeout: s.cfg.UploadTimeout, MinRate: int64(s.cfg.MinRate), MaxUploads: s.cfg.MaxUploads,
		SyncWait: s.cfg.SyncWait,
		Ending:   ending, BaseURL: s.baseURL(), Sign: signer(s.cfg), Metrics: uploader.NewMetrics(s.registry), Tracer: s.tracer, Audit: s.audit, Log: s.log,
	}
	handler, err := s.uploader.Handler()
	if err != nil {
		return err
	}
	s.uploads = &http.Server{
		Handler: s.lettingGo(handler), ReadHeaderTimeout: s.cfg.ReadTimeout, IdleTimeout: s.cfg.IdleTimeout,
		MaxHeaderBytes: maxHead, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	s.uploads.RegisterOnShutdown(sync.OnceFunc(func() { close(ending) }))
	return nil
}

// locks are those of uploads that come in parts: of the fleet, or of the machine.
func (s *server) locks() uploader.Locks {
	if s.fleetLocks != nil {
		return s.fleetLocks
	}
	return locks.New(filepath.Join(s.cfg.Data, "uploads.lock"))
}

// baseURL is where images are reached, with the port that was taken for 0.
func (s *server) baseURL() string {
	cfg := s.cfg
	if s.doors.images != nil {
		cfg.Listen = s.doors.images.Addr().String()
	}
	return cfg.BaseURL()
}
