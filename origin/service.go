package origin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"lightwell/cache"
	"lightwell/origin/library"
	"lightwell/tracing"
	"lightwell/transform"

	"golang.org/x/sync/singleflight"
)

// Service makes renditions and remembers them.
type Service struct {
	Library  Library
	Cache    Cache
	Renderer Renderer
	Suspects Suspects
	Fleet    Fleet // nil where there is none
	Limits   transform.Limits
	// Positions is whether metadata that is kept may say where a picture was taken.
	Positions bool
	// Levels are the edges of the levels that renditions are made from.
	Levels []int
	// Deadline bounds one flight: the source, the waiting and the render.
	Deadline time.Duration
	// Fingerprint names the engine, for what is found by it.
	Fingerprint string
	// Later makes the levels that assets lack; nil where they go without.
	Later   *Later
	Metrics *Metrics
	Log     *slog.Logger

	flights singleflight.Group
	waiting sync.WaitGroup // for flights whose callers have left
}

// Result is a rendition and how it came about.
type Result struct {
	Entry     *cache.Entry
	Tier      string              // that had it, "" when it was made
	Rendition transform.Rendition // its times, when it was made; no Body

	flight *tracing.Span // that it came with, nil where that is not traced
}

// Rendition returns the rendition that key names, as cache.Name makes it, from the cache or freshly
// made. Requests for one key at once share one flight, which ctx does not end:
// the first caller's leaving changes nothing for the rest.
func (s *Service) Rendition(ctx context.Context, a Subject, r transform.Recipe, key string) (Result, error) {
	return s.rendition(ctx, a, r, key, nil)
}

// rendition asks the caller to be admitted, unless admit is nil, before it has anything made.
func (s *Service) rendition(ctx context.Context, a Subject, r transform.Recipe, key string, admit func() error) (Result, error) {
	e, tier, err := s.near(ctx, key)
	result := Result{Entry: e, Tier: tier}
	if err != nil { // a miss, or the tier is down
		result, err = s.join(ctx, a, r, key, admit)
	}
	if err == nil && result.Tier != "" {
		s.Metrics.hit(result.Tier)
	}
	return result, err
}

// flight is what the first caller has begun, for all who want the same.
type flight struct {
	subject Subject
	recipe  transform.Recipe
	key     string
	admit   func() error
}

// refused is the error of a flight whose first caller was not admitted.
type refused struct {
	by  *flight
	err error
}

func (r refused) Error() string { return r.err.Error() }
func (r refused) Unwrap() error { return r.err }

// join finds or makes a rendition together with all who ask for it now. It is apart from
// rendition because the flight has what it needs moved to the heap.
func (s *Service) join(ctx context.Context, a Subject, r transform.Recipe, key string, admit func() error) (Result, error) {
	mine := &flight{a, r, key, admit}
	for {
		result, err := s.await(ctx, mine)
		// Another's having had too much is no reason to refuse this one.
		if other, ok := errors.AsType[refused](err); ok && other.by != mine {
			continue
		}
		return result, err
	}
}

func (s *Service) await(ctx context.Context, mine *flight) (_ Result, err error) {
	ctx, span := tracing.Start(ctx, "flight")
	defer func() { endSpan(span, err) }()
	s.waiting.Add(1)
	flying := s.flights.DoChan(mine.key, func() (any, error) {
		result, err := s.fly(context.WithoutCancel(ctx), mine)
		result.flight = span
		return result, err
	})
	select {
	case landed := <-flying:
		s.waiting.Done()
		result := landed.Val.(Result)
		traceRole(span, result.flight)
		if landed.Err != nil {
			return Result{}, landed.Err
		}
		return result, nil
	case <-ctx.Done():
		go func() {
			defer s.waiting.Done()
			<-flying
		}()
		return Result{}, context.Cause(ctx)
	}
}

// Wait returns when no flight is under way any more.
func (s *Service) Wait() { s.waiting.Wait() }

func (s *Service) lookup(ctx context.Context, key string) (Result, bool) {
	ctx, span := tracing.Start(ctx, "cache lookup")
	e, tier, err := s.Cache.Lookup(ctx, key)
	traceLookup(span, tier, err)
	if err != nil {
		return Result{}, false // a miss, or no tier answers: it is made again
	}
	return Result{Entry: e, Tier: tier}, true
}

