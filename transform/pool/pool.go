// Package pool decodes and renders in child processes, so that a file which
// ends or hangs its decoder costs one request and not the server.
//
// A keeper goroutine owns each child: it starts it, takes work from the queue,
// passes the source's descriptor and the plan over a socket pair, watches the
// child's memory and the clock meanwhile, and starts another when the child
// dies, has to be ended, or has done its share. A child does one piece of work
// at a time. Children end when their parent does, however that happens.
package pool

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"lightwell/tracing"
	"lightwell/transform"
	"lightwell/transform/pool/wire"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/sys/unix"
)

// Config says how many children there are and what each may use.
type Config struct {
	// Command starts a child; its descriptor 3 is the socket. The default is
	// this program's own executable with the argument "child".
	Command []string
	// Children is how many run at once. At least 2: one of them takes only
	// renditions, so that slow uploads never stop delivery.
	Children int
	// Queue is how many pieces of work of each lane may wait, QueueWait how long a
	// rendition may that somebody waits for, and IntakeWait how long an inspection.
	Queue      int
	QueueWait  time.Duration
	IntakeWait time.Duration
	// Memory is the ceiling of a child's anonymous memory, in bytes. 0 is none.
	Memory int64
	// Levels are the edges of the levels that are made of what is inspected.
	Levels []int
	// Tasks is after how many pieces of work a child is replaced. 0 is never.
	Tasks int
	// RenderDeadline, InspectDeadline and PrepareDeadline bound one piece of work, by
	// the clock. The last bounds the waiting for a child, too.
	RenderDeadline  time.Duration
	InspectDeadline time.Duration
	PrepareDeadline time.Duration

	Log        *slog.Logger
	Registerer prometheus.Registerer // nil for no metrics
}

// Pool is a set of children. Its methods may be called at once.
type Pool struct {
	cfg     Config
	queue   *queue
	spawner *spawner
	metrics metrics
	crowds  crowds
	can     transform.Capabilities // written before Start returns
	keepers sync.WaitGroup
	closing sync.Once

	mu          sync.Mutex
	fingerprint string // of the first child that said hello
	ready       chan struct{}
	live        int // children that have said hello and not ended
}

// Start starts the children and returns when the first is ready.
func Start(ctx context.Context, cfg Config) (*Pool, error) {
	if len(cfg.Command) == 0 {
		cfg.Command = []string{"/proc/self/exe", "child"}
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	cfg.Children = max(cfg.Children, 2)
	// What this process inherited open is not for the children.
	if err := unix.CloseRange(3, ^uint(0), unix.CLOSE_RANGE_CLOEXEC); err != nil {
		return nil, fmt.Errorf("mark inherited descriptors: %w", err)
	}
	p := &Pool{
		cfg: cfg, queue: newQueue(cfg.Queue), spawner: startSpawner(),
		metrics: newMetrics(cfg.Registerer), ready: make(chan struct{}),
	}
	for i := range cfg.Children {
		k := &keeper{pool: p, end: laneEnd(i, cfg.Children), log: cfg.Log}
		p.keepers.Go(k.run)
	}
	select {
	case <-p.ready:
	case <-ctx.Done():
		p.Close()
		return nil, fmt.Errorf("start the render pool: %w", context.Cause(ctx))
	}
	if err := p.probe(ctx); err != nil {
		p.Close()
		return nil, fmt.Errorf("start the render pool: %w", err)
	}
	return p, nil
}

// probe finds out what the children can do.
func (p *Pool) probe(ctx context.Context) error {
	j := newJob(serving, wire.Task{Kind: wire.Probe}, nil, helloWait, helloWait)
	if err := p.do(ctx, j); err != nil {
		return fmt.Errorf("find out what it can do: %w", err)
	}
	if j.reply.Can == nil {
		return errors.New("the render process does not say what it can do")
	}
	p.can = *j.reply.Can
	return nil
}

// Capabilities are what the children can read and write.
func (p *Pool) Capabilities() transform.Capabilities { return p.can }

// Close lets the work at hand finish, refuses what waits with ErrBusy, ends the
// children and waits for them. Closing again does nothing.
func (p *Pool) Close() error {
	p.closing.Do(func() {
		p.queue.close()
		p.keepers.Wait()
		p.spawner.stop()
	})
	return nil
}

// Fingerprint names libvips and the codecs that the children use, by version.
func (p *Pool) Fingerprint() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.fingerprint
}

// Ready tells whether any child can take work.
func (p *Pool) Ready() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.live > 0
}

// joined and left keep count of the live children. The first says what they all
// are made of.
func (p *Pool) joined(hello wire.Hello) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live++
	if p.fingerprint == "" {
		p.fingerprint = hello.Fingerprint
		p.tellSandbox(hello.Sandbox)
		close(p.ready)
	}
}

// tellSandbox says once how well the kernel confines the children.
func (p *Pool) tellSandbox(s wire.Sandbox) {
	p.metrics.confined("landlock", s.Landlock > 0)
	p.metrics.confined("seccomp", s.Seccomp)
	tell := p.cfg.Log.Info
	if s.Landlock < scopedLandlock || !s.Seccomp {
		tell = p.cfg.Log.Warn
	}
	tell("render processes confined", "landlockABI", s.Landlock, "seccomp", s.Seccomp)
}

// scopedLandlock is the first Landlock ABI that also keeps signals and abstract
// sockets in, with Linux 6.12. Under an older one seccomp alone does that.
const scopedLandlock = 6