// fly is one flight. It has its own deadline, and a panic in it is an error:
// singleflight would end the process.
func (s *Service) fly(ctx context.Context, f *flight) (result Result, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.Log.Error("panic while making a rendition", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("make rendition %s: panic: %v", f.key, p)
		}
	}()
	ctx, cancel := context.WithTimeoutCause(ctx, s.Deadline, transform.ErrDeadline)
	defer cancel()
	// Another flight for this key may also have landed between our look and our start.
	if found, ok := s.lookup(ctx, f.key); ok {
		return found, nil
	}
	if f.admit != nil {
		if err := f.admit(); err != nil {
			return result, refused{f, err}
		}
	}
	release, found, err := s.turn(ctx, f.key)
	if err != nil || found.Entry != nil {
		return found, err
	}
	defer func() { s.giveBack(ctx, f.key, release) }()
	s.Metrics.misses.Inc()
	return s.make(ctx, f.subject, f.recipe, f.key)
}

func (s *Service) make(ctx context.Context, a Subject, r transform.Recipe, key string) (Result, error) {
	if err := s.check(a, key); err != nil {
		return Result{}, err
	}
	found, err := s.found(ctx, a.Asset, r)
	if err != nil {
		return Result{}, err
	}
	found.Mark, found.Blend = a.Mark.Source, a.Blend.Source
	if found.BlendFaces, err = s.blendFaces(ctx, a, r); err != nil {
		return Result{}, err
	}
	plan, err := r.Plan(a.Page(r.Page), found, s.Limits)
	if err != nil {
		return Result{}, err
	}
	plan.Position = s.Positions
	start := time.Now()
	made, source, err := s.carryOut(ctx, a, plan)
	if err := s.judged(err, a.Asset, a.blamed(key), key, r.String()); err != nil {
		return Result{}, err
	}
	if made.Size != plan.Out || len(made.Body) == 0 || !plan.Admits(made.Format) {
		return Result{}, fmt.Errorf("make rendition %s of asset %s: got %v and %d bytes of %v, planned %v of %v",
			key, a.ID, made.Size, len(made.Body), made.Format, plan.Out, r.Format)
	}
	s.Metrics.rendered(made.Format, source, time.Since(start))
	s.Log.Debug("rendition made", "asset", a.ID, "key", key, "recipe", r.String(), "source", source,
		"bytes", len(made.Body), "queue", made.Queue, "decode", made.Decode, "encode", made.Encode)
	e := &cache.Entry{Key: key, Format: made.Format.String(), Width: made.Size.Width, Height: made.Size.Height, Body: made.Body}
	s.remember(ctx, e)
	made.Body = nil
	if s.Later != nil && len(s.lacking(a.Asset)) > 0 {
		s.Later.levels(ctx, a.Asset)
	}
	return Result{Entry: e, Rendition: made}, nil
}

func (s *Service) remember(ctx context.Context, e *cache.Entry) {
	ctx, span := tracing.Start(ctx, "cache set")
	err := s.Cache.Set(ctx, e)
	endSpan(span, err)
	if err != nil {
		s.Log.Warn("rendition not remembered", "key", e.Key, "error", err)
	}
}

// render tries once more what has ended its process: a neighbour, or the operator, may have been to blame.
func (s *Service) render(ctx context.Context, files []*os.File, plan transform.Plan) (transform.Rendition, error) {
	made, err := s.Renderer.Render(ctx, files, plan)
	if !errors.Is(err, transform.ErrCrash) || ctx.Err() != nil {
		return made, err
	}
	for _, f := range files {
		if _, err := f.Seek(0, io.SeekStart); err != nil {
			return made, err
		}
	}
	return s.Renderer.Render(ctx, files, plan)
}

// check refuses what has ended render processes: the rendition, or any of the originals.
func (s *Service) check(a Subject, key string) error {
	err := s.Suspects.Check(a.Original, key)
	for _, layer := range a.layers() {
		if err == nil {
			err = s.Suspects.Check(layer.Original, key)
		}
	}
	return err
}

// blamed is what is suspected when a render process ends by itself: the original,
// but with layers the rendition alone. Else anybody could have an image refused by
// laying over it one that is at fault.
func (a Subject) blamed(key string) string {
	if len(a.layers()) > 0 {
		return key
	}
	return a.Original
}

// judged takes note of how a render process fared with work on an asset; blamed is
// the hash that is suspected when it ended by itself.
func (s *Service) judged(err error, a library.Asset, blamed, key, work string) error {
	s.Suspects.Rendered(blamed, key, err)
	if err == nil {
		return nil
	}
	s.Metrics.failures.WithLabelValues(transform.Failure(err)).Inc()
	s.Log.Warn("rendition failed", "asset", a.ID, "key", key, "recipe", work, "error", err)
	if errors.Is(err, fs.ErrNotExist) { // a file that the renderer misses is no missing image
		err = errors.New(err.Error())
	}
	return fmt.Errorf("make rendition %s of asset %s: %w", key, a.ID, err)
}