func (p *Pool) left() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.live--
}

// Render makes a rendition of files, which stay the caller's: the image, and where
// the plan has a mark the mark's image. Errors wrap ErrBusy, ErrDeadline, ErrMemory, ErrCrash, ErrLimit or ErrUndecodable of
// package transform. ctx bounds the waiting; work once begun is bounded by the
// deadline alone.
func (p *Pool) Render(ctx context.Context, files []*os.File, plan transform.Plan) (transform.Rendition, error) {
	return p.render(ctx, newJob(serving, renderTask(plan), files, p.cfg.QueueWait, p.cfg.RenderDeadline))
}

func renderTask(plan transform.Plan) wire.Task {
	return wire.Task{Kind: wire.Render, Limits: plan.Limits, Plan: &plan}
}

func (p *Pool) render(ctx context.Context, j *job) (transform.Rendition, error) {
	if err := p.do(ctx, j); err != nil {
		return transform.Rendition{Queue: j.waited}, err
	}
	return transform.Rendition{
		Body: j.body, Format: j.reply.Format, Size: j.reply.Size, Queue: j.waited,
		Decode: j.reply.Decode, Steps: j.reply.Steps, Encode: j.reply.Encode,
	}, nil
}

// Inspect decodes the whole of src, says what it is and makes its levels. Errors are as Render's,
// and ErrFormat.
func (p *Pool) Inspect(ctx context.Context, src *os.File, limits transform.Limits) (transform.Inspection, error) {
	return p.inspect(ctx, newJob(intake, p.inspectTask(limits), []*os.File{src}, p.cfg.IntakeWait, p.cfg.InspectDeadline))
}

// Levels makes the levels of a source, for somebody who waits. Errors are as Inspect's.
func (p *Pool) Levels(ctx context.Context, src *os.File, limits transform.Limits) ([]transform.LevelFile, error) {
	seen, err := p.inspect(ctx, newJob(serving, p.inspectTask(limits), []*os.File{src}, p.cfg.QueueWait, p.cfg.InspectDeadline))
	return seen.LevelFiles, err
}

func (p *Pool) inspectTask(limits transform.Limits) wire.Task {
	return wire.Task{Kind: wire.Inspect, Limits: limits, Levels: p.cfg.Levels}
}

func (p *Pool) inspect(ctx context.Context, j *job) (seen transform.Inspection, err error) {
	if err := p.do(ctx, j); err != nil {
		return seen, err
	}
	if j.reply.Seen == nil {
		return seen, errors.New("the render process has seen nothing to speak of")
	}
	seen, rest := *j.reply.Seen, j.body
	for _, l := range seen.Levels {
		if l.Bytes < 0 || l.Bytes > int64(len(rest)) {
			return transform.Inspection{}, errors.New("the render process has sent less than it says")
		}
		seen.LevelFiles = append(seen.LevelFiles, transform.LevelFile{Level: l, Body: rest[:l.Bytes:l.Bytes]})
		rest = rest[l.Bytes:]
	}
	return seen, nil
}

// Search looks for something in a source, for somebody who waits. Errors are as
// Render's.
func (p *Pool) Search(ctx context.Context, src *os.File, s transform.Source, search transform.Search, limits transform.Limits) (transform.Found, error) {
	return p.search(ctx, newJob(serving, searchTask(s, search, limits), []*os.File{src}, p.cfg.QueueWait, p.cfg.RenderDeadline))
}

func searchTask(s transform.Source, search transform.Search, limits transform.Limits) wire.Task {
	return wire.Task{Kind: wire.Search, Limits: limits, Source: &s, Search: &search}
}

func (p *Pool) search(ctx context.Context, j *job) (transform.Found, error) {
	if err := p.do(ctx, j); err != nil {
		return transform.Found{}, err
	}
	if j.reply.Found == nil {
		return transform.Found{}, errors.New("the render process found nothing to say")
	}
	return *j.reply.Found, nil
}

// do has a child do a job, after waiting for one within bounds.
func (p *Pool) do(ctx context.Context, j *job) error {
	if len(j.files) != j.task.Files() {
		return fmt.Errorf("%d files for a task of %d", len(j.files), j.task.Files())
	}
	if j.task.Plan != nil {
		defer p.crowds.join(j.task.Plan.File)()
	}
	handed, err := p.queue.add(j)
	if err != nil {
		return err
	}
	if !handed {
		if err := p.wait(ctx, j); err != nil {
			j.traceWait(tracing.From(ctx), time.Now(), err)
			return err
		}
	}
	<-j.done
	p.metrics.queued.Observe(j.waited.Seconds())
	j.trace(tracing.From(ctx), time.Now())
	return j.err
}

// wait is for a child to take a job. The error says why it was given up.
func (p *Pool) wait(ctx context.Context, j *job) (givenUp error) {
	patience := time.NewTimer(j.patience)
	defer patience.Stop()
	select {
	case <-j.taken:
		return nil
	case <-patience.C:
		givenUp = fmt.Errorf("%w: none was free within %v", transform.ErrBusy, j.patience)
	case <-ctx.Done():
		givenUp = fmt.Errorf("wait for a render process: %w", context.Cause(ctx))
	}
	if p.queue.withdraw(j) {
		return givenUp
	}
	return nil // a keeper has it
}

// errClosed is what waits in the queue when the pool closes.
var errClosed = errors.Join(transform.ErrBusy, errors.New("the server is stopping"))
